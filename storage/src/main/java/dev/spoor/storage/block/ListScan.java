package dev.spoor.storage.block;

import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.Levels;
import dev.spoor.traceql.fetch.OrdinalSet;
import java.io.IOException;
import java.util.Arrays;

/// Decides a comparison for attributes of one name in generic lists, in one walk over the levels of
/// two columns: the keys, and the values of one type.
///
/// Where few values satisfy the comparison, whatever attribute they belong to, only these are
/// looked at ([#values(ColumnCursor, int[], int, OrdinalSet)]).
final class ListScan {

  /// A walk from value to value pays when there are so many entries for each, about.
  static final int FEW = 16;

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
      throw window.contradicts(
          column.leaf(), at - column.firstEntry(), keys.endEntry() - keys.firstEntry());
    }
  }

  /// Adds the owners of those attributes of the name that have one of some values.
  ///
  /// @param hits indexes of values in the column, ascending
  /// @throws IOException when the two columns do not have the same attributes
  void values(ColumnCursor column, int[] hits, int count, OrdinalSet to) throws IOException {
    checkSameAttributes(column);
    byte[] reps = keys.repetitions();
    byte[] defs = keys.definitions();
    int[] ids = keys.ids();
    byte[] valueReps = column.repetitions();
    byte[] valueDefs = column.definitions();
    int ownerDefinition = keys.leaf().definitionAt(level);
    int highest = keys.leaf().maxDefinition();
    int valueHighest = column.leaf().maxDefinition();
    int attributeLevel = keys.leaf().maxRepetition();
    boolean arrays = entries(column) != entries(keys);
    // Each pair is a place among entries and how many are before it.
    int at = column.firstEntry();
    int value = column.firstValue();
    int atElement = at;
    int elements = 0;
    int entry = keys.firstEntry();
    int attribute = keys.firstValue();
    int atOwner = entry;
    int owner = -1;
    for (int i = 0; i < count; i++) {
      at = Levels.place(valueDefs, at, column.endEntry(), valueHighest, hits[i] - value);
      value = hits[i];
      int next;
      if (arrays) {
        elements += Levels.countUpTo(valueReps, atElement, at + 1, attributeLevel);
        atElement = at + 1;
        next = keys.firstEntry() + elements - 1;
      } else {
        next = keys.firstEntry() + at - column.firstEntry();
      }
      attribute += Levels.count(defs, entry, next, highest);
      entry = next;
      if (defs[entry] == highest && ids[attribute] == key) {
        owner += Levels.countOwners(reps, defs, atOwner, entry + 1, level, ownerDefinition);
        atOwner = entry + 1;
        to.add(owner);
      }
    }
  }

  /// The attributes of the name that some owners have, in the order in which they stand.
  Found of(OrdinalSet owners) {
    byte[] reps = keys.repetitions();
    byte[] defs = keys.definitions();
    int[] ids = keys.ids();
    int ownerDefinition = keys.leaf().definitionAt(level);
    int highest = keys.leaf().maxDefinition();
    int end = keys.endEntry();
    Found found = new Found();
    int entry = keys.firstEntry();
    int attribute = keys.firstValue();
    int owner = 0;
    for (int wanted = owners.next(0); wanted >= 0; wanted = owners.next(wanted + 1)) {
      int from =
          Levels.placeOfOwner(reps, defs, entry, end, level, ownerDefinition, wanted - owner);
      attribute += Levels.count(defs, entry, from, highest);
      entry = from;
      owner = wanted;
      int next = from;
      int here = attribute;
      do {
        if (next < end && defs[next] == highest) {
          if (ids[here] == key) {
            found.add(wanted, here, next - keys.firstEntry());
          }
          here++;
        }
        next++;
      } while (next < end && reps[next] > level);
    }
    return found;
  }

  /// Tells for each attribute that was found where its values are in a column.
  ///
  /// @throws IOException when the two columns do not have the same attributes
  void locate(ColumnCursor column, Found found, ValueVisitor visitor) throws IOException {
    checkSameAttributes(column);
    byte[] valueReps = column.repetitions();
    byte[] valueDefs = column.definitions();
    int valueHighest = column.leaf().maxDefinition();
    int attributeLevel = keys.leaf().maxRepetition();
    int end = column.endEntry();
    int at = column.firstEntry();
    int value = column.firstValue();
    int element = 0;
    for (int i = 0; i < found.count; i++) {
      int next = Levels.placeUpTo(valueReps, at, end, attributeLevel, found.entries[i] - element);
      value += Levels.count(valueDefs, at, next, valueHighest);
      at = next;
      element = found.entries[i];
      int last = next;
      int values = 0;
      do {
        values += valueDefs[last] == valueHighest ? 1 : 0;
        last++;
      } while (last < end && valueReps[last] > attributeLevel);
      if (values > 0) {
        visitor.visit(i, value, value + values);
      }
    }
  }

  /// Takes the values `[first, end)` of one of the attributes that were found.
  @FunctionalInterface
  interface ValueVisitor {
    void visit(int index, int first, int end) throws IOException;
  }

  /// Attributes, each with its owner.
  static final class Found {
    private int[] owners = new int[16];
    private int[] attributes = new int[16];
    private int[] entries = new int[16];
    private int count;

    private void add(int owner, int attribute, int entry) {
      if (count == owners.length) {
        owners = Arrays.copyOf(owners, 2 * count);
        attributes = Arrays.copyOf(attributes, 2 * count);
        entries = Arrays.copyOf(entries, 2 * count);
      }
      owners[count] = owner;
      attributes[count] = attribute;
      entries[count] = entry;
      count++;
    }

    int count() {
      return count;
    }

    int owner(int index) {
      return owners[index];
    }

    /// The index of its key among the values of the column of keys.
    int attribute(int index) {
      return attributes[index];
    }
  }

  private static int entries(ColumnCursor column) {
    return column.endEntry() - column.firstEntry();
  }

  private void checkSameAttributes(ColumnCursor column) throws IOException {
    int elements =
        Levels.countUpTo(
            column.repetitions(),
            column.firstEntry(),
            column.endEntry(),
            keys.leaf().maxRepetition());
    if (elements != entries(keys)) {
      throw window.contradicts(column.leaf(), elements, entries(keys));
    }
  }
}
