package dev.spoor.storage.head;

import dev.spoor.platform.disk.ReadableFile;
import dev.spoor.storage.columns.ColumnGroup;
import dev.spoor.storage.columns.LazyColumns;
import dev.spoor.storage.columns.Section;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsDecoder;
import dev.spoor.traceql.fetch.QueryBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads a stripe section by section, each when its columns are first asked for. One thread at a
/// time.
final class StripeReader implements LazyColumns, SpanColumnsDecoder.Source {

  private final Path path;
  private final ReadableFile file;
  private final int number;
  private final StripeInfo stripe;
  private final StripeHead head;
  private final SpanColumnsDecoder decoder;
  private final @Nullable StripeFilters strings;
  private long bytesRead;
  private int sectionsRead;

  /// Reads the head and the trace ids.
  ///
  /// @param number of the stripe in its file
  /// @param strings where to remember the strings; null when they are read only once
  StripeReader(
      Path path, ReadableFile file, int number, StripeInfo stripe, @Nullable StripeFilters strings)
      throws IOException {
    this.path = path;
    this.file = file;
    this.number = number;
    this.stripe = stripe;
    this.strings = strings;
    try {
      ByteBuffer bytes = ByteBuffer.wrap(bytesAt(0, stripe.headLength()));
      this.head = StripeHead.read(bytes.order(ByteOrder.LITTLE_ENDIAN), stripe);
    } catch (IOException e) {
      throw new IOException(
          "%s: damaged stripe %d at offset %d: %s"
              .formatted(path, number, stripe.offset(), e.getMessage()),
          e);
    }
    this.decoder = new SpanColumnsDecoder(head.counts(), this);
  }

  @Override
  public SpanColumns with(ColumnGroup... groups) throws IOException {
    SpanColumns columns = decoder.with(groups);
    if (strings != null && columns.strings().size() == head.counts().strings()) {
      strings.keep(number, columns.strings());
    }
    return columns;
  }

  @Override
  public boolean surelyLacks(byte[] string) {
    return strings != null && strings.surelyLacks(number, string);
  }

  /// With all its columns, about.
  long memoryBytes() {
    return head.counts().memoryBytes();
  }

  @Override
  public long otherValues() {
    return (long) head.counts().spanAttributes().others()
        + head.counts().resourceAttributes().others()
        + head.counts().scopeAttributes().others()
        + head.counts().eventAttributes().others()
        + head.counts().linkAttributes().others();
  }

  @Override
  public long bytesRead() {
    return bytesRead;
  }

  @Override
  public long sectionsRead() {
    return sectionsRead;
  }

  /// Reads every section and checks its checksum; then all columns.
  void verify() throws IOException {
    for (Section section : Section.values()) {
      if (head.has(section)) {
        read(section);
      }
    }
    decoder.withAll();
  }

  @Override
  public byte[] read(Section section) throws IOException {
    if (!head.has(section)) {
      throw damaged(section, "it is missing");
    }
    QueryBudget budget = QueryBudget.current();
    budget.check();
    budget.read(head.length(section));
    byte[] stored;
    try {
      stored = bytesAt(head.offset(section), head.length(section));
    } catch (IOException e) {
      IOException failure = damaged(section, String.valueOf(e.getMessage()));
      failure.initCause(e);
      throw failure;
    }
    CRC32C crc = new CRC32C();
    crc.update(stored, 0, stored.length);
    if ((int) crc.getValue() != head.checksum(section)) {
      throw damaged(section, "the checksum is wrong");
    }
    sectionsRead++;
    if (head.codec(section) == StripeHead.RAW) {
      if (stored.length != head.rawLength(section)) {
        throw damaged(section, "its length is not its raw length");
      }
      return stored;
    }
    try {
      return Unzstd.unpack(stored, 0, stored.length, head.rawLength(section));
    } catch (IOException e) {
      IOException failure = damaged(section, String.valueOf(e.getMessage()));
      failure.initCause(e);
      throw failure;
    }
  }

  @Override
  public IOException damaged(Section section, String why) {
    return new IOException(
        "%s: damaged section %s of stripe %d at offset %d: %s"
            .formatted(path, section, number, stripe.offset() + head.offset(section), why));
  }

  private byte[] bytesAt(int offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    int read = file.read(ByteBuffer.wrap(bytes), stripe.offset() + offset);
    if (read != length) {
      throw new IOException("the file ends within it");
    }
    bytesRead += length;
    return bytes;
  }
}
