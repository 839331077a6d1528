package dev.spoor.storage.columns;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The spans of one very large trace that were seen, by span id and kind: a table of ids for each
/// kind, to save memory. Slots are salted, since senders choose span ids. One thread at a time.
final class LargeSpanSet {

  private final long salt = ThreadLocalRandom.current().nextLong();
  private final @Nullable Ids[] byKind = new Ids[256];

  /// False when it was there.
  boolean add(long id, byte kind) {
    Ids ids = byKind[kind & 0xFF];
    if (ids == null) {
      ids = new Ids();
      byKind[kind & 0xFF] = ids;
    }
    return ids.add(id);
  }

  private final class Ids {

    /// A free slot holds 0; the id 0 has no slot.
    private long[] slots = new long[64];

    private int size;
    private boolean hasZero;

    boolean add(long id) {
      if (id == 0) {
        boolean isNew = !hasZero;
        hasZero = true;
        return isNew;
      }
      if (!put(slots, id)) {
        return false;
      }
      if (++size > slots.length / 3 * 2) {
        grow();
      }
      return true;
    }

    private void grow() {
      long[] larger = new long[slots.length * 2];
      for (long id : slots) {
        if (id != 0) {
          put(larger, id);
        }
      }
      slots = larger;
    }

    private boolean put(long[] to, long id) {
      int slot = slotOf(id) & (to.length - 1);
      while (to[slot] != 0) {
        if (to[slot] == id) {
          return false;
        }
        slot = (slot + 1) & (to.length - 1);
      }
      to[slot] = id;
      return true;
    }
  }

  private int slotOf(long id) {
    long mixed = (id ^ salt) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
    return (int) (mixed >>> 32);
  }
}
