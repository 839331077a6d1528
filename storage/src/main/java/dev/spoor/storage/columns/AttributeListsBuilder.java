package dev.spoor.storage.columns;

import java.util.Arrays;

/// Collects the attribute lists of one kind of owner: `add` entries, then `endOwner`, for owner
/// after owner.
final class AttributeListsBuilder {

  private int[] starts = new int[64];
  private int owners;
  private int[] keys = new int[256];
  private byte[] types = new byte[256];
  private long[] values = new long[256];
  private int entries;

  /// Makes room, so that nothing has to be moved later. To be called before anything is added.
  ///
  /// @param ownerCount how many owners there will be
  /// @param entryCount and how many entries of all of them, about
  void reserve(int ownerCount, int entryCount) {
    starts = new int[ownerCount + 1];
    keys = new int[entryCount];
    types = new byte[entryCount];
    values = new long[entryCount];
  }

  void add(int key, byte type, long value) {
    if (entries == keys.length) {
      int larger = Math.max(64, entries * 2);
      keys = Arrays.copyOf(keys, larger);
      types = Arrays.copyOf(types, larger);
      values = Arrays.copyOf(values, larger);
    }
    keys[entries] = key;
    types[entries] = type;
    values[entries] = value;
    entries++;
  }

  void endOwner() {
    owners++;
    if (owners == starts.length) {
      starts = Arrays.copyOf(starts, owners * 2);
    }
    starts[owners] = entries;
  }

  /// Forgets the entries since the last `endOwner`, and all owners from `ownerCount` on.
  void rollback(int ownerCount) {
    owners = ownerCount;
    entries = starts[ownerCount];
  }

  int owners() {
    return owners;
  }

  /// Whether two lists have the same entries in the same order.
  boolean same(int a, int b) {
    int fromA = starts[a];
    int endA = starts[a + 1];
    int fromB = starts[b];
    int endB = starts[b + 1];
    return Arrays.equals(keys, fromA, endA, keys, fromB, endB)
        && Arrays.equals(types, fromA, endA, types, fromB, endB)
        && Arrays.equals(values, fromA, endA, values, fromB, endB);
  }

  int hash(int owner) {
    long hash = 1;
    for (int i = starts[owner]; i < starts[owner + 1]; i++) {
      hash = (hash * 31 + keys[i]) * 31 + types[i];
      hash = hash * 31 + values[i];
    }
    return Long.hashCode(hash * 0x9E3779B97F4A7C15L);
  }

  int entries() {
    return entries;
  }

  /// Bytes of heap that the lists would take now.
  long memoryBytes() {
    return 4L * owners + 13L * entries;
  }

  /// The lists in the order in which they came. They get the arrays of this where little room is
  /// left in them; so nothing may be added afterwards.
  AttributeLists build() {
    int[] allStarts = starts.length == owners + 1 ? starts : Arrays.copyOf(starts, owners + 1);
    if (keys.length - entries <= entries >> 4) {
      return new AttributeLists(allStarts, keys, types, values);
    }
    return new AttributeLists(
        allStarts,
        Arrays.copyOf(keys, entries),
        Arrays.copyOf(types, entries),
        Arrays.copyOf(values, entries));
  }

  /// The lists in another order: list `i` of the result is list `order[i]` of this.
  AttributeLists build(int[] order) {
    int[] newStarts = new int[order.length + 1];
    int[] newKeys = new int[entries];
    byte[] newTypes = new byte[entries];
    long[] newValues = new long[entries];
    int to = 0;
    for (int i = 0; i < order.length; i++) {
      int from = starts[order[i]];
      int length = starts[order[i] + 1] - from;
      System.arraycopy(keys, from, newKeys, to, length);
      System.arraycopy(types, from, newTypes, to, length);
      System.arraycopy(values, from, newValues, to, length);
      to += length;
      newStarts[i + 1] = to;
    }
    return new AttributeLists(newStarts, newKeys, newTypes, newValues);
  }
}
