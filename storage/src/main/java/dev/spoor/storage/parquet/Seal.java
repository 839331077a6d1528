package dev.spoor.storage.parquet;

import java.util.Arrays;
import java.util.zip.CRC32C;

/// A checksum at the end of a Thrift struct, since Parquet has one for the content of pages only:
/// not for their headers, the indexes of pages and the footer.
///
/// It is in field 32766 of the struct, which the format does not know and readers skip: a double of
/// `SPCK` and the CRC-32C, little-endian, of all bytes of the struct before that field. Where the
/// footer has it, everything has it.
final class Seal {

  /// A field of type double, its number in full, and the first half of it.
  private static final byte[] FIELD = {7, (byte) 0xFC, (byte) 0xFF, 3, 'S', 'P', 'C', 'K'};

  private static final byte STOP = 0;
  private static final int BYTES = FIELD.length + Integer.BYTES + 1;

  private Seal() {}

  /// The struct with its checksum.
  static byte[] sealed(byte[] struct) {
    int length = struct.length - 1;
    if (struct[length] != STOP) {
      throw new IllegalArgumentException("not a struct");
    }
    byte[] sealed = Arrays.copyOf(struct, length + BYTES);
    System.arraycopy(FIELD, 0, sealed, length, FIELD.length);
    int crc = crc(struct, 0, length);
    for (int i = 0; i < Integer.BYTES; i++) {
      sealed[length + FIELD.length + i] = (byte) (crc >>> 8 * i);
    }
    sealed[sealed.length - 1] = STOP;
    return sealed;
  }

  /// Whether the struct `[from, to)` has a checksum.
  static boolean isThere(byte[] bytes, int from, int to) {
    int at = to - BYTES;
    return at >= from && Arrays.equals(bytes, at, at + FIELD.length, FIELD, 0, FIELD.length);
  }

  /// Checks the struct `[from, to)`, which must have a checksum.
  static void check(byte[] bytes, int from, int to, String what) throws MalformedException {
    if (!isThere(bytes, from, to)) {
      throw new MalformedException("the %s has no checksum".formatted(what));
    }
    int end = to - 1;
    int stored = ValueDecoder.littleEndianInt(bytes, end - Integer.BYTES);
    if (bytes[end] != STOP || crc(bytes, from, to - BYTES - from) != stored) {
      throw new MalformedException("the checksum of the %s does not match".formatted(what));
    }
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
