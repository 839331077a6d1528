package dev.spoor.storage.block;

import dev.spoor.storage.columns.ByteDictionary;
import dev.spoor.storage.parquet.ColumnCursor;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;

/// The strings of all batches in which a row group is read: each string gets its number once, not
/// once a batch. One thread at a time.
final class SharedStrings {

  private final long mostBytes;
  private ByteDictionary.Builder strings = new ByteDictionary.Builder();

  /// By column, and by id in its dictionary: number + 1, or 0 while it has none.
  private final Map<ColumnCursor, int[]> numbers = new IdentityHashMap<>();

  /// @param mostBytes when there are more, the next batch begins anew
  SharedStrings(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /// To be called before each batch.
  void beginBatch() {
    if (strings.dataBytes() > mostBytes) {
      strings = new ByteDictionary.Builder();
      numbers.clear();
    }
  }

  ByteDictionary.Builder strings() {
    return strings;
  }

  /// The numbers of a column's dictionary as far as they are known; to be filled in.
  int[] numbersOf(ColumnCursor column) {
    int size = column.strings().size();
    int[] known = numbers.get(column);
    if (known == null || known.length < size) {
      known = known == null ? new int[size] : Arrays.copyOf(known, size);
      numbers.put(column, known);
    }
    return known;
  }
}
