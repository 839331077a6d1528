/// What can be known to be wrong with a query before it meets data.
@NullMarked
package dev.spoor.traceql.check;

import org.jspecify.annotations.NullMarked;
