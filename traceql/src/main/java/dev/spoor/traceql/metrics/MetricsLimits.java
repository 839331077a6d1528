package dev.spoor.traceql.metrics;

/// @param exemplars most exemplars of an answer, 0 for none
/// @param series most series, 0 for any number
public record MetricsLimits(int exemplars, int series) {

  public static final MetricsLimits NONE = new MetricsLimits(0, 0);
}
