package dev.spoor.storage.block;

import dev.spoor.storage.parquet.StringPool;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// Which attribute names have a column of their own; a name is looked at once a row group.
final class KeySlots {

  /// The name has no column of its own.
  static final int GENERIC = -1;

  private static final byte UNKNOWN = 0;
  private static final int SHIFT = 2;

  private final Map<String, Integer> slots;
  private final StringPool pool;
  private byte[] cache = new byte[256];

  KeySlots(Map<String, Integer> slots, StringPool pool) {
    this.slots = Map.copyOf(slots);
    this.pool = pool;
  }

  void clear() {
    Arrays.fill(cache, UNKNOWN);
  }

  /// @param key number in the pool
  int slot(int key) {
    if (key >= cache.length) {
      cache = Arrays.copyOf(cache, Math.max(key + 1, cache.length * 2));
    }
    byte known = cache[key];
    if (known == UNKNOWN) {
      String name =
          new String(pool.data(), pool.start(key), pool.length(key), StandardCharsets.UTF_8);
      known = (byte) (slots.getOrDefault(name, GENERIC) + SHIFT);
      cache[key] = known;
    }
    return known - SHIFT;
  }
}
