package dev.spoor.storage.block;

import dev.spoor.storage.columns.ConditionTest;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.Leaf;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.QueryStoppedException;

/// The loops over levels and values that decide a comparison for the owners of a column: no record
/// is put together for it.
///
/// Owners are the elements of a repetition level; an owner may have no value or, in columns that
/// repeat below the level, several, of which one has to satisfy the comparison.
final class ColumnScan {

  private ColumnScan() {}

  /// Adds the owners that have a string that satisfies the comparison.
  ///
  /// @throws QueryStoppedException when the query has ended meanwhile
  static void strings(ColumnCursor column, StringHits hits, int level, OrdinalSet to)
      throws QueryStoppedException {
    if (!hits.anyIn(column)) {
      return;
    }
    int first = column.firstValue();
    if (isDense(column, level)) {
      int only = hits.only();
      int end = column.endValue();
      if (only >= 0) {
        int[] ids = column.ids();
        for (int i = first; i < end; i++) {
          if (ids[i] == only) {
            to.add(i - first);
          }
        }
        return;
      }
      for (int i = first; i < end; i++) {
        if (hits.test(column, i)) {
          to.add(i - first);
        }
      }
      return;
    }
    Leaf leaf = column.leaf();
    byte[] reps = column.repetitions();
    byte[] defs = column.definitions();
    int ownerDefinition = leaf.definitionAt(level);
    int highest = leaf.maxDefinition();
    boolean repeats = reps.length > 0;
    int owner = -1;
    int value = first;
    for (int i = column.firstEntry(); i < column.endEntry(); i++) {
      int def = defs[i];
      if (def >= ownerDefinition && (!repeats || reps[i] <= level)) {
        owner++;
      }
      if (def == highest) {
        if (hits.test(column, value)) {
          to.add(owner);
        }
        value++;
      }
    }
  }

  /// Adds the owners that have a number that satisfies the comparison.
  static void numbers(
      ColumnCursor column, ConditionTest.Numbers numbers, int level, OrdinalSet to) {
    int first = column.firstValue();
    long[] longs = column.longs();
    if (isDense(column, level)) {
      int end = column.endValue();
      if (numbers.isInterval()) {
        long min = numbers.min();
        long max = numbers.max();
        for (int i = first; i < end; i++) {
          long number = longs[i];
          if (number >= min && number <= max) {
            to.add(i - first);
          }
        }
        return;
      }
      for (int i = first; i < end; i++) {
        if (numbers.test(longs[i])) {
          to.add(i - first);
        }
      }
      return;
    }
    Leaf leaf = column.leaf();
    byte[] reps = column.repetitions();
    byte[] defs = column.definitions();
    int ownerDefinition = leaf.definitionAt(level);
    int highest = leaf.maxDefinition();
    boolean repeats = reps.length > 0;
    int owner = -1;
    int value = first;
    for (int i = column.firstEntry(); i < column.endEntry(); i++) {
      int def = defs[i];
      if (def >= ownerDefinition && (!repeats || reps[i] <= level)) {
        owner++;
      }
      if (def == highest) {
        if (numbers.test(longs[value])) {
          to.add(owner);
        }
        value++;
      }
    }
  }

  /// Adds the owners that have a value.
  ///
  /// @param exceptEmpty whether an empty string does not count
  static void present(ColumnCursor column, int level, boolean exceptEmpty, OrdinalSet to) {
    Leaf leaf = column.leaf();
    byte[] reps = column.repetitions();
    byte[] defs = column.definitions();
    int ownerDefinition = leaf.definitionAt(level);
    int highest = leaf.maxDefinition();
    boolean repeats = reps.length > 0;
    int owner = -1;
    int value = column.firstValue();
    for (int i = column.firstEntry(); i < column.endEntry(); i++) {
      int def = defs[i];
      if (def >= ownerDefinition && (!repeats || reps[i] <= level)) {
        owner++;
      }
      if (def == highest) {
        if (!exceptEmpty || column.strings().length(column.id(value)) > 0) {
          to.add(owner);
        }
        value++;
      }
    }
  }

  /// Whether every owner has exactly one value, so that values are numbered like owners.
  private static boolean isDense(ColumnCursor column, int level) {
    Leaf leaf = column.leaf();
    // Placeholders of empty lists have no value and are no owners.
    return leaf.maxRepetition() == level && leaf.maxDefinition() == leaf.definitionAt(level);
  }
}
