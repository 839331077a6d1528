package dev.spoor.traceql.ast;

import dev.spoor.traceql.Value;

/// What is done to finished time series.
public sealed interface SecondStage {

  record Top(long limit) implements SecondStage {}

  record Bottom(long limit) implements SecondStage {}

  /// Keeps the samples for which the comparison holds.
  ///
  /// @param threshold an int, a float, or a duration, which means seconds
  record Threshold(ComparisonOperator operator, Value threshold) implements SecondStage {}
}
