package dev.spoor.storage.block;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Hashes of attribute values, as the file `spoor-index` has them: see docs/formats/spoor-index.md.
final class ValueHash {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long OF_STRING = 0x9E37_79B9_7F4A_7C15L;
  private static final long OF_INT = 0xC2B2_AE3D_27D4_EB4FL;
  private static final long OF_DOUBLE = 0x1656_67B1_9E37_79F9L;

  private ValueHash() {}

  static long ofString(byte[] bytes, int offset, int length) {
    long hash = OF_STRING ^ length;
    int at = offset;
    int end = offset + length;
    for (; at + 8 <= end; at += 8) {
      hash = mix(hash ^ (long) LONG.get(bytes, at));
    }
    long rest = 0;
    for (int i = end - 1; i >= at; i--) {
      rest = rest << 8 | bytes[i] & 0xFF;
    }
    return mix(hash ^ rest);
  }

  static long ofInt(long value) {
    return mix(mix(OF_INT) ^ value);
  }

  /// Zeros of both signs are the same.
  static long ofDouble(long bits) {
    return mix(mix(OF_DOUBLE) ^ (bits == Long.MIN_VALUE ? 0 : bits));
  }

  private static long mix(long word) {
    long mixed = (word ^ word >>> 33) * 0xFF51_AFD7_ED55_8CCDL;
    mixed = (mixed ^ mixed >>> 33) * 0xC4CE_B9FE_1A85_EC53L;
    return mixed ^ mixed >>> 33;
  }
}
