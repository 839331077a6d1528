package dev.spoor.storage.block;

import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.traceql.fetch.OrdinalSet;
import java.io.IOException;

/// Decides a comparison for attributes of one name in generic lists, in one walk over the levels of
/// two columns: the keys, and the values of one type.
final class ListScan {

  private final RowWindow window;
  private final ColumnCursor keys;
  private final int key;
  private final int level;

  /// @param key id of the name in the dictionary of `keys`
  /// @param level repetition level of the owners
  ListScan(RowWindow window, ColumnCursor keys, int key, int level) {
    this.window = window;
    this.keys = keys;
    this.key = key;
    this.level = level;
  }

  /// Decides one value, by its index in the column.
  @FunctionalInterface
  interface ValueTest {
    boolean holds(int value) throws IOException;
  }

  /// Adds the owners that have an attribute of the name, whatever its value.
  void present(OrdinalSet to) {
    byte[] reps = keys.repetitions();
    byte[] defs = keys.definitions();
    int[] ids = keys.ids();
    int ownerDefinition = keys.leaf().definitionAt(level);
    int highest = keys.leaf().maxDefinition();
    int owner = -1;
    int value = keys.firstValue();
    int end = keys.endEntry();
    for (int i = keys.firstEntry(); i < end; i++) {
      int def = defs[i];
      if (reps[i] <= level && def >= ownerDefinition) {
        owner++;
      }
      if (def == highest) {
        if (ids[value] == key) {
          to.add(owner);
        }
        value++;
      }
    }
  }

  /// Adds the owners that have an attribute of the name with a value that satisfies the test.
  ///
  /// @throws IOException when the two columns do not have the same attributes
  void values(ColumnCursor column, ValueTest test, OrdinalSet to) throws IOException {
    byte[] reps = keys.repetitions();
    byte[] defs = keys.definitions();
    int[] ids = keys.ids();
    byte[] valueReps = column.repetitions();
    byte[] valueDefs = column.definitions();
    int ownerDefinition = keys.leaf().definitionAt(level);
    int highest = keys.leaf().maxDefinition();
    int valueHighest = column.leaf().maxDefinition();
    int attributeLevel = keys.leaf().maxRepetition();
    int owner = -1;
    int attribute = keys.firstValue();
    int value = column.firstValue();
    int at = column.firstEntry();
    int end = column.endEntry();
    for (int i = keys.firstEntry(); i < keys.endEntry() && at < end; i++) {
      int def = defs[i];
      if (reps[i] <= level && def >= ownerDefinition) {
        owner++;
      }
      boolean isWanted = false;
      if (def == highest) {
        isWanted = ids[attribute] == key;
        attribute++;
      }
      do {
        if (valueDefs[at] == valueHighest) {
          if (isWanted && test.holds(value)) {
            to.add(owner);
          }
          value++;
        }
        at++;
      } while (at < end && valueReps[at] > attributeLevel);
    }
    if (at != end || attribute != keys.endValue()) {
      throw window.contradicts(column.leaf(), at - column.firstEntry(), keys.endEntry() - keys.firstEntry());
    }
  }
}
