package dev.spoor.contract;

import dev.spoor.traceql.metrics.CompiledMetrics;
import dev.spoor.traceql.metrics.Intervals;
import dev.spoor.traceql.metrics.MetricsLimits;

/// Which time series to make, over which intervals.
public record MetricsLookup(CompiledMetrics query, Intervals intervals, MetricsLimits limits) {}
