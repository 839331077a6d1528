package dev.spoor.storage.parquet;

/// The DELTA_BINARY_PACKED encoding (apache/parquet-format, Encodings.md): blocks of 128
/// differences in 4 parts, each part with its own width. One thread at a time.
final class DeltaEncoder {

  private static final int BLOCK = 128;
  private static final int PARTS = 4;
  private static final int PART = BLOCK / PARTS;

  private final long[] deltas = new long[BLOCK];

  /// Encodes 64-bit values.
  void longs(long[] values, int count, PageBytes to) {
    header(count, count == 0 ? 0 : values[0], to);
    for (int at = 1; at < count; at += BLOCK) {
      int length = Math.min(BLOCK, count - at);
      long min = Long.MAX_VALUE;
      for (int i = 0; i < length; i++) {
        long delta = values[at + i] - values[at + i - 1];
        deltas[i] = delta;
        min = Math.min(min, delta);
      }
      for (int i = 0; i < length; i++) {
        deltas[i] -= min;
      }
      block(min, length, to);
    }
  }

  /// Encodes values whose lowest 32 bits count; differences wrap at 32 bits, as readers of such
  /// columns expect.
  void ints(long[] values, int count, PageBytes to) {
    header(count, count == 0 ? 0 : (int) values[0], to);
    for (int at = 1; at < count; at += BLOCK) {
      int length = Math.min(BLOCK, count - at);
      int min = Integer.MAX_VALUE;
      for (int i = 0; i < length; i++) {
        int delta = (int) values[at + i] - (int) values[at + i - 1];
        deltas[i] = delta;
        min = Math.min(min, delta);
      }
      for (int i = 0; i < length; i++) {
        deltas[i] = (deltas[i] - min) & 0xFFFFFFFFL;
      }
      block(min, length, to);
    }
  }

  private static void header(int count, long first, PageBytes to) {
    to.addVarint(BLOCK);
    to.addVarint(PARTS);
    to.addVarint(count);
    to.addZigZag(first);
  }

  private void block(long min, int length, PageBytes to) {
    for (int i = length; i < BLOCK; i++) {
      deltas[i] = 0;
    }
    to.addZigZag(min);
    int widths = to.size();
    to.addInt(0);
    for (int part = 0; part < PARTS && part * PART < length; part++) {
      int from = part * PART;
      long all = 0;
      for (int i = from; i < from + PART; i++) {
        all |= deltas[i];
      }
      int width = 64 - Long.numberOfLeadingZeros(all);
      to.addPacked(deltas, from, from + PART, width);
      to.data()[widths + part] = (byte) width;
    }
  }
}
