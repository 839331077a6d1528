package dev.spoor.platform.config;

/// Where a value was written.
///
/// @param source a file name, or a flag such as `-target`
/// @param line from 1; 0 for a source without lines
/// @param column from 1; 0 for a source without lines
public record Position(String source, int line, int column) {

  public static Position ofFlag(String name) {
    return new Position("-" + name, 0, 0);
  }

  /// `tempo.yaml:12:3`, or the flag alone.
  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line + ":" + column;
  }
}
