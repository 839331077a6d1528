package dev.spoor.storage.wal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// CRC32C of ranges.
final class Crc {

  private Crc() {}

  static int of(byte[] array, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(array, offset, length);
    return (int) crc.getValue();
  }

  /// Leaves the buffer's position alone.
  static int of(ByteBuffer buffer, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.slice(offset, length));
    return (int) crc.getValue();
  }
}
