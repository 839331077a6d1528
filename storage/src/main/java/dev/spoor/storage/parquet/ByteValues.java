package dev.spoor.storage.parquet;

import java.util.Arrays;

/// A list of byte strings, one behind the other. One thread at a time.
public final class ByteValues {

  private final PageBytes data = new PageBytes();
  private long[] lengths = new long[64];
  private int count;

  public void add(byte[] source, int offset, int length) {
    room();
    lengths[count++] = length;
    data.add(source, offset, length);
  }

  /// Adds 8 bytes, the highest first.
  public void addBigEndian(long value) {
    room();
    lengths[count++] = Long.BYTES;
    data.addLong(Long.reverseBytes(value));
  }

  /// Adds 16 bytes, the highest first.
  public void addBigEndian(long high, long low) {
    room();
    lengths[count++] = 2 * Long.BYTES;
    data.addLong(Long.reverseBytes(high));
    data.addLong(Long.reverseBytes(low));
  }

  public void addEmpty() {
    room();
    lengths[count++] = 0;
  }

  public void add(ByteValues other) {
    if (count + other.count > lengths.length) {
      lengths = Arrays.copyOf(lengths, Math.max(count + other.count, lengths.length * 2));
    }
    System.arraycopy(other.lengths, 0, lengths, count, other.count);
    count += other.count;
    data.add(other.data);
  }

  public int count() {
    return count;
  }

  public void clear() {
    count = 0;
    data.clear();
  }

  long[] lengths() {
    return lengths;
  }

  PageBytes data() {
    return data;
  }

  private void room() {
    if (count == lengths.length) {
      lengths = Arrays.copyOf(lengths, count * 2);
    }
  }
}
