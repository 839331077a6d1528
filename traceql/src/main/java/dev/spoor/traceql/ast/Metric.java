package dev.spoor.traceql.ast;

import dev.spoor.traceql.ast.FieldExpression.Reference;
import java.util.List;
import java.util.Optional;

/// The function that makes time series out of the spans of a pipeline.
public sealed interface Metric {

  /// `rate()` and `count_over_time()`.
  record Count(boolean perSecond, List<Reference> by) implements Metric {
    public Count {
      by = List.copyOf(by);
    }
  }

  /// `min_over_time(..)` and its like.
  record Over(OverTime function, Reference argument, List<Reference> by) implements Metric {
    public Over {
      by = List.copyOf(by);
    }
  }

  record Histogram(Reference argument, List<Reference> by) implements Metric {
    public Histogram {
      by = List.copyOf(by);
    }
  }

  /// @param quantiles as written; the check sees to it that each is within [0, 1]
  record Quantile(Reference argument, List<Double> quantiles, List<Reference> by)
      implements Metric {
    public Quantile {
      quantiles = List.copyOf(quantiles);
      by = List.copyOf(by);
    }
  }

  /// @param top values kept of each attribute
  /// @param window bounds of the selection, if the query has them
  record Compare(SpansetExpression.Filter selection, long top, Optional<Window> window)
      implements Metric {

    public static final long DEFAULT_TOP = 10;

    /// Nanoseconds since the epoch.
    public record Window(long from, long to) {}
  }

  enum OverTime {
    MIN("min_over_time"),
    MAX("max_over_time"),
    SUM("sum_over_time"),
    AVG("avg_over_time");

    private final String text;

    OverTime(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }
}
