package dev.spoor.storage.block;

import dev.spoor.storage.columns.ConditionTest;
import dev.spoor.storage.parquet.ByteStrings;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.Leaf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What was found out about the dictionaries of a row group, kept for all of its windows.
final class RowGroupTests {

  private final Map<HitsKey, StringHits> hits = new HashMap<>();
  private final Map<NameKey, Integer> ids = new HashMap<>();

  private final Map<RowsKey, Optional<Rows>> rows = new HashMap<>();
  private final Map<NumbersKey, Optional<NumberPlaces.Found>> numbers = new HashMap<>();
  private final @Nullable RowGroupValues index;

  /// @param index of values, when the block has one
  RowGroupTests(@Nullable RowGroupValues index) {
    this.index = index;
  }

  /// Whether the block has an index of values.
  boolean hasIndex() {
    return index != null;
  }

  private record NumbersKey(String name, ConditionTest test) {}

  private record RowsKey(BlockColumns.Owner owner, String name, ConditionTest test) {}

  private record HitsKey(Leaf leaf, ConditionTest test) {}

  private record NameKey(Leaf leaf, String name) {}

  /// Rows outside of which no generic attribute satisfies a comparison; null when that is not
  /// known.
  @Nullable Rows rows(
      BlockColumns.Owner owner, String name, ConditionTest test, RowGroupValues.Strings strings)
      throws IOException {
    if (index == null) {
      return null;
    }
    RowsKey key = new RowsKey(owner, name, test);
    Optional<Rows> known = rows.get(key);
    if (known == null) {
      known = Optional.ofNullable(index.rows(owner, name, test, strings));
      rows.put(key, known);
    }
    return known.orElse(null);
  }

  /// All spans of which a generic attribute is a number that satisfies a comparison; null when that
  /// is not known.
  NumberPlaces.@Nullable Found numbers(String name, ConditionTest test) throws IOException {
    if (index == null) {
      return null;
    }
    NumbersKey key = new NumbersKey(name, test);
    Optional<NumberPlaces.Found> known = numbers.get(key);
    if (known == null) {
      known = Optional.ofNullable(index.numbers(name, test.attributeInts()));
      numbers.put(key, known);
    }
    return known.orElse(null);
  }

  /// What [#numbers] found for an attribute so far.
  List<NumberPlaces.Found> foundNumbers(String name) {
    List<NumberPlaces.Found> found = new ArrayList<>();
    numbers.forEach((key, places) -> {
      if (key.name.equals(name)) {
        places.ifPresent(found::add);
      }
    });
    return found;
  }

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
