/// What operators do to values, one place for folding, for columns and for answers.
@NullMarked
package dev.spoor.traceql.values;

import org.jspecify.annotations.NullMarked;
