package dev.spoor.storage.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/// The start of a segment.
///
/// ```
///  0  16  prologue, magic "SPOORWAL"
/// 16  16  id of the log; its last eight bytes are the sync marker of all its records
/// 32   8  number of the first record
/// 40   8  when it was made, milliseconds since the epoch
/// 48   2  length n of the node id
/// 50   n  node id, UTF-8
/// 50+n 4  CRC32C of all before
/// ```
///
/// @param log the id drawn at random when the directory got its first segment
/// @param firstSequence of the records in it
/// @param nodeId who wrote it; at most [#MAX_NODE_ID] bytes
record SegmentHeader(UUID log, long firstSequence, long createdMillis, String nodeId) {

  static final long MAGIC = 0x53504f4f5257414cL; // "SPOORWAL"

  static final int MAX_NODE_ID = 256;

  static final int MAX_BYTES = 50 + MAX_NODE_ID + 4;

  private static final int FIXED = 50;
  private static final int LOG_AT = 16;

  ByteBuffer encoded() {
    byte[] node = nodeId.getBytes(StandardCharsets.UTF_8);
    node = Arrays.copyOf(node, Math.min(node.length, MAX_NODE_ID));
    ByteBuffer target = ByteBuffer.allocate(FIXED + node.length + 4);
    Prologue.write(target, MAGIC);
    target.putLong(log.getMostSignificantBits()).putLong(log.getLeastSignificantBits());
    target.putLong(firstSequence).putLong(createdMillis);
    target.putShort((short) node.length).put(node);
    target.putInt(Crc.of(target, 0, target.position()));
    return target.flip();
  }

  int length() {
    return encoded().remaining();
  }

  /// Empty when it is damaged.
  ///
  /// @param head the first [#MAX_BYTES] of the file, or all of it
  static Optional<SegmentHeader> decode(ByteBuffer head, Path file) throws IOException {
    if (!Prologue.check(head, MAGIC, file) || head.limit() < FIXED) {
      return Optional.empty();
    }
    int nodeLength = head.getShort(48);
    if (nodeLength < 0 || nodeLength > MAX_NODE_ID || head.limit() < FIXED + nodeLength + 4) {
      return Optional.empty();
    }
    int crcAt = FIXED + nodeLength;
    if (head.getInt(crcAt) != Crc.of(head, 0, crcAt)) {
      return Optional.empty();
    }
    byte[] node = new byte[nodeLength];
    head.get(FIXED, node);
    UUID log = new UUID(head.getLong(LOG_AT), head.getLong(LOG_AT + 8));
    return Optional.of(
        new SegmentHeader(
            log, head.getLong(32), head.getLong(40), new String(node, StandardCharsets.UTF_8)));
  }
}
