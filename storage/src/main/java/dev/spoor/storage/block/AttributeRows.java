package dev.spoor.storage.block;

import dev.spoor.storage.columns.ByteDictionary;
import dev.spoor.storage.columns.ValueType;
import dev.spoor.storage.parquet.StringPool;
import java.util.Arrays;

/// The generic attributes of a step, list after list, with the levels that say whose they are.
///
/// An entry is an attribute or the placeholder of an owner that has none. Strings are numbers in
/// the row group's pool.
final class AttributeRows {

  /// Levels of an attribute that is there; the repetition level of the second and later ones of an
  /// owner is the same.
  final int level;

  final ByteList repetition = new ByteList();
  final ByteList definition = new ByteList();

  /// One entry each, placeholders included.
  final ByteList kinds = new ByteList();

  /// One entry for each attribute, placeholders left out.
  final IntList keys = new IntList();

  /// The value itself, the number of a string (or of a text), or where an array's elements stand:
  /// the first one in the upper half, how many in the lower.
  final LongList values = new LongList();

  final LongList elements = new LongList();
  final int[] countOfKind = new int[AttributeKinds.COUNT];

  /// Whether some array has more than one element, so that its levels are not those of its key.
  boolean longArrays;

  private final StringPool pool;
  private int pendingRepetition;
  private int ownerDefinition;
  private boolean empty;

  AttributeRows(int level, StringPool pool) {
    this.level = level;
    this.pool = pool;
  }

  void clear() {
    repetition.clear();
    definition.clear();
    kinds.clear();
    keys.clear();
    values.clear();
    elements.clear();
    Arrays.fill(countOfKind, 0);
    longArrays = false;
  }

  /// Makes room for the lists of many owners.
  void reserve(int owners, int attributes) {
    int entries = Math.max(owners, attributes);
    repetition.reserve(entries);
    definition.reserve(entries);
    kinds.reserve(entries);
    keys.reserve(attributes);
    values.reserve(attributes);
  }

  /// Begins the list of an owner.
  ///
  /// @param ownerRepetition repetition level of the owner
  /// @param definitionWithout the definition level that says which parts are missing when there is
  ///   no attribute
  void beginOwner(int ownerRepetition, int definitionWithout) {
    pendingRepetition = ownerRepetition;
    ownerDefinition = definitionWithout;
    empty = true;
  }

  void endOwner() {
    if (empty) {
      repetition.add(pendingRepetition);
      definition.add(ownerDefinition);
      kinds.add(AttributeKinds.NONE);
    }
  }

  /// The placeholder of an owner that is not there.
  void without(int ownerRepetition, int definitionWithout) {
    beginOwner(ownerRepetition, definitionWithout);
    endOwner();
  }

  /// Adds an attribute whose key is already a number of the row group.
  void add(int key, byte type, long value, MergeInput in) {
    switch (type) {
      case ValueType.STRING -> entry(key, AttributeKinds.STRING, in.string((int) value));
      case ValueType.INT -> entry(key, AttributeKinds.INT, value);
      case ValueType.DOUBLE -> entry(key, AttributeKinds.DOUBLE, value);
      case ValueType.BOOL -> entry(key, AttributeKinds.BOOL, value);
      case ValueType.OTHER -> addOther(key, in.batch().strings(), (int) value);
      default -> throw new IllegalStateException("attribute type " + type);
    }
  }

  /// Adds an attribute whose value is already a number of the row group.
  void addText(int key, int text) {
    entry(key, AttributeKinds.STRING, text);
  }

  void addNumber(int key, long value) {
    entry(key, AttributeKinds.INT, value);
  }

  private void addOther(int key, ByteDictionary strings, int id) {
    int first = elements.size;
    int kind =
        AnyValueEncoder.arrayKind(
            strings.data(), strings.start(id), strings.end(id), elements, pool);
    if (kind == AttributeKinds.UNSUPPORTED) {
      elements.size = first;
      byte[] text = AnyValueEncoder.toJson(strings.data(), strings.start(id), strings.end(id));
      entry(key, kind, pool.intern(text, 0, text.length));
    } else {
      array(key, kind, first);
    }
  }

  private void array(int key, int kind, int firstElement) {
    int length = elements.size - firstElement;
    longArrays |= length > 1;
    entry(key, kind, (long) firstElement << 32 | length);
  }

  /// Adds attributes `[from, to)` of another list, which holds no placeholders.
  void addAll(AttributeRows other, int from, int to) {
    for (int i = from; i < to; i++) {
      int kind = other.kinds.values[i];
      long value = other.values.values[i];
      if (AttributeKinds.isArray(kind)) {
        int first = elements.size;
        int otherFirst = (int) (value >>> 32);
        for (int e = otherFirst; e < otherFirst + (int) value; e++) {
          elements.add(other.elements.values[e]);
        }
        array(other.keys.values[i], kind, first);
      } else {
        entry(other.keys.values[i], kind, value);
      }
    }
  }

  private void entry(int key, int kind, long value) {
    repetition.add(empty ? pendingRepetition : level);
    definition.add(level);
    empty = false;
    kinds.add(kind);
    keys.add(key);
    values.add(value);
    countOfKind[kind]++;
  }
}
