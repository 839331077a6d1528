package dev.spoor.storage.columns;

/// The attributes of many owners (spans, resources, scopes, events or links), one list each.
///
/// Owner `o` has the entries `[first(o), end(o))`. An entry is a key (id in the batch's
/// dictionary), a type and a value whose meaning depends on the type, see [ValueType]. Immutable.
public final class AttributeLists {

  static final AttributeLists NONE =
      new AttributeLists(new int[] {0}, new int[0], new byte[0], new long[0]);

  private final int[] starts;
  private final int[] keys;
  private final byte[] types;
  private final long[] values;

  /// Takes over the arrays. `starts` has one entry more than there are owners.
  AttributeLists(int[] starts, int[] keys, byte[] types, long[] values) {
    this.starts = starts;
    this.keys = keys;
    this.types = types;
    this.values = values;
  }

  public int ownerCount() {
    return starts.length - 1;
  }

  public int entryCount() {
    return starts[starts.length - 1];
  }

  public int first(int owner) {
    return starts[owner];
  }

  public int end(int owner) {
    return starts[owner + 1];
  }

  public int key(int entry) {
    return keys[entry];
  }

  /// One of the constants of [ValueType].
  public byte type(int entry) {
    return types[entry];
  }

  public long value(int entry) {
    return values[entry];
  }

  /// The arrays themselves, for the codec and for scans; not to be changed. They may be longer than
  /// `entryCount()`.
  int[] starts() {
    return starts;
  }

  int[] keys() {
    return keys;
  }

  byte[] types() {
    return types;
  }

  long[] values() {
    return values;
  }

  long memoryBytes() {
    return 4L * starts.length + 4L * keys.length + types.length + 8L * values.length + 64;
  }
}
