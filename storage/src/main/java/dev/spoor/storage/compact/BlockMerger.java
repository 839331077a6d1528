package dev.spoor.storage.compact;

import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.Disk;
import dev.spoor.storage.block.BlockBuilder;
import dev.spoor.storage.block.BlockBuilder.LargeTraces;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.block.BlockSpec;
import dev.spoor.storage.block.BlockSpec.Times;
import dev.spoor.storage.block.BuiltBlock;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.columns.SpanCopier;
import dev.spoor.storage.head.HeadSegmentHeader;
import dev.spoor.storage.head.HeadSegmentReader;
import dev.spoor.storage.head.HeadSegmentWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Merges blocks into new ones in a folder of this machine.
///
/// Traces are brought together and each of their spans is kept once. Columns are merged; nothing is
/// parsed. A trace that is too large for one row is cut: its full parts go to blocks of their own,
/// the first parts of all such traces to one block, each further part to a block by itself; what is
/// left stays with the other traces. So every id is once in each block, as readers expect, blocks
/// of parts never need to be merged again, and no span is left out for the size of its trace.
///
/// Safe for many threads, each merging other blocks.
public final class BlockMerger {

  private static final long MOST_LARGE_TRACES = 50_000;

  private final BlockBuilder builder;
  private final MergerConfig config;
  private final Disk disk;
  private final Runnable atRest;

  public BlockMerger(BlockBuilder builder, MergerConfig config, Disk disk) {
    this(builder, config, disk, () -> {});
  }

  /// @param atRest is called after each block of parts of large traces, when little is in memory: a
  ///   good moment to collect garbage
  public BlockMerger(BlockBuilder builder, MergerConfig config, Disk disk, Runnable atRest) {
    this.builder = builder;
    this.config = config;
    this.disk = disk;
    this.atRest = atRest;
  }

  /// Merges blocks.
  ///
  /// @param inputs of which all have the same dedicated columns; of a span that several have, the
  ///   first one's stays
  /// @param level of the new blocks
  /// @param folder exists; the new blocks get folders in it, named by their ids
  /// @throws UnreadableBlockException naming the input that can't be read
  /// @throws IOException when the disk fails; folders without a meta.json may be left over
  public Merged merge(Tenant tenant, List<BlockReader> inputs, int level, Path folder)
      throws IOException {
    try (Merge merge = new Merge(tenant, inputs, level, folder)) {
      return merge.run();
    }
  }

  private final class Merge implements AutoCloseable {

    private final Tenant tenant;
    private final List<BlockReader> blocks;
    private final int level;
    private final Path folder;
    private final List<Counted> cursors = new ArrayList<>();

    /// The files with the first full parts of all large traces, which become a block together.
    private final List<Path> firstParts = new ArrayList<>();

    /// The blocks of parts that are blocks of their own, and their spans.
    private final List<Merged.Output> alone = new ArrayList<>();

    private long spansAlone;

    /// Of large traces.
    private final BlockBuilder.Series series = builder.series(disk);

    private int largeParts;
    private @Nullable HeadSegmentWriter partWriter;

    Merge(Tenant tenant, List<BlockReader> blocks, int level, Path folder) {
      this.tenant = tenant;
      this.blocks = List.copyOf(blocks);
      this.level = level;
      this.folder = folder;
    }

    Merged run() throws IOException {
      for (BlockReader block : blocks) {
        cursors.add(new Counted(block, config, config.rowBytes() / blocks.size()));
      }
      UUID id = UUID.randomUUID();
      Path directory = folder.resolve(id.toString());
      BuiltBlock built =
          builder.build(
              spec(id),
              cursors,
              disk,
              directory,
              new LargeTraces(config.maxTraceSpans(), config.maxTraceBytes(), this::takePart));
      List<Merged.Output> outputs = new ArrayList<>();
      long spans = built.spanCount() + spansAlone;
      closePartWriter();
      closeCursors();
      if (!firstParts.isEmpty()) {
        spans += build(firstParts, outputs);
        atRest.run();
      }
      outputs.addAll(alone);
      if (built.meta().totalObjects() > 0) {
        outputs.add(new Merged.Output(directory, built.meta()));
      }
      checkNothingLost(spans + built.duplicateSpans());
      return new Merged(outputs, read(), built.duplicateSpans(), combined(built.meta()));
    }

    /// The first parts of all large traces make a block together, and wait on disk until all are
    /// known. What follows of a trace is a full part each time, so a block of it alone is not
    /// small; it is written at once.
    private void takePart(int number, SpanCopier part) throws IOException {
      if (number == 0) {
        keep(part.build());
      } else {
        buildAlone(part);
      }
    }

    private void buildAlone(SpanCopier part) throws IOException {
      UUID id = BlockSelector.largeTracesId();
      Path directory = folder.resolve(id.toString());
      BuiltBlock block = series.build(largeSpec(id), part, directory);
      alone.add(new Merged.Output(directory, block.meta()));
      spansAlone += block.spanCount();
      part.clear();
      atRest.run();
    }

    private void keep(SpanColumns part) throws IOException {
      Path parts = folder.resolve("parts");
      disk.createDirectories(parts);
      HeadSegmentHeader header = new HeadSegmentHeader(tenant, largeParts++, 0, 0, Instant.EPOCH);
      if (partWriter == null) {
        partWriter = new HeadSegmentWriter(disk);
      }
      firstParts.add(partWriter.write(parts, header, SpanColumnsCursor.of(part)).file());
    }

    private void closePartWriter() throws IOException {
      if (partWriter != null) {
        partWriter.close();
        partWriter = null;
      }
    }

    /// @return how many spans there are
    private long build(List<Path> parts, List<Merged.Output> outputs) throws IOException {
      UUID id = BlockSelector.largeTracesId();
      Path directory = folder.resolve(id.toString());
      try (PartsCursor cursor = new PartsCursor(disk, parts)) {
        BuiltBlock block = series.build(largeSpec(id), cursor, directory);
        outputs.add(new Merged.Output(directory, block.meta()));
        return block.spanCount();
      } finally {
        for (Path part : parts) {
          disk.delete(part);
        }
      }
    }

    private BlockSpec spec(UUID id) {
      BlockMeta first = blocks.getFirst().meta();
      return new BlockSpec(
          id,
          tenant,
          first.dedicatedColumns(),
          traces(),
          level,
          first.replicationFactor(),
          times());
    }

    /// One shard of a bloom filter is enough for the few traces that are so large.
    private BlockSpec largeSpec(UUID id) {
      BlockSpec all = spec(id);
      return new BlockSpec(
          id,
          tenant,
          all.dedicatedColumns(),
          Math.min(all.estimatedTraces(), MOST_LARGE_TRACES),
          level,
          all.replicationFactor(),
          all.covers());
    }

    private long traces() {
      return blocks.stream().mapToLong(block -> block.meta().totalObjects()).sum();
    }

    /// What the inputs' metas say of their times, which writers other than us may have widened.
    private Optional<Times> times() {
      @Nullable Times all = null;
      for (BlockReader block : blocks) {
        Instant start = block.meta().startTime();
        Instant end = block.meta().endTime();
        if (start.getEpochSecond() <= 0 || end.getEpochSecond() <= 0) {
          continue;
        }
        all =
            all == null
                ? new Times(start, end)
                : new Times(
                    start.isBefore(all.start()) ? start : all.start(),
                    end.isAfter(all.end()) ? end : all.end());
      }
      return Optional.ofNullable(all);
    }

    private long read() {
      return cursors.stream().mapToLong(cursor -> cursor.spans).sum();
    }

    private long combined(BlockMeta main) {
      long before = cursors.stream().mapToLong(cursor -> cursor.traces).sum();
      return Math.max(0, before - main.totalObjects());
    }

    /// The last line of defence: what was read is in the new blocks, or was there already.
    private void checkNothingLost(long accountedFor) throws IOException {
      if (accountedFor != read()) {
        throw new IOException(
            "%d spans were read and %d are accounted for: the merge is given up"
                .formatted(read(), accountedFor));
      }
    }

    /// What they hold is not needed for the blocks of large traces.
    private void closeCursors() throws IOException {
      for (Counted cursor : cursors) {
        cursor.close();
      }
    }

    @Override
    public void close() throws IOException {
      series.close();
      closePartWriter();
      closeCursors();
    }
  }

  /// Parts of large traces, one file after the other.
  private static final class PartsCursor implements SpanColumnsCursor {

    private final Disk disk;
    private final Iterator<Path> files;
    private @Nullable HeadSegmentReader open;
    private @Nullable SpanColumnsCursor cursor;

    PartsCursor(Disk disk, List<Path> files) {
      this.disk = disk;
      this.files = files.iterator();
    }

    @Override
    public @Nullable SpanColumns next() throws IOException {
      while (true) {
        SpanColumns batch = cursor == null ? null : cursor.next();
        if (batch != null || !files.hasNext()) {
          return batch;
        }
        close();
        open = HeadSegmentReader.open(disk, files.next());
        cursor = open.cursor();
      }
    }

    @Override
    public void close() throws IOException {
      if (open != null) {
        open.close();
        open = null;
        cursor = null;
      }
    }
  }

  /// An input that counts its spans, and names itself when it can't be read.
  private static final class Counted implements SpanColumnsCursor {

    private final UUID block;
    private final SpanColumnsCursor cursor;
    private long spans;
    private long traces;
    private boolean inTrace;
    private @Nullable TraceId last;

    Counted(BlockReader reader, MergerConfig config, long rowBytes)
        throws UnreadableBlockException {
      block = reader.meta().blockId();
      try {
        cursor =
            reader.columns(
                config.spansPerBatch(),
                Math.min(config.maxTraceSpans(), 2 * config.spansPerBatch()),
                rowBytes,
                config.columnBytes());
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    @Override
    public @Nullable SpanColumns next() throws IOException {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while merging blocks");
      }
      try {
        SpanColumns batch = cursor.next();
        if (batch != null) {
          checkOrder(batch);
          spans += batch.spanCount();
          traces += batch.traceCount() - (inTrace ? 1 : 0);
          inTrace = cursor.goesOn();
        }
        return batch;
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    private void checkOrder(SpanColumns batch) throws IOException {
      if (batch.traceCount() == 0) {
        return;
      }
      TraceId first = idOf(batch, 0);
      if (last != null && !inTrace && last.compareTo(first) >= 0) {
        throw new IOException("traces out of order: %s after %s".formatted(first, last));
      }
      last = idOf(batch, batch.traceCount() - 1);
    }

    private static TraceId idOf(SpanColumns batch, int trace) {
      return new TraceId(batch.traceIdHigh(trace), batch.traceIdLow(trace));
    }

    private UnreadableBlockException unreadable(IOException cause) {
      return new UnreadableBlockException(block, String.valueOf(cause.getMessage()), cause);
    }

    @Override
    public boolean goesOn() {
      return cursor.goesOn();
    }

    @Override
    public void close() throws IOException {
      cursor.close();
    }
  }
}
