/// Runs pipelines over batches of columns.
@NullMarked
package dev.spoor.traceql.evaluate;

import org.jspecify.annotations.NullMarked;
