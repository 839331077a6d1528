package dev.spoor.storage.head;

import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.ReadableFile;
import dev.spoor.storage.columns.ColumnGroup;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.wal.IncompatibleVersionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the whole stripes of a damaged segment: where the footer says they are, or, when it can't
/// be read, wherever the head of a stripe is found. Memory is that of a stripe.
final class HeadSegmentSalvage {

  private static final int WINDOW = 1 << 16;
  private static final int PAGE = 4096;
  private static final TraceId NOT_KNOWN = new TraceId(0, 0);

  private final Path path;
  private final ReadableFile file;
  private final List<StripeInfo> stripes = new ArrayList<>();
  private final List<TraceId> ids = new ArrayList<>();
  private long size;
  private long readBytes;
  private long lostSpans;
  private @Nullable String reason;

  HeadSegmentSalvage(Path path, ReadableFile file) {
    this.path = path;
    this.file = file;
  }

  HeadSegmentReader open(HeadSegmentHeader otherwise) throws IOException {
    size = file.size();
    Optional<HeadSegmentFormat.ReadHeader> header = header();
    int headerLength = header.map(HeadSegmentFormat.ReadHeader::length).orElse(-1);
    Optional<HeadSegmentFormat.ReadFooter> footer = footer(headerLength);
    if (footer.isPresent()) {
      footer.get().stripes().forEach(this::keepIfWhole);
    } else {
      scan(Math.max(0, headerLength));
    }
    HeadSegmentLoss loss =
        new HeadSegmentLoss(size - readBytes, lostSpans, reason == null ? "nothing" : reason);
    return new HeadSegmentReader(
        path,
        file,
        HeadSegmentReader.info(
            path,
            header.map(HeadSegmentFormat.ReadHeader::header).orElse(otherwise),
            size,
            stripes),
        footer.map(HeadSegmentFormat.ReadFooter::filter).orElseGet(this::filter),
        Optional.of(loss));
  }

  private Optional<HeadSegmentFormat.ReadHeader> header() throws IOException {
    try {
      ByteBuffer start =
          HeadSegmentReader.read(path, file, 0, Math.min(size, HeadSegmentFormat.LONGEST_HEADER));
      HeadSegmentFormat.ReadHeader header = HeadSegmentFormat.readHeader(path, start);
      readBytes += header.length();
      return Optional.of(header);
    } catch (IncompatibleVersionException newer) {
      throw newer;
    } catch (IOException damaged) {
      note(damaged);
      return Optional.empty();
    }
  }

  private Optional<HeadSegmentFormat.ReadFooter> footer(int headerLength) {
    if (size - Math.max(0, headerLength) < HeadSegmentFormat.TRAILER) {
      note(HeadSegmentFormat.damaged(path, "trailer", size, "the file ends before it"));
      return Optional.empty();
    }
    try {
      HeadSegmentFormat.ReadFooter footer =
          HeadSegmentReader.footer(path, file, size, headerLength);
      long stripesEnd =
          footer.stripes().isEmpty()
              ? Math.max(0, headerLength)
              : footer.stripes().getLast().offset() + footer.stripes().getLast().length();
      readBytes += size - stripesEnd;
      return Optional.of(footer);
    } catch (IOException damaged) {
      note(damaged);
      return Optional.empty();
    }
  }

  /// A stripe that the footer names.
  private void keepIfWhole(StripeInfo stripe) {
    try {
      SpanColumns spans = verified(stripe);
      HeadSegmentReader.checkTraces(path, stripes.size(), stripe, spans);
      keep(stripe);
    } catch (IOException damaged) {
      lost(stripe.spans(), damaged);
    }
  }

  private void scan(long from) {
    long at = nextMagic(from);
    while (at >= 0) {
      at = nextMagic(endOfStripe(at));
    }
  }

  /// Looks at what may be a stripe.
  ///
  /// @return where to go on
  private long endOfStripe(long at) {
    StripeHead head;
    int headLength;
    try {
      ByteBuffer start = HeadSegmentReader.read(path, file, at, Math.min(8, size - at));
      headLength = start.limit() < 8 ? 0 : start.getInt(4);
      if (headLength < StripeHead.SHORTEST
          || headLength > StripeHead.LONGEST
          || at + headLength > size) {
        return at + 1;
      }
      ByteBuffer bytes = HeadSegmentReader.read(path, file, at, headLength);
      head = StripeHead.read(bytes.order(ByteOrder.LITTLE_ENDIAN));
    } catch (IOException none) {
      return at + 1; // these four bytes stand for nothing, or for a stripe that can't be read
    }
    int spans = head.counts().spans();
    if (head.stripeLength() > size - at) {
      lost(spans, HeadSegmentFormat.damaged(path, "stripe", at, "the file ends within it"));
      return at + headLength;
    }
    try {
      int length = (int) head.stripeLength();
      SpanColumns columns =
          verified(
              new StripeInfo(
                  at,
                  length,
                  headLength,
                  NOT_KNOWN,
                  NOT_KNOWN,
                  spans,
                  head.counts().traces(),
                  0,
                  0));
      StripeInfo stripe = StripeInfo.of(at, length, headLength, columns);
      HeadSegmentReader.checkTraces(path, stripes.size(), stripe, columns);
      if (!stripes.isEmpty() && stripes.getLast().last().compareTo(stripe.first()) >= 0) {
        throw HeadSegmentFormat.damaged(path, "stripe", at, "its traces are out of order");
      }
      keep(stripe);
      rememberIds(columns);
    } catch (IOException damaged) {
      lost(spans, damaged);
    }
    return at + head.stripeLength();
  }

  private SpanColumns verified(StripeInfo stripe) throws IOException {
    StripeReader reader = new StripeReader(path, file, stripes.size(), stripe, null);
    reader.verify();
    SpanColumns columns = reader.with(ColumnGroup.values());
    if (columns.traceCount() == 0) {
      throw HeadSegmentFormat.damaged(path, "stripe", stripe.offset(), "it has no traces");
    }
    return columns;
  }

  private void keep(StripeInfo stripe) {
    stripes.add(stripe);
    readBytes += stripe.length();
  }

  private void lost(int spans, IOException damaged) {
    lostSpans += spans;
    note(damaged);
  }

  private void note(IOException damaged) {
    if (reason == null) {
      reason = String.valueOf(damaged.getMessage());
    }
  }

  private void rememberIds(SpanColumns columns) {
    for (int trace = 0; trace < columns.traceCount(); trace++) {
      ids.add(new TraceId(columns.traceIdHigh(trace), columns.traceIdLow(trace)));
    }
  }

  private TraceFilter filter() {
    TraceFilter filter = TraceFilter.forTraces(ids.size());
    ids.forEach(id -> filter.add(id.high(), id.low()));
    return filter;
  }

  /// Where the four bytes with which a stripe begins come next, or -1.
  private long nextMagic(long from) {
    for (long at = from; at + 4 <= size; ) {
      int length = (int) Math.min(WINDOW, size - at);
      ByteBuffer window;
      try {
        window = HeadSegmentReader.read(path, file, at, length);
      } catch (IOException unreadable) {
        note(unreadable);
        at = pageAfter(at); // a page of it may be all that is bad
        continue;
      }
      for (int offset = 0; offset + 4 <= length; offset++) {
        if (window.getInt(offset) == StripeHead.MAGIC) {
          return at + offset;
        }
      }
      at += length - 3;
      if (length < WINDOW) {
        return -1;
      }
    }
    return -1;
  }

  private static long pageAfter(long at) {
    return (at / PAGE + 1) * PAGE;
  }
}
