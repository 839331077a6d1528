package dev.spoor.traceql.ast;

import java.util.List;

/// A whole query.
public sealed interface Query {

  Hints hints();

  /// Finds traces.
  record Search(Pipeline pipeline, Hints hints) implements Query {}

  /// Makes time series.
  record Metrics(Pipeline pipeline, Metric metric, List<SecondStage> stages, Hints hints)
      implements Query {
    public Metrics {
      stages = List.copyOf(stages);
    }
  }

  /// Makes time series out of those of several queries.
  record Combination(MathExpression expression, List<SecondStage> stages, Hints hints)
      implements Query {
    public Combination {
      stages = List.copyOf(stages);
    }
  }
}
