package dev.spoor.storage.parquet;

import java.util.Arrays;
import java.util.zip.CRC32C;

/// A checksum at the end of a Thrift struct, since Parquet has one for the content of pages only:
/// not for their headers, the indexes of pages and the footer.
///
/// It is in field 32767 of the struct, which the format keeps for extensions and other readers
/// skip: a byte string of the CRC-32C, little-endian, of all bytes of the struct before that field.
/// In the footer, `SPCK` stands before it. Where the footer has it, everything has it.
final class Seal {

  /// A binary field, its number in full, the length of what follows.
  private static final byte[] FIELD = {8, (byte) 0xFE, (byte) 0xFF, 3, 4};

  private static final byte[] FOOTER_FIELD = {
    8, (byte) 0xFE, (byte) 0xFF, 3, 8, 'S', 'P', 'C', 'K'
  };

  private static final byte STOP = 0;
  private static final int BYTES = FIELD.length + Integer.BYTES + 1;
  private static final int FOOTER_BYTES = FOOTER_FIELD.length + Integer.BYTES + 1;

  private Seal() {}

  /// The struct with its checksum.
  static byte[] sealed(byte[] struct) {
    return sealed(struct, FIELD);
  }

  static byte[] sealedFooter(byte[] struct) {
    return sealed(struct, FOOTER_FIELD);
  }

  private static byte[] sealed(byte[] struct, byte[] field) {
    int length = struct.length - 1;
    if (struct[length] != STOP) {
      throw new IllegalArgumentException("not a struct");
    }
    byte[] sealed = Arrays.copyOf(struct, length + field.length + Integer.BYTES + 1);
    System.arraycopy(field, 0, sealed, length, field.length);
    int crc = crc(struct, 0, length);
    for (int i = 0; i < Integer.BYTES; i++) {
      sealed[length + field.length + i] = (byte) (crc >>> 8 * i);
    }
    return sealed;
  }

  /// Whether the footer `[from, to)` has a checksum, which then matches.
  static boolean checkFooter(byte[] bytes, int from, int to) throws MalformedException {
    if (!isThere(bytes, from, to, FOOTER_FIELD, FOOTER_BYTES)) {
      return false;
    }
    checkCrc(bytes, from, to, FOOTER_BYTES, "footer");
    return true;
  }

  /// Checks the struct `[from, to)` of a file whose footer has a checksum.
  static void check(byte[] bytes, int from, int to, String what) throws MalformedException {
    if (!isThere(bytes, from, to, FIELD, BYTES)) {
      throw new MalformedException("the %s has no checksum".formatted(what));
    }
    checkCrc(bytes, from, to, BYTES, what);
  }

  private static boolean isThere(byte[] bytes, int from, int to, byte[] field, int length) {
    int at = to - length;
    return at >= from && Arrays.equals(bytes, at, at + field.length, field, 0, field.length);
  }

  private static void checkCrc(byte[] bytes, int from, int to, int length, String what)
      throws MalformedException {
    int stored = ValueDecoder.littleEndianInt(bytes, to - 1 - Integer.BYTES);
    if (bytes[to - 1] != STOP || crc(bytes, from, to - length - from) != stored) {
      throw new MalformedException("the checksum of the %s does not match".formatted(what));
    }
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
