package dev.spoor.storage.wal;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A checkpoint as bytes.
///
/// ```
///  0  16  prologue, magic "SPOORCKP"
/// 16  16  id of the log
/// 32   8  number of the checkpoint
/// 40   8  when it was made, milliseconds since the epoch
/// 48   8  low-water mark
/// 56   4  number of entries; each one:
///      2    length n of the name
///      n    name, UTF-8
///      8    first sequence
///      8    last sequence
///      4  CRC32C of all before
/// ```
record CheckpointFile(UUID log, Checkpoint checkpoint) {

  static final long MAGIC = 0x53504f4f52434b50L; // "SPOORCKP"

  /// Some hundred thousand entries. A longer file is not read, and so taken for damaged.
  static final int MAX_BYTES = 64 << 20;

  private static final int ENTRIES_AT = 60;
  private static final int MAX_NAME = 0xffff;
  private static final int ENTRY_BYTES = 2 + 8 + 8;

  /// @throws IllegalArgumentException when a name is longer than 65,535 bytes, or all entries are
  ///   longer than a checkpoint may be
  ByteBuffer encoded() {
    List<byte[]> names = new ArrayList<>();
    int length = ENTRIES_AT + 4;
    for (CheckpointEntry entry : checkpoint.entries()) {
      byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
      if (name.length > MAX_NAME) {
        throw new IllegalArgumentException("entry name of %d bytes".formatted(name.length));
      }
      names.add(name);
      length = Math.addExact(length, ENTRY_BYTES + name.length);
    }
    if (length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "checkpoint of %d bytes, at most %d are possible".formatted(length, MAX_BYTES));
    }
    ByteBuffer target = ByteBuffer.allocate(length);
    Prologue.write(target, MAGIC);
    target.putLong(log.getMostSignificantBits()).putLong(log.getLeastSignificantBits());
    target.putLong(checkpoint.number()).putLong(checkpoint.created().toEpochMilli());
    target.putLong(checkpoint.lowWaterMark()).putInt(names.size());
    for (int i = 0; i < names.size(); i++) {
      CheckpointEntry entry = checkpoint.entries().get(i);
      target.putShort((short) names.get(i).length).put(names.get(i));
      target.putLong(entry.firstSequence()).putLong(entry.lastSequence());
    }
    target.putInt(Crc.of(target, 0, target.position()));
    return target.flip();
  }

  /// Empty when it is damaged.
  ///
  /// @param content the whole file
  static Optional<CheckpointFile> decode(ByteBuffer content, Path file) throws IOException {
    int crcAt = content.limit() - 4;
    if (!Prologue.check(content, MAGIC, file)
        || crcAt < ENTRIES_AT
        || content.getInt(crcAt) != Crc.of(content, 0, crcAt)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parsed(content.slice(0, crcAt).position(Prologue.BYTES)));
    } catch (BufferUnderflowException shorterThanItSays) {
      return Optional.empty();
    }
  }

  private static CheckpointFile parsed(ByteBuffer source) {
    UUID log = new UUID(source.getLong(), source.getLong());
    long number = source.getLong();
    Instant created = Instant.ofEpochMilli(source.getLong());
    long lowWaterMark = source.getLong();
    int count = source.getInt();
    List<CheckpointEntry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] name = new byte[source.getShort() & 0xffff];
      source.get(name);
      entries.add(
          new CheckpointEntry(
              new String(name, StandardCharsets.UTF_8), source.getLong(), source.getLong()));
    }
    return new CheckpointFile(log, new Checkpoint(number, created, lowWaterMark, entries));
  }
}
