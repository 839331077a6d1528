package dev.spoor.contract;

import dev.spoor.traceql.metrics.MetricsResult;
import java.util.Optional;

/// Time series.
///
/// @param partial why spans may not be counted (data that could not be read); empty when all are
public record MetricsAnswer(MetricsResult result, Optional<String> partial, QueryCost cost) {}
