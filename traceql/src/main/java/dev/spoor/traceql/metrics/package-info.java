/// Time series out of spans: accumulate per batch, merge, finish.
@NullMarked
package dev.spoor.traceql.metrics;

import org.jspecify.annotations.NullMarked;
