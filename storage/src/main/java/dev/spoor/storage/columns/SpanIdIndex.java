package dev.spoor.storage.columns;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/// The spans of one trace by their span id; up to two may share one, as the two sides of a Zipkin
/// call do. Used again for trace after trace. Slots are salted, since senders choose span ids. One
/// thread at a time.
final class SpanIdIndex {

  private static final int NONE = -1;
  private static final int FEWEST_SLOTS = 32;

  private final long salt = ThreadLocalRandom.current().nextLong();

  /// Of whoever asks, with the ids of the spans from `from` on.
  private long[] ids = {};

  private int from;

  /// The first span of an id, counted from 1 at `from`; 0 in slots that are free.
  private int[] table = new int[FEWEST_SLOTS];

  private int mask;

  /// By span, counted from `from`: the second span of its id.
  private int[] twins = new int[FEWEST_SLOTS / 2];

  private boolean crowded;

  /// Forgets what was there, and takes the spans `[from, to)`.
  ///
  /// @param ids by span; read later too
  void fill(long[] ids, int from, int to) {
    this.ids = ids;
    this.from = from;
    crowded = false;
    int count = to - from;
    int slots = Math.max(FEWEST_SLOTS, Integer.highestOneBit(count) << 2);
    if (table.length < slots) {
      table = new int[slots];
    } else {
      Arrays.fill(table, 0, slots, 0);
    }
    mask = slots - 1;
    if (twins.length < count) {
      twins = new int[Math.max(count, twins.length * 2)];
    }
    Arrays.fill(twins, 0, count, NONE);
    for (int place = 0; place < count; place++) {
      add(ids[from + place], place);
    }
  }

  private void add(long id, int place) {
    int slot = slotOf(id);
    while (table[slot] != 0) {
      int first = table[slot] - 1;
      if (ids[from + first] == id) {
        if (twins[first] == NONE) {
          twins[first] = place;
        } else {
          crowded = true;
        }
        return;
      }
      slot = (slot + 1) & mask;
    }
    table[slot] = place + 1;
  }

  /// Whether three or more spans share an id.
  boolean crowded() {
    return crowded;
  }

  /// The first span of this id, or -1.
  int first(long id) {
    int slot = slotOf(id);
    while (table[slot] != 0) {
      int span = from + table[slot] - 1;
      if (ids[span] == id) {
        return span;
      }
      slot = (slot + 1) & mask;
    }
    return NONE;
  }

  /// The second span that has the id of `first`, which [#first] gave; or -1.
  int second(int first) {
    int twin = twins[first - from];
    return twin == NONE ? NONE : from + twin;
  }

  private int slotOf(long id) {
    long mixed = (id ^ salt) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
    return (int) (mixed >>> 32) & mask;
  }
}
