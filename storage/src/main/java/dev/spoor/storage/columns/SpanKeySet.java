package dev.spoor.storage.columns;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/// The spans of one trace that were seen: what makes two spans the same is span id and kind.
///
/// Clearing is cheap, so that one set serves trace after trace. Slots are salted, since senders
/// choose span ids. One thread at a time.
final class SpanKeySet {

  private final long salt = ThreadLocalRandom.current().nextLong();
  private long[] ids = new long[64];
  private byte[] kinds = new byte[64];

  /// The round in which a slot was filled; a slot of an earlier round is free.
  private int[] rounds = new int[64];

  private int round = 1;
  private int size;

  void clear() {
    size = 0;
    if (++round == 0) {
      Arrays.fill(rounds, 0);
      round = 1;
    }
  }

  /// False when it was there.
  boolean add(long id, byte kind) {
    int slot = slotOf(id);
    while (rounds[slot] == round) {
      if (ids[slot] == id && kinds[slot] == kind) {
        return false;
      }
      slot = (slot + 1) & (ids.length - 1);
    }
    put(slot, id, kind);
    if (++size * 2 > ids.length) {
      grow();
    }
    return true;
  }

  private void put(int slot, long id, byte kind) {
    ids[slot] = id;
    kinds[slot] = kind;
    rounds[slot] = round;
  }

  private void grow() {
    long[] oldIds = ids;
    byte[] oldKinds = kinds;
    int[] oldRounds = rounds;
    ids = new long[oldIds.length * 2];
    kinds = new byte[ids.length];
    rounds = new int[ids.length];
    for (int i = 0; i < oldIds.length; i++) {
      if (oldRounds[i] == round) {
        int slot = slotOf(oldIds[i]);
        while (rounds[slot] == round) {
          slot = (slot + 1) & (ids.length - 1);
        }
        put(slot, oldIds[i], oldKinds[i]);
      }
    }
  }

  private int slotOf(long id) {
    long mixed = (id ^ salt) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
    return (int) (mixed >>> 32) & (ids.length - 1);
  }
}
