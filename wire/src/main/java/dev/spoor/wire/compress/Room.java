package dev.spoor.wire.compress;

/// Asked before memory is taken for a body that is decompressed, so that a small body which becomes
/// a large one is counted as what it becomes.
@FunctionalInterface
public interface Room {

  Room UNLIMITED = bytes -> true;

  /// Whether there is room for so many bytes more.
  boolean take(int bytes);
}
