package dev.spoor.storage.block;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.Arrays;

/// Checksums (CRC-32C) of those files of a block that have none by their format: `meta.json` and
/// the shards of the bloom filter. They stand at the end, where other readers ignore them. A file
/// without one is of another writer, or of us before we wrote them, and is taken as it is.
public final class Checksums {

  private static final byte[] JSON_FIELD = ",\"spoorChecksum\":\"".getBytes(US_ASCII);
  private static final byte[] JSON_END = "\"}".getBytes(US_ASCII);
  private static final int DIGITS = 8;
  private static final int JSON_BYTES = JSON_FIELD.length + DIGITS + JSON_END.length;

  private static final byte[] MAGIC = "SPCK".getBytes(US_ASCII);
  private static final int BLOOM_BYTES = MAGIC.length + Integer.BYTES;

  private Checksums() {}

  /// The text of a JSON object that is not empty, with the checksum of what is before it as its
  /// last field.
  static byte[] ofJson(byte[] json) {
    int length = json.length - 1;
    byte[] sealed = Arrays.copyOf(json, length + JSON_BYTES);
    byte[] end =
        "%s%08x%s"
            .formatted(text(JSON_FIELD), crc(json, length), text(JSON_END))
            .getBytes(US_ASCII);
    System.arraycopy(end, 0, sealed, length, end.length);
    return sealed;
  }

  /// @throws IOException when the text ends with a checksum of something else
  static void checkJson(byte[] json, String source) throws IOException {
    int length = json.length - JSON_BYTES;
    if (length < 0 || !standsAt(json, length, JSON_FIELD)) {
      return;
    }
    byte[] expected = "%08x".formatted(crc(json, length)).getBytes(US_ASCII);
    if (!standsAt(json, length + JSON_FIELD.length, expected)) {
      throw new IOException(source + ": the checksum does not match");
    }
  }

  /// A shard of a bloom filter and its checksum.
  static byte[] ofBloom(byte[] shard) {
    byte[] sealed = Arrays.copyOf(shard, shard.length + BLOOM_BYTES);
    System.arraycopy(MAGIC, 0, sealed, shard.length, MAGIC.length);
    ValueIndexFormat.INT.set(sealed, shard.length + MAGIC.length, crc(shard, shard.length));
    return sealed;
  }

  /// @param source what the bytes are, for messages
  /// @return the same bytes
  /// @throws IOException when they end with a checksum of something else
  public static byte[] checkedBloom(byte[] shard, String source) throws IOException {
    int length = shard.length - BLOOM_BYTES;
    if (length >= 0
        && standsAt(shard, length, MAGIC)
        && (int) ValueIndexFormat.INT.get(shard, length + MAGIC.length) != crc(shard, length)) {
      throw new IOException(source + ": the checksum does not match");
    }
    return shard;
  }

  private static boolean standsAt(byte[] bytes, int at, byte[] what) {
    return Arrays.equals(bytes, at, at + what.length, what, 0, what.length);
  }

  private static int crc(byte[] bytes, int length) {
    return ValueIndexFormat.crc(bytes, 0, length);
  }

  private static String text(byte[] ascii) {
    return new String(ascii, US_ASCII);
  }
}
