package dev.spoor.storage.head;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.WritableFile;
import dev.spoor.storage.columns.ColumnCounts;
import dev.spoor.storage.columns.Section;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.columns.SpanColumnsEncoder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/// Writes head segments. One thread at a time; keeps its buffers from one to the next.
public final class HeadSegmentWriter implements Closeable {

  private static final int LEVEL = 1;

  /// Less than this is not worth a frame.
  private static final int SMALLEST_TO_COMPRESS = 48;

  private final Disk disk;
  private final SpanColumnsEncoder encoder = new SpanColumnsEncoder();
  private final ZstdCompressCtx zstd = new ZstdCompressCtx().setLevel(LEVEL).setChecksum(false);
  private byte[] body = new byte[1 << 20];
  private int bodyLength;

  public HeadSegmentWriter(Disk disk) {
    this.disk = disk;
  }

  /// Writes all batches of the cursor, each as a stripe, into `directory`, which exists. When this
  /// returns the file is safe under its name; when it fails there is no file of that name, unless
  /// there was one before.
  ///
  /// The batches must not hold a span twice (`SpanMerger` sees to that). Empty batches are left
  /// out. The cursor stays open.
  ///
  /// @throws IOException naming the file, or what the cursor could not read
  /// @throws IllegalArgumentException when trace ids do not ascend from batch to batch
  public HeadSegmentInfo write(Path directory, HeadSegmentHeader header, SpanColumnsCursor cursor)
      throws IOException {
    Path target = directory.resolve(header.fileName());
    Path temporary =
        directory.resolve("%08d%s".formatted(header.id(), HeadSegmentFormat.TEMPORARY_SUFFIX));
    disk.delete(temporary);
    HeadSegmentInfo info;
    try {
      try (WritableFile file = disk.create(temporary)) {
        info = write(file, target, header, cursor);
        file.sync();
      }
      disk.rename(temporary, target);
    } catch (IOException | RuntimeException | Error failure) {
      deleteAfter(failure, temporary);
      throw failure;
    }
    try {
      disk.syncDirectory(directory);
    } catch (IOException | RuntimeException | Error failure) {
      deleteAfter(failure, target); // or a start would find it beside the one that is written next
      throw failure;
    }
    return info;
  }

  private void deleteAfter(Throwable failure, Path file) {
    try {
      disk.delete(file);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private HeadSegmentInfo write(
      WritableFile file, Path target, HeadSegmentHeader header, SpanColumnsCursor cursor)
      throws IOException {
    file.write(HeadSegmentFormat.header(header));
    List<StripeInfo> stripes = new ArrayList<>();
    TraceIds ids = new TraceIds();
    TimeBounds bounds = new TimeBounds();
    long spans = 0;
    for (SpanColumns batch = cursor.next(); batch != null; batch = cursor.next()) {
      if (batch.traceCount() == 0) {
        continue;
      }
      StripeInfo stripe = writeStripe(file, batch);
      checkOrder(stripes, stripe);
      stripes.add(stripe);
      ids.add(batch);
      bounds.add(stripe.startNanos(), stripe.endNanos());
      spans += stripe.spans();
    }
    file.write(HeadSegmentFormat.footer(stripes, ids.filter()));
    return new HeadSegmentInfo(
        target, header, file.position(), spans, ids.count, bounds.start(), bounds.end(), stripes);
  }

  private static void checkOrder(List<StripeInfo> stripes, StripeInfo next) {
    if (!stripes.isEmpty() && stripes.getLast().last().compareTo(next.first()) >= 0) {
      throw new IllegalArgumentException(
          "trace %s after %s".formatted(next.first(), stripes.getLast().last()));
    }
  }

  private StripeInfo writeStripe(WritableFile file, SpanColumns batch) throws IOException {
    bodyLength = 0;
    StripeHead.Builder head = new StripeHead.Builder();
    ColumnCounts counts =
        encoder.encode(batch, (section, content) -> append(head, section, content));
    long offset = file.position();
    ByteBuffer headBytes = head.build(counts);
    int headLength = headBytes.remaining();
    file.write(headBytes);
    file.write(ByteBuffer.wrap(body, 0, bodyLength));
    return StripeInfo.of(offset, Math.addExact(headLength, bodyLength), headLength, batch);
  }

  private void append(StripeHead.Builder head, Section section, byte[] content) {
    byte codec = StripeHead.RAW;
    int length = content.length;
    if (content.length >= SMALLEST_TO_COMPRESS) {
      int bound = Math.toIntExact(Zstd.compressBound(content.length));
      makeRoom(bound);
      int compressed = zstd.compressByteArray(body, bodyLength, bound, content, 0, content.length);
      if (compressed < content.length - content.length / 16) {
        codec = StripeHead.ZSTD;
        length = compressed;
      }
    }
    if (codec == StripeHead.RAW) {
      makeRoom(content.length);
      System.arraycopy(content, 0, body, bodyLength, content.length);
    }
    CRC32C crc = new CRC32C();
    crc.update(body, bodyLength, length);
    head.add(section, codec, length, content.length, (int) crc.getValue());
    bodyLength += length;
  }

  private void makeRoom(int more) {
    long needed = (long) bodyLength + more;
    if (needed > Integer.MAX_VALUE - 16) {
      throw new IllegalArgumentException("a stripe of more than 2 GiB");
    }
    if (needed > body.length) {
      int length = (int) Math.min(Integer.MAX_VALUE - 16, Math.max(needed, body.length * 2L));
      body = Arrays.copyOf(body, length);
    }
  }

  @Override
  public void close() {
    zstd.close();
  }

  /// The ids of all traces, until there are as many as there are and the filter has its size.
  private static final class TraceIds {

    private long[] highs = new long[1024];
    private long[] lows = new long[1024];
    private int count;

    void add(SpanColumns batch) {
      int more = batch.traceCount();
      if (count + more > highs.length) {
        int larger = Math.max(count + more, highs.length * 2);
        highs = Arrays.copyOf(highs, larger);
        lows = Arrays.copyOf(lows, larger);
      }
      for (int trace = 0; trace < more; trace++) {
        highs[count] = batch.traceIdHigh(trace);
        lows[count] = batch.traceIdLow(trace);
        count++;
      }
    }

    TraceFilter filter() {
      TraceFilter filter = TraceFilter.forTraces(count);
      for (int i = 0; i < count; i++) {
        filter.add(highs[i], lows[i]);
      }
      return filter;
    }
  }
}
