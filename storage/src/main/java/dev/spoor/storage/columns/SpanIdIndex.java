package dev.spoor.storage.columns;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/// The spans of one trace by their span id; up to two may share one, as the two sides of a Zipkin
/// call do. Clearing is cheap, so that one index serves trace after trace. Slots are salted, since
/// senders choose span ids. One thread at a time.
final class SpanIdIndex {

  private final long salt = ThreadLocalRandom.current().nextLong();
  private long[] ids = new long[64];
  private int[] firsts = new int[64];
  private int[] seconds = new int[64];

  /// The round in which a slot was filled; a slot of an earlier round is free.
  private int[] rounds = new int[64];

  private int round = 1;
  private int size;
  private boolean crowded;

  void clear() {
    size = 0;
    crowded = false;
    if (++round == 0) {
      Arrays.fill(rounds, 0);
      round = 1;
    }
  }

  void add(long id, int span) {
    int slot = slotOf(id);
    while (rounds[slot] == round) {
      if (ids[slot] == id) {
        crowded |= seconds[slot] >= 0;
        seconds[slot] = seconds[slot] >= 0 ? seconds[slot] : span;
        return;
      }
      slot = (slot + 1) & (ids.length - 1);
    }
    put(slot, id, span, -1);
    if (++size * 2 > ids.length) {
      grow();
    }
  }

  /// Whether three or more spans share an id.
  boolean crowded() {
    return crowded;
  }

  /// The span of this id that was added first, or -1.
  int first(long id) {
    int slot = find(id);
    return slot < 0 ? -1 : firsts[slot];
  }

  /// The span of this id that was added second, or -1.
  int second(long id) {
    int slot = find(id);
    return slot < 0 ? -1 : seconds[slot];
  }

  private int find(long id) {
    int slot = slotOf(id);
    while (rounds[slot] == round) {
      if (ids[slot] == id) {
        return slot;
      }
      slot = (slot + 1) & (ids.length - 1);
    }
    return -1;
  }

  private void put(int slot, long id, int first, int second) {
    ids[slot] = id;
    firsts[slot] = first;
    seconds[slot] = second;
    rounds[slot] = round;
  }

  private void grow() {
    long[] oldIds = ids;
    int[] oldFirsts = firsts;
    int[] oldSeconds = seconds;
    int[] oldRounds = rounds;
    ids = new long[oldIds.length * 2];
    firsts = new int[ids.length];
    seconds = new int[ids.length];
    rounds = new int[ids.length];
    for (int i = 0; i < oldIds.length; i++) {
      if (oldRounds[i] == round) {
        int slot = slotOf(oldIds[i]);
        while (rounds[slot] == round) {
          slot = (slot + 1) & (ids.length - 1);
        }
        put(slot, oldIds[i], oldFirsts[i], oldSeconds[i]);
      }
    }
  }

  private int slotOf(long id) {
    long mixed = (id ^ salt) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
    return (int) (mixed >>> 32) & (ids.length - 1);
  }
}
