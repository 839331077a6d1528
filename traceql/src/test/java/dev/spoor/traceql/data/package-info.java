/// Traces for tests: as plain objects, and as batches that answer like storage does.
@NullMarked
package dev.spoor.traceql.data;

import org.jspecify.annotations.NullMarked;
