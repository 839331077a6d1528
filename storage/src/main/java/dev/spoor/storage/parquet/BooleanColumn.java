package dev.spoor.storage.parquet;

import java.util.Arrays;
import org.apache.parquet.format.Encoding;

/// A column of booleans.
public final class BooleanColumn extends PageColumn {

  private byte[] values = new byte[64];
  private int count;
  private int trues;

  BooleanColumn(BlockSchema.Column column, PageCompressor compressor) {
    super(column, compressor);
  }

  /// Takes the next rows.
  ///
  /// @param more the values as 0 and 1, without the nulls
  /// @param entries values and nulls
  public void append(
      byte[] more,
      int moreCount,
      PageBytes repetition,
      PageBytes definition,
      int entries,
      int rows) {
    int moreTrues = 0;
    for (int i = 0; i < moreCount; i++) {
      moreTrues += more[i];
    }
    boolean whole = count == waitingEntries() && moreCount == entries;
    int all = count + moreCount;
    boolean alike = all == 0 || (whole && (trues + moreTrues == 0 || trues + moreTrues == all));
    step(repetition, definition, entries, rows, alike);
    if (count + moreCount > values.length) {
      values = Arrays.copyOf(values, Math.max(count + moreCount, values.length * 2));
    }
    System.arraycopy(more, 0, values, count, moreCount);
    count += moreCount;
    trues += moreTrues;
  }

  @Override
  int waitingValues() {
    return count;
  }

  @Override
  Encoding encode(PageBytes to) {
    to.addPacked(values, 0, count, 1);
    return Encoding.PLAIN;
  }

  @Override
  PageBounds bounds() {
    return PageBounds.ofBooleans(trues == count, trues > 0);
  }

  @Override
  void forgetValues() {
    count = 0;
    trues = 0;
  }
}
