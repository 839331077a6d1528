package dev.spoor.storage.block;

import dev.spoor.storage.columns.AttributeLists;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.ValueType;
import dev.spoor.storage.parquet.StringPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The distinct resources and scopes of a row group, each one once however many batches bring it,
/// with its attributes sorted by key and those with a column of their own taken out.
///
/// Two are the same when everything that the block stores of them is the same. One thread at a
/// time.
final class ResourceTable {

  /// A column without a value.
  static final int NULL = -1;

  private final StringPool pool;
  private final KeySlots slots;
  private final int slotCount;

  private final Map<Content, Integer> numbers = new HashMap<>();

  /// Contents in the order in which batches bring their attributes: what came before, as it does
  /// for trace after trace, is known without sorting.
  private final KnownContents known = new KnownContents();

  private final IntList headers = new IntList();
  private final IntList dropped = new IntList();
  private final IntList firstAttributes = new IntList();

  /// The attributes of all, one list behind the other, without placeholders.
  private final AttributeRows attributes;

  /// @param slotCount how many columns of their own there are, those that `slots` names and any
  ///   before them that [#numberOf] is given
  ResourceTable(StringPool pool, KeySlots slots, int slotCount) {
    this.pool = pool;
    this.slots = slots;
    this.slotCount = slotCount;
    attributes = new AttributeRows(0, pool);
    firstAttributes.add(0);
  }

  void clear() {
    numbers.clear();
    known.clear();
    headers.clear();
    dropped.clear();
    firstAttributes.clear();
    firstAttributes.add(0);
    attributes.clear();
    slots.clear();
  }

  /// The content of one, as numbers of the row group.
  private record Content(long[] parts, int hash) {

    @Override
    public boolean equals(Object other) {
      return other instanceof Content that && Arrays.equals(parts, that.parts);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /// A generic attribute.
  ///
  /// @param at where it stands in the batch
  /// @param key its name, as a number of the row group
  private record Entry(int at, int key) {}

  int resource(MergeInput in, int resource) {
    int inBatch = in.resources.get(resource);
    if (inBatch >= 0) {
      return inBatch;
    }
    SpanColumns batch = in.batch();
    int[] header = new int[slotCount];
    Arrays.fill(header, NULL);
    header[ColumnMapping.SERVICE_NAME] = StringPool.EMPTY;
    int number =
        numberOf(
            in,
            header,
            batch.resourceDroppedAttributes(resource),
            batch.resourceAttributes(),
            resource);
    return in.resources.put(resource, number);
  }

  /// Name and version are the first two columns.
  int scope(MergeInput in, int scope) {
    int inBatch = in.scopes.get(scope);
    if (inBatch >= 0) {
      return inBatch;
    }
    SpanColumns batch = in.batch();
    int[] header = {in.string(batch.scopeName(scope)), in.string(batch.scopeVersion(scope))};
    int number =
        numberOf(in, header, batch.scopeDroppedAttributes(scope), batch.scopeAttributes(), scope);
    return in.scopes.put(scope, number);
  }

  private int numberOf(
      MergeInput in, int[] header, int droppedCount, AttributeLists lists, int owner) {
    known.begin();
    for (int value : header) {
      known.add(value);
    }
    known.add(droppedCount);
    for (int entry = lists.first(owner); entry < lists.end(owner); entry++) {
      byte type = lists.type(entry);
      long value = lists.value(entry);
      known.add((long) in.string(lists.key(entry)) << 8 | type);
      known.add(ValueType.isString(type) ? in.string((int) value) : value);
    }
    int number = known.find();
    return number >= 0
        ? number
        : known.keep(sortedNumberOf(in, header, droppedCount, lists, owner));
  }

  private int sortedNumberOf(
      MergeInput in, int[] header, int droppedCount, AttributeLists lists, int owner) {
    List<Entry> generic = new ArrayList<>();
    int[] inSlot = new int[header.length];
    Arrays.fill(inSlot, NULL);
    for (int entry = lists.first(owner); entry < lists.end(owner); entry++) {
      int key = in.string(lists.key(entry));
      int slot = lists.type(entry) == ValueType.STRING ? slots.slot(key) : KeySlots.GENERIC;
      if (slot == KeySlots.GENERIC) {
        generic.add(new Entry(entry, key));
      } else {
        // Of one that came twice, the last value is in the column and the others are in the list.
        if (inSlot[slot] != NULL) {
          generic.add(new Entry(inSlot[slot], key));
        }
        inSlot[slot] = entry;
        header[slot] = in.string((int) lists.value(entry));
      }
    }
    generic.sort((a, b) -> compare(a.key, b.key));
    Content content = content(in, header, droppedCount, lists, generic);
    Integer same = numbers.get(content);
    if (same != null) {
      return same;
    }
    int number = dropped.size;
    numbers.put(content, number);
    for (int value : header) {
      headers.add(value);
    }
    dropped.add(droppedCount);
    attributes.beginOwner(0, 0);
    for (Entry entry : generic) {
      attributes.add(entry.key, lists.type(entry.at), lists.value(entry.at), in);
    }
    firstAttributes.add(attributes.keys.size);
    return number;
  }

  private int compare(int a, int b) {
    return Arrays.compareUnsigned(
        pool.data(), pool.start(a), pool.end(a), pool.data(), pool.start(b), pool.end(b));
  }

  private Content content(
      MergeInput in, int[] header, int droppedCount, AttributeLists lists, List<Entry> generic) {
    long[] parts = new long[header.length + 1 + 3 * generic.size()];
    int at = 0;
    for (int value : header) {
      parts[at++] = value;
    }
    parts[at++] = droppedCount;
    for (Entry entry : generic) {
      byte type = lists.type(entry.at);
      long value = lists.value(entry.at);
      parts[at++] = entry.key;
      parts[at++] = type;
      parts[at++] = ValueType.isString(type) ? in.string((int) value) : value;
    }
    return new Content(parts, Arrays.hashCode(parts));
  }

  /// The number in the pool of a column's value, or [#NULL].
  int column(int number, int slot) {
    return headers.values[number * slotCount + slot];
  }

  int droppedAttributes(int number) {
    return dropped.values[number];
  }

  /// Adds the generic attributes of one to the rows of a step.
  void addAttributes(int number, AttributeRows to) {
    to.addAll(attributes, firstAttributes.values[number], firstAttributes.values[number + 1]);
  }
}
