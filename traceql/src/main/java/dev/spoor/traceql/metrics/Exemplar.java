package dev.spoor.traceql.metrics;

import java.util.List;

/// A span that stands for a series.
///
/// @param labels `trace:id`, and the fields that the query mentions
/// @param value what was measured; NaN where only spans were counted, until the answer is finished
/// @param timeNanos start of the span, nanoseconds since the epoch
public record Exemplar(List<Label> labels, double value, long timeNanos) {
  public Exemplar {
    labels = List.copyOf(labels);
  }

  Exemplar with(double otherValue) {
    return new Exemplar(labels, otherValue, timeNanos);
  }
}
