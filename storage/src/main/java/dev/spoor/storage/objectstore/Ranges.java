package dev.spoor.storage.objectstore;

/// What every store says about ranges.
final class Ranges {

  private Ranges() {}

  static void check(long offset, int length) {
    if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - length) {
      throw new IllegalArgumentException("no range: offset " + offset + ", length " + length);
    }
  }

  static ShortObjectException tooShort(String key, long offset, int length, long size) {
    return new ShortObjectException(
        "%s has %d bytes, %d from byte %d on were asked for".formatted(key, size, length, offset),
        null);
  }
}
