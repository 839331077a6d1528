package dev.spoor.storage.head;

import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.storage.wal.IncompatibleVersionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/// The parts of the file around the stripes, see `docs/formats/head-segment.md`.
final class HeadSegmentFormat {

  static final String SUFFIX = ".head";
  static final String TEMPORARY_SUFFIX = ".head.tmp";

  static final int VERSION = 1;

  private static final byte[] HEADER_MAGIC = "SPOORHD1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TRAILER_MAGIC = "1DHROOPS".getBytes(StandardCharsets.US_ASCII);

  private static final int FIXED_HEADER = 8 + 4 + 4 + 4 * 8 + 2;
  static final int LONGEST_HEADER = FIXED_HEADER + Tenant.MAX_LENGTH + 4;

  /// Of any version: enough to see that the checksum of a newer one's header holds.
  static final int LONGEST_HEADER_EVER = 4096;

  /// Footer length, checksum, magic.
  static final int TRAILER = 4 + 4 + 8;

  private static final int STRIPE_ENTRY = 8 + 4 + 4 + 16 + 16 + 4 + 4 + 8 + 8;

  private HeadSegmentFormat() {}

  static ByteBuffer buffer(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }

  static ByteBuffer header(HeadSegmentHeader header) {
    byte[] tenant = header.tenant().id().getBytes(StandardCharsets.US_ASCII);
    int length = FIXED_HEADER + tenant.length + 4;
    ByteBuffer bytes = buffer(length);
    bytes.put(HEADER_MAGIC).putInt(VERSION).putInt(length);
    bytes.putLong(header.id()).putLong(header.walFrom()).putLong(header.walTo());
    bytes.putLong(header.created().toEpochMilli());
    bytes.putShort((short) tenant.length).put(tenant);
    bytes.putInt(checksum(bytes.duplicate().flip()));
    return bytes.flip();
  }

  /// @param bytes the start of the file, at least [#LONGEST_HEADER_EVER] bytes or all there are
  /// @throws IncompatibleVersionException when the header is whole and of a newer version
  static void checkVersion(Path file, ByteBuffer bytes) throws IncompatibleVersionException {
    if (bytes.remaining() < HEADER_MAGIC.length + 8) {
      return;
    }
    byte[] magic = new byte[HEADER_MAGIC.length];
    bytes.get(magic);
    int version = bytes.getInt();
    int length = bytes.getInt();
    boolean newer =
        Arrays.equals(magic, HEADER_MAGIC) && Integer.compareUnsigned(version, VERSION) > 0;
    if (newer
        && length >= HEADER_MAGIC.length + 12
        && length <= bytes.limit()
        && checksum(bytes.duplicate().position(0).limit(length - 4)) == bytes.getInt(length - 4)) {
      throw new IncompatibleVersionException(file, version, VERSION);
    }
  }

  /// A header and how many bytes it takes.
  record ReadHeader(HeadSegmentHeader header, int length) {}

  /// @param bytes the start of the file, at least [#LONGEST_HEADER] bytes or all there are
  static ReadHeader readHeader(Path file, ByteBuffer bytes) throws IOException {
    int available = bytes.remaining();
    if (available < FIXED_HEADER + 4) {
      throw damaged(file, "header", 0, "the file ends within it");
    }
    byte[] magic = new byte[HEADER_MAGIC.length];
    bytes.get(magic);
    if (!Arrays.equals(magic, HEADER_MAGIC)) {
      throw damaged(file, "header", 0, "this is no head segment");
    }
    int version = bytes.getInt();
    int length = bytes.getInt();
    if (length < FIXED_HEADER + 4 || length > available) {
      throw damaged(file, "header", 12, "a length of " + Integer.toUnsignedString(length));
    }
    int expected = bytes.getInt(length - 4);
    if (checksum(bytes.duplicate().position(0).limit(length - 4)) != expected) {
      throw damaged(file, "header", 0, "the checksum is wrong");
    }
    if (version != VERSION) {
      throw new IncompatibleVersionException(file, version, VERSION);
    }
    long id = bytes.getLong();
    long walFrom = bytes.getLong();
    long walTo = bytes.getLong();
    long created = bytes.getLong();
    int tenantLength = bytes.getShort() & 0xFFFF;
    if (FIXED_HEADER + tenantLength + 4 != length) {
      throw damaged(file, "header", FIXED_HEADER - 2, "a tenant of " + tenantLength + " bytes");
    }
    byte[] tenant = new byte[tenantLength];
    bytes.get(tenant);
    try {
      Tenant owner = new Tenant(new String(tenant, StandardCharsets.US_ASCII));
      return new ReadHeader(
          new HeadSegmentHeader(owner, id, walFrom, walTo, Instant.ofEpochMilli(created)), length);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IOException(file + ": damaged header: " + e.getMessage(), e);
    }
  }

  /// Footer and trailer.
  static ByteBuffer footer(List<StripeInfo> stripes, TraceFilter filter) {
    long[] words = filter.words();
    long length = 4 + (long) STRIPE_ENTRY * stripes.size() + 4 + 8L * words.length;
    ByteBuffer bytes = buffer(Math.toIntExact(length + TRAILER));
    bytes.putInt(stripes.size());
    for (StripeInfo stripe : stripes) {
      bytes.putLong(stripe.offset()).putInt(stripe.length()).putInt(stripe.headLength());
      bytes.putLong(stripe.first().high()).putLong(stripe.first().low());
      bytes.putLong(stripe.last().high()).putLong(stripe.last().low());
      bytes.putInt(stripe.spans()).putInt(stripe.traces());
      bytes.putLong(stripe.startNanos()).putLong(stripe.endNanos());
    }
    bytes.putInt(words.length);
    for (long word : words) {
      bytes.putLong(word);
    }
    bytes.putInt((int) length);
    bytes.putInt(checksum(bytes.duplicate().flip()));
    bytes.put(TRAILER_MAGIC);
    return bytes.flip();
  }

  /// Length of the footer, from the file's last [#TRAILER] bytes.
  static int footerLength(Path file, long size, ByteBuffer trailer) throws IOException {
    long at = size - TRAILER;
    byte[] magic = new byte[TRAILER_MAGIC.length];
    trailer.get(trailer.position() + 8, magic);
    if (!Arrays.equals(magic, TRAILER_MAGIC)) {
      throw damaged(file, "trailer", at + 8, "the file does not end as a head segment does");
    }
    int length = trailer.getInt(trailer.position());
    if (length < 8 || length > at) {
      throw damaged(
          file, "trailer", at, "a footer of " + Integer.toUnsignedString(length) + " bytes");
    }
    return length;
  }

  record ReadFooter(List<StripeInfo> stripes, TraceFilter filter) {}

  /// @param bytes footer and trailer
  /// @param offset where the footer starts in the file
  /// @param headerLength where the first stripe has to start, or -1 when that is not known
  static ReadFooter readFooter(Path file, ByteBuffer bytes, long offset, int headerLength)
      throws IOException {
    int length = bytes.remaining() - TRAILER;
    int expected = bytes.getInt(length + 4);
    if (checksum(bytes.duplicate().limit(length + 4)) != expected) {
      throw damaged(file, "footer", offset, "the checksum is wrong");
    }
    int count = bytes.getInt();
    if (count < 0 || 4 + (long) count * STRIPE_ENTRY + 4 > length) {
      throw damaged(file, "footer", offset, "it has no room for %d stripes".formatted(count));
    }
    List<StripeInfo> stripes = new ArrayList<>(count);
    long next = headerLength;
    for (int i = 0; i < count; i++) {
      StripeInfo stripe =
          new StripeInfo(
              bytes.getLong(),
              bytes.getInt(),
              bytes.getInt(),
              new TraceId(bytes.getLong(), bytes.getLong()),
              new TraceId(bytes.getLong(), bytes.getLong()),
              bytes.getInt(),
              bytes.getInt(),
              bytes.getLong(),
              bytes.getLong());
      if (headerLength < 0 && i == 0) {
        next = stripe.offset();
      }
      if (stripe.offset() != next
          || stripe.length() < stripe.headLength()
          || stripe.headLength() < 0
          || stripe.traces() < 1
          || stripe.spans() < stripe.traces()) {
        throw damaged(file, "footer", offset, "stripe %d cannot be %s".formatted(i, stripe));
      }
      next += stripe.length();
      stripes.add(stripe);
    }
    if (next != offset && (headerLength >= 0 || count > 0)) {
      throw damaged(file, "footer", offset, "the last stripe ends at " + next);
    }
    int words = bytes.getInt();
    if (words < 0 || words * 8L != length - 8 - (long) count * STRIPE_ENTRY) {
      throw damaged(file, "footer", offset, "a trace filter of %d words".formatted(words));
    }
    long[] filter = new long[words];
    for (int i = 0; i < words; i++) {
      filter[i] = bytes.getLong();
    }
    return new ReadFooter(List.copyOf(stripes), new TraceFilter(filter));
  }

  static IOException damaged(Path file, String part, long offset, String why) {
    return new IOException("%s: damaged %s at offset %d: %s".formatted(file, part, offset, why));
  }
}
