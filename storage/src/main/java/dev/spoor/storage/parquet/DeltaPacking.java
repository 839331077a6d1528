package dev.spoor.storage.parquet;

import java.util.Arrays;

/// DELTA_BINARY_PACKED: differences between neighbours, in blocks of bit-packed runs.
final class DeltaPacking {

  private static final int MAX_BLOCK = 1 << 16;

  private final byte[] in;
  private final int limit;
  private int position;

  private DeltaPacking(byte[] in, int position, int limit) {
    this.in = in;
    this.position = position;
    this.limit = limit;
  }

  /// Decodes exactly `count` numbers; returns where they end.
  ///
  /// @param narrow whether differences wrap at 32 bits
  static int decode(
      byte[] in, int position, int limit, boolean narrow, long[] out, int at, int count)
      throws MalformedException {
    DeltaPacking delta = new DeltaPacking(in, position, limit);
    delta.decode(narrow, out, at, count);
    return delta.position;
  }

  private void decode(boolean narrow, long[] out, int at, int count) throws MalformedException {
    long blockSize = varint();
    long miniBlocks = varint();
    long total = varint();
    long previous = zigzag(varint());
    if (blockSize <= 0
        || blockSize > MAX_BLOCK
        || miniBlocks <= 0
        || miniBlocks > blockSize
        || blockSize % miniBlocks != 0
        || blockSize / miniBlocks % 8 != 0) {
      throw new MalformedException(
          "delta blocks of %d values in %d parts".formatted(blockSize, miniBlocks));
    }
    if (total != count) {
      throw new MalformedException("%d delta values instead of %d".formatted(total, count));
    }
    if (count == 0) {
      return;
    }
    out[at] = previous;
    int size = (int) (blockSize / miniBlocks);
    int done = 1;
    while (done < count) {
      long minimum = zigzag(varint());
      int widths = position;
      move((int) miniBlocks);
      for (int mini = 0; mini < miniBlocks && done < count; mini++) {
        int width = in[widths + mini] & 0xFF;
        int length = Math.min(size, count - done);
        unpack(width, size, length, out, at + done);
        previous = add(previous, minimum, narrow, out, at + done, length);
        done += length;
      }
    }
  }

  /// The differences of a run, before the minimum is added.
  private void unpack(int width, int size, int length, long[] out, int at)
      throws MalformedException {
    if (width == 0) {
      Arrays.fill(out, at, at + length, 0);
      return;
    }
    if (width > Long.SIZE) {
      throw new MalformedException("delta values of %d bits".formatted(width));
    }
    int start = position;
    long needed = ((long) length * width + 7) >>> 3;
    if (needed > limit - start) {
      throw new MalformedException("delta values end too early");
    }
    position = (int) Math.min(limit, start + (long) size * width / 8);
    BitPacking.unpack(in, start, width, out, at, length);
  }

  private static long add(
      long previous, long minimum, boolean narrow, long[] out, int at, int length) {
    long value = previous;
    int end = at + length;
    if (narrow) {
      for (int i = at; i < end; i++) {
        value = (int) (value + minimum + out[i]);
        out[i] = value;
      }
    } else {
      for (int i = at; i < end; i++) {
        value += minimum + out[i];
        out[i] = value;
      }
    }
    return value;
  }

  private void move(int bytes) throws MalformedException {
    if (bytes > limit - position) {
      throw new MalformedException("delta values end too early");
    }
    position += bytes;
  }

  private long varint() throws MalformedException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (position >= limit) {
        throw new MalformedException("delta values end too early");
      }
      int b = in[position++];
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new MalformedException("a number of more than ten bytes");
  }

  private static long zigzag(long value) {
    return (value >>> 1) ^ -(value & 1);
  }
}
