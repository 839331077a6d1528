package dev.spoor.storage.wal;

import dev.spoor.model.Tenant;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What stands before a record's payload.
///
/// ```
///  0   8  sync marker of the log
///  8   4  length of the payload
/// 12   4  CRC32C of the payload
/// 16   8  sequence
/// 24   8  when it was received, milliseconds since the epoch
/// 32   1  type
/// 33   1  length n of the tenant id
/// 34   n  tenant id, ASCII
/// 34+n 4  CRC32C of all before
/// ```
record RecordHeader(
    int payloadLength,
    int payloadCrc,
    long sequence,
    long receivedMillis,
    RecordType type,
    Tenant tenant) {

  static final int MIN_BYTES = 34 + 1 + 4;
  static final int MAX_BYTES = 34 + Tenant.MAX_LENGTH + 4;

  /// Larger than any body that a listener takes.
  static final int MAX_PAYLOAD = 1 << 30;

  private static final int FIXED = 34;

  int length() {
    return lengthFor(tenant);
  }

  static int lengthFor(Tenant tenant) {
    return FIXED + tenant.id().length() + 4;
  }

  void write(ByteBuffer target, long marker) {
    int start = target.position();
    target.putLong(marker).putInt(payloadLength).putInt(payloadCrc);
    target.putLong(sequence).putLong(receivedMillis);
    String id = tenant.id();
    target.put((byte) type.code()).put((byte) id.length());
    for (int i = 0; i < id.length(); i++) {
      target.put((byte) id.charAt(i));
    }
    target.putInt(Crc.of(target, start, target.position() - start));
  }

  /// The header at `offset`, whose marker was compared already; null when it is damaged, or does
  /// not end within `source`.
  static @Nullable RecordHeader read(ByteBuffer source, int offset) {
    int available = source.limit() - offset;
    if (available < MIN_BYTES) {
      return null;
    }
    int tenantLength = source.get(offset + 33) & 0xff;
    int crcAt = FIXED + tenantLength;
    if (available < crcAt + 4 || source.getInt(offset + crcAt) != Crc.of(source, offset, crcAt)) {
      return null;
    }
    RecordType type = RecordType.ofCode(source.get(offset + 32) & 0xff);
    int payloadLength = source.getInt(offset + 8);
    Tenant tenant = tenantAt(source, offset + FIXED, tenantLength);
    if (type == null || tenant == null || payloadLength < 0 || payloadLength > MAX_PAYLOAD) {
      return null;
    }
    return new RecordHeader(
        payloadLength,
        source.getInt(offset + 12),
        source.getLong(offset + 16),
        source.getLong(offset + 24),
        type,
        tenant);
  }

  private static @Nullable Tenant tenantAt(ByteBuffer source, int offset, int length) {
    byte[] id = new byte[length];
    source.get(offset, id);
    try {
      return new Tenant(new String(id, StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException notAnId) {
      return null;
    }
  }
}
