package dev.spoor.storage.parquet;

import java.util.Arrays;
import org.apache.parquet.format.Encoding;

/// A column of byte strings without a dictionary, as lengths and then bytes.
public final class BytesColumn extends PageColumn {

  private final DeltaEncoder deltas = new DeltaEncoder();
  private final ByteValues values = new ByteValues();

  BytesColumn(BlockSchema.Column column, PageCompressor compressor) {
    super(column, compressor);
  }

  /// Takes the next rows.
  ///
  /// @param more the values, without the nulls
  /// @param entries values and nulls
  public void append(
      ByteValues more, PageBytes repetition, PageBytes definition, int entries, int rows) {
    boolean noBytes = values.data().size() == 0 && more.data().size() == 0;
    boolean noValues = values.count() == 0 && more.count() == 0;
    boolean allValues = values.count() == waitingEntries() && more.count() == entries;
    step(repetition, definition, entries, rows, noValues || (noBytes && allValues));
    values.add(more);
  }

  @Override
  int waitingValues() {
    return values.count();
  }

  @Override
  Encoding encode(PageBytes to) {
    deltas.ints(values.lengths(), values.count(), to);
    to.add(values.data());
    return column.encoding().inPage();
  }

  @Override
  PageBounds bounds() {
    byte[] data = values.data().data();
    int minAt = 0;
    int minEnd = (int) values.lengths()[0];
    int maxAt = minAt;
    int maxEnd = minEnd;
    long minPrefix = StringPool.prefix(data, 0, minEnd);
    long maxPrefix = minPrefix;
    int at = minEnd;
    for (int i = 1; i < values.count(); i++) {
      int end = at + (int) values.lengths()[i];
      long prefix = StringPool.prefix(data, at, end - at);
      if (Long.compareUnsigned(prefix, minPrefix) < 0
          || (prefix == minPrefix
              && Arrays.compareUnsigned(data, at, end, data, minAt, minEnd) < 0)) {
        minAt = at;
        minEnd = end;
        minPrefix = prefix;
      } else if (Long.compareUnsigned(prefix, maxPrefix) > 0
          || (prefix == maxPrefix
              && Arrays.compareUnsigned(data, at, end, data, maxAt, maxEnd) > 0)) {
        maxAt = at;
        maxEnd = end;
        maxPrefix = prefix;
      }
      at = end;
    }
    boolean isText = column.kind() == BlockSchema.Kind.STRING;
    return PageBounds.ofBytes(data, minAt, minEnd, maxAt, maxEnd, isText);
  }

  @Override
  void forgetValues() {
    values.clear();
  }
}
