/// Runs one job of a query.
@NullMarked
package dev.spoor.querier;

import org.jspecify.annotations.NullMarked;
