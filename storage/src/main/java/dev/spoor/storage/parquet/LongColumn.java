package dev.spoor.storage.parquet;

import java.util.Arrays;
import org.apache.parquet.format.Encoding;

/// A column of numbers of 32 or 64 bits; doubles come as their bits.
public final class LongColumn extends PageColumn {

  private final DeltaEncoder deltas = new DeltaEncoder();
  private final boolean narrow;
  private long[] values = new long[64];
  private int count;

  /// Whether what waits is one value, over and over, without nulls.
  private boolean uniform = true;

  LongColumn(BlockSchema.Column column, PageCompressor compressor) {
    super(column, compressor);
    narrow = column.kind() == BlockSchema.Kind.INT32 || column.kind() == BlockSchema.Kind.UINT32;
  }

  /// Takes the next rows.
  ///
  /// @param more the values, without the nulls
  /// @param entries values and nulls
  public void append(
      long[] more,
      int moreCount,
      PageBytes repetition,
      PageBytes definition,
      int entries,
      int rows) {
    boolean moreUniform = moreCount == entries && allEqual(more, moreCount);
    boolean alike =
        waitingEntries() == 0
            || (count == 0 && moreCount == 0)
            || (uniform && moreUniform && count > 0 && more[0] == values[0]);
    step(repetition, definition, entries, rows, alike);
    uniform = count == 0 ? waitingEntries() == entries && moreUniform : alike && moreUniform;
    if (count + moreCount > values.length) {
      values = Arrays.copyOf(values, Math.max(count + moreCount, values.length * 2));
    }
    System.arraycopy(more, 0, values, count, moreCount);
    count += moreCount;
  }

  private static boolean allEqual(long[] values, int count) {
    for (int i = 1; i < count; i++) {
      if (values[i] != values[0]) {
        return false;
      }
    }
    return true;
  }

  @Override
  int waitingValues() {
    return count;
  }

  @Override
  Encoding encode(PageBytes to) {
    if (column.encoding() == BlockSchema.Encoding.PLAIN) {
      for (int i = 0; i < count; i++) {
        if (narrow) {
          to.addInt((int) values[i]);
        } else {
          to.addLong(values[i]);
        }
      }
    } else if (narrow) {
      deltas.ints(values, count, to);
    } else {
      deltas.longs(values, count, to);
    }
    return column.encoding().inPage();
  }

  @Override
  PageBounds bounds() {
    if (column.kind() == BlockSchema.Kind.DOUBLE) {
      return doubleBounds();
    }
    // Flipping the highest bit turns the unsigned order into the signed one.
    long flip = column.kind().isUnsigned() ? (narrow ? 1L << 31 : 1L << 63) : 0;
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int i = 0; i < count; i++) {
      long value = narrow ? (int) (values[i] ^ flip) : values[i] ^ flip;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    return PageBounds.ofLongs(min ^ flip, max ^ flip, narrow);
  }

  /// A NaN has no place in the order, so a page that holds one promises nothing.
  private PageBounds doubleBounds() {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      double value = Double.longBitsToDouble(values[i]);
      if (Double.isNaN(value)) {
        min = Double.NEGATIVE_INFINITY;
        max = Double.POSITIVE_INFINITY;
        break;
      }
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    double signedMin = min == 0 ? -0.0 : min;
    double signedMax = max == 0 ? 0.0 : max;
    return PageBounds.ofLongs(
        Double.doubleToRawLongBits(signedMin), Double.doubleToRawLongBits(signedMax), false);
  }

  @Override
  void forgetValues() {
    count = 0;
    uniform = true;
  }
}
