package dev.spoor.traceql.ast;

import java.util.List;

/// Stages from left to right, at least one.
public record Pipeline(List<Stage> stages) {

  public Pipeline {
    stages = List.copyOf(stages);
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("a pipeline has at least one stage");
    }
  }

  public static Pipeline of(Stage... stages) {
    return new Pipeline(List.of(stages));
  }
}
