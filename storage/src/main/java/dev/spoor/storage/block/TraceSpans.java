package dev.spoor.storage.block;

import dev.spoor.storage.columns.SpanColumns;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/// The spans of one trace, brought together from all inputs: each one once, in the order of the
/// block. Used again for trace after trace, by one thread.
final class TraceSpans {

  private static final int SMALL_RUN = 16;

  private final long seed = ThreadLocalRandom.current().nextLong();

  int count;

  /// Spans that came again.
  long duplicates;

  // What came, in the order in which it came.
  MergeInput[] inputs = new MergeInput[64];
  int[] ordinals = new int[64];
  int[] resources = new int[64];
  int[] scopes = new int[64];
  private long[] ids = new long[64];
  private byte[] kinds = new byte[64];
  private long[] starts = new long[64];

  /// Upper half: the place of the resource, lower half: the place of the scope.
  private long[] groups = new long[64];

  /// Where the spans stand in the block, as indexes of the arrays above.
  int[] order = new int[64];

  private int[] scratch = new int[64];
  private int[] table = new int[256];
  private int tableMask;

  private final Places resourcePlaces = new Places();
  private final Places scopePlaces = new Places();

  /// Numbers things from 0 in the order in which they are first seen in a trace.
  private static final class Places {

    private int[] place = new int[64];
    private int[] seenIn = new int[64];
    private int serial;
    private int count;

    void begin() {
      if (++serial == 0) {
        Arrays.fill(seenIn, 0);
        serial = 1;
      }
      count = 0;
    }

    int of(int thing) {
      if (thing >= place.length) {
        int larger = Math.max(thing + 1, place.length * 2);
        place = Arrays.copyOf(place, larger);
        seenIn = Arrays.copyOf(seenIn, larger);
      }
      if (seenIn[thing] != serial) {
        seenIn[thing] = serial;
        place[thing] = count++;
      }
      return place[thing];
    }
  }

  /// @param expected how many spans may come at most
  void begin(int expected) {
    count = 0;
    room(expected);
    int slots = Integer.highestOneBit(Math.max(8, expected)) * 4;
    if (table.length < slots) {
      table = new int[slots];
    } else {
      Arrays.fill(table, 0, slots, 0);
    }
    tableMask = slots - 1;
    resourcePlaces.begin();
    scopePlaces.begin();
  }

  /// Takes the spans `[first, end)` of an input's batch, which are of the trace; those that are
  /// here already, by span id and kind, are left out.
  void add(
      MergeInput in, int first, int end, ResourceTable resourceTable, ResourceTable scopeTable) {
    SpanColumns batch = in.batch();
    for (int span = first; span < end; span++) {
      long id = batch.spanId(span);
      byte kind = (byte) batch.kind(span);
      if (!isNew(id, kind)) {
        duplicates++;
        continue;
      }
      int at = count++;
      inputs[at] = in;
      ordinals[at] = span;
      ids[at] = id;
      kinds[at] = kind;
      starts[at] = batch.startNanos(span);
      resources[at] = resourceTable.resource(in, batch.resource(span));
      scopes[at] = scopeTable.scope(in, batch.scope(span));
      groups[at] = (long) resourcePlaces.of(resources[at]) << 32 | scopePlaces.of(scopes[at]);
    }
  }

  private boolean isNew(long id, byte kind) {
    long mixed = (id ^ seed) * 0x9E3779B97F4A7C15L;
    int slot = (int) ((mixed ^ (mixed >>> 32)) >>> 8) & tableMask;
    while (table[slot] != 0) {
      int other = table[slot] - 1;
      if (ids[other] == id && kinds[other] == kind) {
        return false;
      }
      slot = (slot + 1) & tableMask;
    }
    table[slot] = count + 1;
    return true;
  }

  /// Puts the spans in the order of the block: by resource and scope as they were first seen, then
  /// by start and span id.
  void sort() {
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    for (int from = 0; from < count; from += SMALL_RUN) {
      insertionSort(from, Math.min(count, from + SMALL_RUN));
    }
    for (int run = SMALL_RUN; run < count; run *= 2) {
      for (int from = 0; from + run < count; from += 2 * run) {
        merge(from, from + run, Math.min(count, from + 2 * run));
      }
    }
  }

  private void insertionSort(int from, int end) {
    for (int i = from + 1; i < end; i++) {
      int moved = order[i];
      int at = i;
      while (at > from && compare(order[at - 1], moved) > 0) {
        order[at] = order[at - 1];
        at--;
      }
      order[at] = moved;
    }
  }

  private void merge(int from, int middle, int end) {
    if (compare(order[middle - 1], order[middle]) <= 0) {
      return;
    }
    System.arraycopy(order, from, scratch, from, middle - from);
    int a = from;
    int b = middle;
    int to = from;
    while (a < middle) {
      order[to++] = b < end && compare(scratch[a], order[b]) > 0 ? order[b++] : scratch[a++];
    }
  }

  private int compare(int a, int b) {
    if (groups[a] != groups[b]) {
      return Long.compare(groups[a], groups[b]);
    }
    int byStart = Long.compareUnsigned(starts[a], starts[b]);
    return byStart != 0 ? byStart : Long.compareUnsigned(ids[a], ids[b]);
  }

  private void room(int spans) {
    if (spans > ordinals.length) {
      int larger = Math.max(spans, ordinals.length * 2);
      inputs = new MergeInput[larger];
      ordinals = new int[larger];
      resources = new int[larger];
      scopes = new int[larger];
      ids = new long[larger];
      kinds = new byte[larger];
      starts = new long[larger];
      groups = new long[larger];
      order = new int[larger];
      scratch = new int[larger];
    }
  }
}
