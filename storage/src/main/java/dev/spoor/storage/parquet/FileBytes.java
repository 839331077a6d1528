package dev.spoor.storage.parquet;

/// A range of a file that was read.
record FileBytes(long offset, byte[] array) {

  boolean holds(long from, long length) {
    return from >= offset && from + length <= offset + array.length;
  }

  /// Where a byte of the file stands in the array.
  int index(long position) {
    return (int) (position - offset);
  }
}
