package dev.spoor.storage.block;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// Numbers of the file `spoor-index`: see docs/formats/spoor-index.md.
final class ValueIndexFormat {

  static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// `SPIX`.
  static final int MAGIC = 0x5849_5053;

  static final int VERSION = 1;
  static final int HEADER_BYTES = 8;

  /// Where the directory is, its length and its checksum, the version and the magic number.
  static final int TRAILER_BYTES = 24;

  /// Bits of a hash that count; the first of them choose the bucket.
  static final int HASH_BITS = 43;

  static final int FINGERPRINT_BITS = 16;
  static final int MAX_BUCKET_BITS = 24;

  /// A bucket has two numbers of four bytes: its first value, and where its lists begin.
  static final int BUCKET_BYTES = 8;

  /// Stands for the owner in the directory where a section says which spans have which numbers.
  static final int NUMBERS_OF_SPANS = 19;

  private ValueIndexFormat() {}

  static int bucket(long hash, int bucketBits) {
    return (int) (hash >>> (HASH_BITS - bucketBits));
  }

  static short fingerprint(long hash, int bucketBits) {
    return (short) (hash >>> (HASH_BITS - bucketBits - FINGERPRINT_BITS));
  }

  /// The part of a hash that counts.
  static long counted(long hash) {
    return hash >>> (Long.SIZE - HASH_BITS);
  }

  static int crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
