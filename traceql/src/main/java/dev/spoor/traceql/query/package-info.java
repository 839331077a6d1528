/// The front door: compile a query, run it over batches, combine what several sources found.
@NullMarked
package dev.spoor.traceql.query;

import org.jspecify.annotations.NullMarked;
