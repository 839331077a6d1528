package dev.spoor.platform.config;

/// One thing that is wrong with a configuration, and where.
public record ConfigProblem(Position at, String message) {

  /// `tempo.yaml:12:3: ingester.max_block_bytes must be positive`.
  @Override
  public String toString() {
    return at + ": " + message;
  }
}
