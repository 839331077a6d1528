package dev.spoor.storage.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// The first 16 bytes of every file of the log, the same in all versions to come: eight of magic,
/// the format version, and a CRC32C of these twelve. So any release can tell a newer file from a
/// damaged one.
final class Prologue {

  /// The newest version that this release reads, and the one it writes.
  static final int VERSION = 1;

  static final int BYTES = 16;

  private static final int CRC_AT = 12;

  private Prologue() {}

  static void write(ByteBuffer target, long magic) {
    int start = target.position();
    target.putLong(magic).putInt(VERSION);
    target.putInt(Crc.of(target, start, CRC_AT));
  }

  /// Whether the first bytes of `head` are a prologue with this magic.
  ///
  /// @throws IncompatibleVersionException when they are, and the version is newer than ours
  static boolean check(ByteBuffer head, long magic, Path file) throws IOException {
    if (head.limit() < BYTES
        || head.getLong(0) != magic
        || head.getInt(CRC_AT) != Crc.of(head, 0, CRC_AT)) {
      return false;
    }
    int version = head.getInt(8);
    if (Integer.compareUnsigned(version, VERSION) > 0) {
      throw new IncompatibleVersionException(file, version);
    }
    return version == VERSION;
  }
}
