package dev.spoor.storage.block;

import dev.spoor.storage.parquet.ByteStrings;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.Leaf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// What was found out about the dictionaries of a row group, kept for all of its windows.
final class RowGroupTests {

  private final Map<HitsKey, StringHits> hits = new HashMap<>();
  private final Map<NameKey, Integer> ids = new HashMap<>();

  private record HitsKey(Leaf leaf, ConditionTest test) {}

  private record NameKey(Leaf leaf, String name) {}

  /// Which strings of a column satisfy a comparison.
  StringHits hits(ColumnCursor column, ConditionTest test) throws IOException {
    HitsKey key = new HitsKey(column.leaf(), test);
    StringHits known = hits.get(key);
    if (known == null) {
      known = StringHits.of(column, test);
      hits.put(key, known);
    }
    return known;
  }

  /// The id of a string in the dictionary of a column that has one for sure; -1 when it is not in
  /// there.
  int id(ColumnCursor column, String name) throws IOException {
    ByteStrings dictionary = column.dictionary();
    if (dictionary == null) {
      throw new IllegalStateException(
          "column %s has no dictionary".formatted(column.leaf().path()));
    }
    NameKey key = new NameKey(column.leaf(), name);
    Integer known = ids.get(key);
    if (known == null) {
      known = dictionary.find(name.getBytes(StandardCharsets.UTF_8));
      ids.put(key, known);
    }
    return known;
  }
}
