package dev.spoor.app;

import java.util.Arrays;
import java.util.Optional;

/// What can run in a process, by the names of Tempo.
enum Target {
  ALL("all", true),
  SCALABLE_SINGLE_BINARY("scalable-single-binary", false),
  DISTRIBUTOR("distributor", false),
  INGESTER("ingester", false),
  QUERIER("querier", false),
  QUERY_FRONTEND("query-frontend", false),
  COMPACTOR("compactor", false),
  METRICS_GENERATOR("metrics-generator", false),
  METRICS_GENERATOR_NO_LOCAL_BLOCKS("metrics-generator-no-local-blocks", false),
  BLOCK_BUILDER("block-builder", false),
  BACKEND_SCHEDULER("backend-scheduler", false),
  BACKEND_WORKER("backend-worker", false),
  LIVE_STORE("live-store", false),
  ALL_3_0("all-3.0", false),
  FLUSHER("flusher", false);

  private final String text;
  private final boolean runs;

  Target(String text, boolean runs) {
    this.text = text;
    this.runs = runs;
  }

  static Optional<Target> named(String name) {
    return Arrays.stream(values()).filter(target -> target.text.equals(name)).findFirst();
  }

  /// Whether it is there yet.
  boolean runs() {
    return runs;
  }
}
