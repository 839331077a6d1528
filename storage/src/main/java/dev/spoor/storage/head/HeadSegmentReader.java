package dev.spoor.storage.head;

import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.ReadableFile;
import dev.spoor.storage.columns.ColumnGroup;
import dev.spoor.storage.columns.ColumnsSpanSource;
import dev.spoor.storage.columns.LazyColumns;
import dev.spoor.storage.columns.PieceSizes;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.columns.SpanCopier;
import dev.spoor.traceql.fetch.SpanSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A head segment that is open for reading. Safe for many threads.
///
/// Header and footer are read and checked once, by [#open]; stripes and their sections when they
/// are asked for, each with its own checksum. Whatever byte is damaged, reading what it belongs to
/// fails with an `IOException` that names file, stripe, section and offset, and all other stripes
/// stay readable. After [#close] reading fails.
public final class HeadSegmentReader implements Closeable {

  private static final int FIRST_READ = 64 << 10;

  private final Path path;
  private final ReadableFile file;
  private final HeadSegmentInfo info;
  private final TraceFilter filter;
  private final Optional<HeadSegmentLoss> loss;
  private final StripeFilters strings;

  HeadSegmentReader(
      Path path,
      ReadableFile file,
      HeadSegmentInfo info,
      TraceFilter filter,
      Optional<HeadSegmentLoss> loss) {
    this.path = path;
    this.file = file;
    this.info = info;
    this.filter = filter;
    this.loss = loss;
    this.strings = new StripeFilters(info.stripes().size());
  }

  /// @throws dev.spoor.storage.wal.IncompatibleVersionException when a newer release wrote it
  /// @throws IOException when the file is missing, incomplete or damaged
  public static HeadSegmentReader open(Disk disk, Path path) throws IOException {
    return open(disk, path, HeadSegmentReader::open);
  }

  /// Fails when a newer release wrote the file; damaged ones are none of that. Reads the header
  /// only.
  ///
  /// @throws dev.spoor.storage.wal.IncompatibleVersionException when it did
  /// @throws IOException when the file is missing or can't be read at all
  public static void checkVersion(Disk disk, Path path) throws IOException {
    try (ReadableFile file = disk.open(path)) {
      int length = (int) Math.min(file.size(), HeadSegmentFormat.LONGEST_HEADER_EVER);
      HeadSegmentFormat.checkVersion(path, read(path, file, 0, length));
    }
  }

  /// Opens what can still be read of a damaged segment: all stripes in which every checksum holds.
  /// Reads all of the file, which stays as it is.
  ///
  /// @param otherwise what the segment is when its header can't be read
  /// @throws dev.spoor.storage.wal.IncompatibleVersionException when a newer release wrote it
  /// @throws IOException when the file is missing or can't be read at all
  public static HeadSegmentReader salvage(Disk disk, Path path, HeadSegmentHeader otherwise)
      throws IOException {
    return open(disk, path, (name, file) -> new HeadSegmentSalvage(name, file).open(otherwise));
  }

  private interface Opening {
    HeadSegmentReader open(Path path, ReadableFile file) throws IOException;
  }

  private static HeadSegmentReader open(Disk disk, Path path, Opening opening) throws IOException {
    ReadableFile file = disk.open(path);
    try {
      return opening.open(path, file);
    } catch (IOException | RuntimeException | Error failure) {
      try {
        file.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
      throw failure;
    }
  }

  private static HeadSegmentReader open(Path path, ReadableFile file) throws IOException {
    long size = file.size();
    ByteBuffer start = read(path, file, 0, Math.min(size, HeadSegmentFormat.LONGEST_HEADER));
    HeadSegmentFormat.ReadHeader header = HeadSegmentFormat.readHeader(path, start);
    if (size < header.length() + HeadSegmentFormat.TRAILER) {
      throw HeadSegmentFormat.damaged(path, "trailer", size, "the file ends before it");
    }
    HeadSegmentFormat.ReadFooter read = footer(path, file, size, header.length());
    return new HeadSegmentReader(
        path,
        file,
        info(path, header.header(), size, read.stripes()),
        read.filter(),
        Optional.empty());
  }

  /// @param headerLength -1 when the header can't be read
  static HeadSegmentFormat.ReadFooter footer(
      Path path, ReadableFile file, long size, int headerLength) throws IOException {
    long earliest = Math.max(0, headerLength);
    long tailAt = Math.max(earliest, size - FIRST_READ);
    ByteBuffer tail = read(path, file, tailAt, size - tailAt);
    ByteBuffer trailer = HeadSegmentFormat.buffer(HeadSegmentFormat.TRAILER);
    trailer.put(tail.duplicate().position(tail.limit() - HeadSegmentFormat.TRAILER)).flip();
    int length = HeadSegmentFormat.footerLength(path, size, trailer);
    long footerAt = size - HeadSegmentFormat.TRAILER - length;
    if (footerAt < earliest) {
      throw HeadSegmentFormat.damaged(
          path, "trailer", size - HeadSegmentFormat.TRAILER, "a footer of " + length + " bytes");
    }
    ByteBuffer footer =
        footerAt >= tailAt
            ? tail.position((int) (footerAt - tailAt)).slice().order(tail.order())
            : read(path, file, footerAt, size - footerAt);
    return HeadSegmentFormat.readFooter(path, footer, footerAt, headerLength);
  }

  static HeadSegmentInfo info(
      Path path, HeadSegmentHeader header, long size, List<StripeInfo> stripes) {
    TimeBounds bounds = new TimeBounds();
    long spans = 0;
    long traces = 0;
    for (StripeInfo stripe : stripes) {
      bounds.add(stripe.startNanos(), stripe.endNanos());
      spans += stripe.spans();
      traces += stripe.traces();
    }
    return new HeadSegmentInfo(
        path, header, size, spans, traces, bounds.start(), bounds.end(), stripes);
  }

  static ByteBuffer read(Path path, ReadableFile file, long at, long length) throws IOException {
    ByteBuffer bytes = HeadSegmentFormat.buffer(Math.toIntExact(length));
    if (file.read(bytes, at) != length) {
      throw new IOException(path + ": the file became shorter while it was read");
    }
    return bytes.flip();
  }

  public HeadSegmentInfo info() {
    return info;
  }

  /// What a salvaged segment lacks; empty for one that was opened as it should be.
  public Optional<HeadSegmentLoss> loss() {
    return loss;
  }

  /// All spans, a stripe a batch. Close it before the reader.
  public SpanColumnsCursor cursor() {
    return new SpanColumnsCursor() {

      private int next;

      @Override
      public @Nullable SpanColumns next() throws IOException {
        if (next >= info.stripes().size()) {
          return null;
        }
        SpanColumns columns = stripe(next).with(ColumnGroup.values());
        next++;
        return columns;
      }

      @Override
      public void close() {
        next = info.stripes().size();
      }
    };
  }

  /// The spans of one trace as a batch, or empty when the trace is not in this segment. Reads at
  /// most one stripe, and mostly none when the trace is not there.
  public Optional<SpanColumns> find(long idHigh, long idLow) throws IOException {
    return find(List.of(new TraceId(idHigh, idLow))).stream().findFirst();
  }

  /// The spans of some traces, in as many batches as there are stripes with one of them. No stripe
  /// is read twice, and mostly none when it has none of them.
  ///
  /// @param ids ascending
  public List<SpanColumns> find(List<TraceId> ids) throws IOException {
    Map<Integer, List<TraceId>> byStripe = new TreeMap<>();
    for (TraceId id : ids) {
      int number = filter.mayContain(id.high(), id.low()) ? stripeOf(id) : -1;
      if (number >= 0) {
        byStripe.computeIfAbsent(number, _ -> new ArrayList<>()).add(id);
      }
    }
    List<SpanColumns> found = new ArrayList<>();
    for (Map.Entry<Integer, List<TraceId>> stripe : byStripe.entrySet()) {
      find(stripe(stripe.getKey()), stripe.getValue()).ifPresent(found::add);
    }
    return found;
  }

  private static Optional<SpanColumns> find(StripeReader stripe, List<TraceId> ids)
      throws IOException {
    SpanColumns shape = stripe.with();
    List<TraceId> there = ids.stream().filter(id -> shape.find(id.high(), id.low()) >= 0).toList();
    if (there.isEmpty()) {
      return Optional.empty();
    }
    SpanColumns columns = stripe.with(ColumnGroup.values());
    SpanCopier copier = new SpanCopier();
    for (TraceId id : there) {
      copier.add(columns, columns.find(id.high(), id.low()));
    }
    return Optional.of(copier.build());
  }

  /// Whether a trace may be in this segment; false is sure. Reads nothing.
  public boolean mayHold(long idHigh, long idLow) {
    return filter.mayContain(idHigh, idLow) && stripeOf(new TraceId(idHigh, idLow)) >= 0;
  }

  /// Whether a trace is in this segment. Reads the trace ids of a stripe, but mostly nothing when
  /// it is not.
  public boolean holds(TraceId id) throws IOException {
    int number = filter.mayContain(id.high(), id.low()) ? stripeOf(id) : -1;
    return number >= 0 && stripe(number).with().find(id.high(), id.low()) >= 0;
  }

  /// The stripe whose range of ids has this one, or -1.
  private int stripeOf(TraceId id) {
    int low = 0;
    int high = info.stripes().size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      StripeInfo stripe = info.stripes().get(middle);
      if (id.compareTo(stripe.first()) < 0) {
        high = middle - 1;
      } else if (id.compareTo(stripe.last()) > 0) {
        low = middle + 1;
      } else {
        return middle;
      }
    }
    return -1;
  }

  /// How large its pieces of traces are. Reads the trace columns of all stripes.
  public PieceSizes sizes() throws IOException {
    PieceSizes sizes = new PieceSizes();
    for (int number = 0; number < info.stripes().size(); number++) {
      StripeReader stripe = stripe(number);
      sizes.add(stripe.with(), stripe.memoryBytes());
    }
    return sizes;
  }

  /// The segment as something that queries run over: `head 00000042`. Valid while the reader is
  /// open.
  public SpanSource spanSource() {
    List<OpenableStripe> stripes = new ArrayList<>();
    for (int number = 0; number < info.stripes().size(); number++) {
      stripes.add(new OpenableStripe(number));
    }
    return ColumnsSpanSource.ofStripes("head %08d".formatted(info.header().id()), stripes);
  }

  private final class OpenableStripe implements ColumnsSpanSource.Stripe {

    private final int number;

    OpenableStripe(int number) {
      this.number = number;
    }

    @Override
    public long startNanos() {
      return info.stripes().get(number).startNanos();
    }

    @Override
    public long endNanos() {
      return info.stripes().get(number).endNanos();
    }

    @Override
    public LazyColumns open() throws IOException {
      return stripe(number);
    }
  }

  /// Reads every byte and checks it, and that the traces of each stripe are what the footer says.
  ///
  /// @throws IOException naming the first thing that is wrong
  public void verify() throws IOException {
    ByteBuffer start = read(path, file, 0, Math.min(file.size(), HeadSegmentFormat.LONGEST_HEADER));
    HeadSegmentFormat.readHeader(path, start);
    for (int number = 0; number < info.stripes().size(); number++) {
      StripeReader stripe = stripe(number);
      stripe.verify();
      verifyTraces(number, stripe.with());
    }
  }

  private void verifyTraces(int number, SpanColumns columns) throws IOException {
    StripeInfo expected = info.stripes().get(number);
    checkTraces(path, number, expected, columns);
    for (int trace = 0; trace < columns.traceCount(); trace++) {
      if (!filter.mayContain(columns.traceIdHigh(trace), columns.traceIdLow(trace))) {
        throw notThere(path, number, expected, columns, trace);
      }
    }
  }

  /// That the traces of a stripe ascend, from the first to the last one that it should have.
  static void checkTraces(Path path, int number, StripeInfo expected, SpanColumns columns)
      throws IOException {
    for (int trace = 0; trace < columns.traceCount(); trace++) {
      TraceId id = new TraceId(columns.traceIdHigh(trace), columns.traceIdLow(trace));
      boolean first = trace == 0 && !id.equals(expected.first());
      boolean last = trace == columns.traceCount() - 1 && !id.equals(expected.last());
      boolean order =
          trace > 0
              && TraceId.compare(
                      columns.traceIdHigh(trace - 1),
                      columns.traceIdLow(trace - 1),
                      id.high(),
                      id.low())
                  >= 0;
      if (first || last || order) {
        throw notThere(path, number, expected, columns, trace);
      }
    }
  }

  private static IOException notThere(
      Path path, int number, StripeInfo stripe, SpanColumns columns, int trace) {
    TraceId id = new TraceId(columns.traceIdHigh(trace), columns.traceIdLow(trace));
    return HeadSegmentFormat.damaged(
        path, "stripe " + number, stripe.offset(), "trace %s does not belong there".formatted(id));
  }

  StripeReader stripe(int number) throws IOException {
    return new StripeReader(path, file, number, info.stripes().get(number), strings);
  }

  @Override
  public void close() throws IOException {
    strings.close();
    file.close();
  }
}
