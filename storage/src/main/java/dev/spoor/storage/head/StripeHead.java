package dev.spoor.storage.head;

import dev.spoor.storage.columns.ColumnCounts;
import dev.spoor.storage.columns.Section;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The start of a stripe: what it has how many of, and where its sections are.
final class StripeHead {

  static final byte RAW = 0;
  static final byte ZSTD = 1;

  static final int MAGIC = 0x50525453; // "STRP"
  private static final int FIXED = 4 + 4 + ColumnCounts.LENGTH + 2;
  private static final int ENTRY = 1 + 1 + 4 + 4 + 4;

  static final int SHORTEST = FIXED + 4;
  static final int LONGEST = FIXED + Section.ID_BOUND * ENTRY + 4;

  private final ColumnCounts counts;

  // By section id; 0 and 0 for a section that is not there.
  private final byte[] codecs = new byte[Section.ID_BOUND];
  private final int[] offsets = new int[Section.ID_BOUND];
  private final int[] lengths = new int[Section.ID_BOUND];
  private final int[] rawLengths = new int[Section.ID_BOUND];
  private final int[] checksums = new int[Section.ID_BOUND];

  private long stripeLength;

  private StripeHead(ColumnCounts counts) {
    this.counts = counts;
  }

  ColumnCounts counts() {
    return counts;
  }

  /// Bytes of the whole stripe, as far as its head tells.
  long stripeLength() {
    return stripeLength;
  }

  boolean has(Section section) {
    return lengths[section.id()] > 0;
  }

  byte codec(Section section) {
    return codecs[section.id()];
  }

  /// From the start of the stripe.
  int offset(Section section) {
    return offsets[section.id()];
  }

  int length(Section section) {
    return lengths[section.id()];
  }

  int rawLength(Section section) {
    return rawLengths[section.id()];
  }

  int checksum(Section section) {
    return checksums[section.id()];
  }

  /// Reads and checks the head of a stripe.
  ///
  /// @throws IOException saying what is wrong, but not where: the caller knows
  static StripeHead read(ByteBuffer bytes, StripeInfo stripe) throws IOException {
    StripeHead head = read(bytes);
    if (head.counts.spans() != stripe.spans() || head.counts.traces() != stripe.traces()) {
      throw new IOException("its counts are not those of the footer");
    }
    if (head.stripeLength != stripe.length()) {
      throw new IOException(
          "its sections end at %d of %d".formatted(head.stripeLength, stripe.length()));
    }
    return head;
  }

  /// As above, of a stripe about which nothing is known.
  static StripeHead read(ByteBuffer bytes) throws IOException {
    int length = bytes.remaining();
    if (length < SHORTEST) {
      throw new IOException(length + " bytes are too few for its head");
    }
    if (HeadSegmentFormat.checksum(bytes.duplicate().limit(length - 4))
        != bytes.getInt(length - 4)) {
      throw new IOException("the checksum of its head is wrong");
    }
    if (bytes.getInt() != MAGIC || bytes.getInt() != length) {
      throw new IOException("no stripe starts here");
    }
    StripeHead head = new StripeHead(ColumnCounts.read(bytes));
    int sections = bytes.getShort() & 0xFFFF;
    if (FIXED + sections * ENTRY + 4 != length) {
      throw new IOException("%d sections in a head of %d bytes".formatted(sections, length));
    }
    long offset = length;
    for (int i = 0; i < sections; i++) {
      offset = head.readEntry(bytes, offset);
    }
    head.stripeLength = offset;
    return head;
  }

  private long readEntry(ByteBuffer bytes, long offset) throws IOException {
    int id = bytes.get() & 0xFF;
    byte codec = bytes.get();
    int length = bytes.getInt();
    int rawLength = bytes.getInt();
    int checksum = bytes.getInt();
    long end = offset + length;
    if (id >= Section.ID_BOUND || lengths[id] != 0) {
      throw new IOException("section %d is unknown or there twice".formatted(id));
    }
    if (length <= 0
        || end > Integer.MAX_VALUE
        || rawLength < 0
        || (codec != RAW && codec != ZSTD)) {
      throw new IOException(
          "section %d cannot have codec %d, %d bytes, %d unpacked"
              .formatted(id, codec, length, rawLength));
    }
    codecs[id] = codec;
    offsets[id] = (int) offset;
    lengths[id] = length;
    rawLengths[id] = rawLength;
    checksums[id] = checksum;
    return end;
  }

  /// Collects the entries while a stripe is written.
  static final class Builder {

    private final ByteBuffer entries = HeadSegmentFormat.buffer(Section.ID_BOUND * ENTRY);
    private int sections;

    void add(Section section, byte codec, int length, int rawLength, int checksum) {
      entries.put((byte) section.id()).put(codec);
      entries.putInt(length).putInt(rawLength).putInt(checksum);
      sections++;
    }

    ByteBuffer build(ColumnCounts counts) {
      int length = FIXED + sections * ENTRY + 4;
      ByteBuffer bytes = HeadSegmentFormat.buffer(length);
      bytes.putInt(MAGIC).putInt(length);
      counts.write(bytes);
      bytes.putShort((short) sections);
      bytes.put(entries.duplicate().flip());
      bytes.putInt(HeadSegmentFormat.checksum(bytes.duplicate().flip()));
      return bytes.flip();
    }
  }
}
