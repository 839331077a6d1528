package dev.spoor.storage.block;

import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.Disk;
import dev.spoor.storage.block.BlockSpec.Times;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.columns.SpanCopier;
import dev.spoor.storage.columns.TraceSplitter;
import dev.spoor.storage.parquet.BlockSchema;
import dev.spoor.storage.parquet.ParquetWriter;
import dev.spoor.storage.parquet.StringPool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Builds vParquet4 blocks out of columns: merges the inputs by trace id and writes what comes out.
///
/// Pieces of a trace are brought together and spans that came twice (same trace, span id and kind)
/// are kept once, the first input's. It holds one batch of each input, one row group and the bloom
/// filter in memory. Safe for many threads, each building its own block.
public final class BlockBuilder {

  /// Traces are encoded when so many spans have gathered: about the spans of a page.
  private static final int STEP_SPANS = 1024;

  private static final long NANOS = 1_000_000_000L;

  private final BlockBuilderConfig config;

  public BlockBuilder(BlockBuilderConfig config) {
    this.config = config;
  }

  /// Builds a block into the folder `directory`, which appears when the block is whole and safe.
  ///
  /// @param inputs are read to their end, and stay the caller's to close
  /// @throws IOException when an input or the disk fails; then nothing is left of the block
  public BuiltBlock build(
      BlockSpec spec, List<? extends SpanColumnsCursor> inputs, Disk disk, Path directory)
      throws IOException {
    try (DiskBlockSink sink = new DiskBlockSink(disk, directory)) {
      try {
        return build(spec, inputs, sink);
      } catch (IOException | RuntimeException | Error failure) {
        discard(sink, failure);
        throw failure;
      }
    }
  }

  private static void discard(DiskBlockSink sink, Throwable failure) {
    try {
      sink.close();
      sink.discard();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /// Builds some blocks with the same dedicated columns, one after the other, in memory that stays
  /// theirs between them: for blocks of large traces, which need much of it. One thread at a time.
  public Series series(Disk disk) {
    return new Series(disk);
  }

  /// See [BlockBuilder#series].
  public final class Series implements AutoCloseable {

    private final Disk disk;
    private @Nullable Workspace free;

    private Series(Disk disk) {
      this.disk = disk;
    }

    /// Builds a block into the folder `directory`.
    ///
    /// @throws IOException when an input or the disk fails; then nothing is left of the block
    public BuiltBlock build(BlockSpec spec, SpanColumnsCursor input, Path directory)
        throws IOException {
      return build(spec, directory, build -> build.run(List.of(input)));
    }

    /// Builds a block of one trace, or of a part of one, without making a batch of it.
    ///
    /// @param trace spans of one trace, none of them twice
    /// @throws IOException when the disk fails; then nothing is left of the block
    public BuiltBlock build(BlockSpec spec, SpanCopier trace, Path directory) throws IOException {
      return build(
          spec,
          directory,
          build -> {
            build.addTrace(trace);
            return build.end();
          });
    }

    private BuiltBlock build(BlockSpec spec, Path directory, Filling filling) throws IOException {
      try (DiskBlockSink sink = new DiskBlockSink(disk, directory)) {
        Workspace taken = free;
        free = null;
        try {
          if (taken == null) {
            taken = new Workspace(spec, sink);
          } else {
            taken.begin(sink);
          }
          BuiltBlock block = filling.fill(new Build(spec, sink, LargeTraces.KEPT, taken));
          free = taken;
          return block;
        } catch (IOException | RuntimeException | Error failure) {
          if (taken != null) {
            taken.close();
          }
          discard(sink, failure);
          throw failure;
        }
      }
    }

    @Override
    public void close() {
      if (free != null) {
        free.close();
        free = null;
      }
    }
  }

  @FunctionalInterface
  private interface Filling {
    BuiltBlock fill(Build build) throws IOException;
  }

  /// As the other [#build], with somebody who takes the parts of traces that are too large for a
  /// row; what is left of such a trace, if anything, becomes its row here.
  public BuiltBlock build(
      BlockSpec spec,
      List<? extends SpanColumnsCursor> inputs,
      Disk disk,
      Path directory,
      LargeTraces large)
      throws IOException {
    try (DiskBlockSink sink = new DiskBlockSink(disk, directory)) {
      try (Workspace workspace = new Workspace(spec, sink)) {
        return new Build(spec, sink, large, workspace).run(inputs);
      } catch (IOException | RuntimeException | Error failure) {
        discard(sink, failure);
        throw failure;
      }
    }
  }

  /// Where the parts go of traces that are too large for one row.
  ///
  /// @param maxSpans of a row
  /// @param maxBytes of a row in memory, about
  public record LargeTraces(int maxSpans, long maxBytes, TraceSplitter.Parts parts) {

    /// Every trace becomes one row.
    static final LargeTraces KEPT =
        new LargeTraces(
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            (number, part) -> {
              throw new IllegalStateException("no trace is too large");
            });
  }

  /// Builds a block into a sink.
  ///
  /// @throws IOException when an input or the sink fails, or an input's traces are out of order;
  ///   then the sink holds a part of a block and never got its meta
  public BuiltBlock build(BlockSpec spec, List<? extends SpanColumnsCursor> inputs, BlockSink sink)
      throws IOException {
    try (Workspace workspace = new Workspace(spec, sink)) {
      return new Build(spec, sink, LargeTraces.KEPT, workspace).run(inputs);
    }
  }

  /// What a block is built in: memory for its rows and for a row group. Blocks may be built in it
  /// one after the other.
  private final class Workspace implements AutoCloseable {

    private final BlockSchema schema;
    private final ColumnMapping mapping;
    private final ParquetWriter writer;
    private final SpanRows rows;
    private final ResourceTable resources;
    private final ResourceTable scopes;
    private final TraceRowsBuilder builder;
    private final SpanRowsEncoder encoder;

    Workspace(BlockSpec spec, BlockSink sink) throws IOException {
      mapping = ColumnMapping.vParquet4(spec.dedicatedColumns());
      schema = BlockSchema.vParquet4(config.profile());
      writer = new ParquetWriter(schema, config.zstdLevel(), sink::data);
      StringPool pool = writer.strings();
      rows = new SpanRows(pool);
      resources =
          new ResourceTable(
              pool, new KeySlots(mapping.resourceSlots(), pool), ColumnMapping.RESOURCE_SLOTS);
      scopes = new ResourceTable(pool, new KeySlots(Map.of(), pool), 2);
      builder =
          new TraceRowsBuilder(rows, resources, scopes, new KeySlots(mapping.spanSlots(), pool));
      encoder = new SpanRowsEncoder(schema, writer, resources, scopes);
    }

    /// Makes ready for another block.
    void begin(BlockSink sink) throws IOException {
      writer.begin(sink::data);
      builder.beginBlock();
    }

    /// The strings mean something else in the next row group.
    void endRowGroup() {
      resources.clear();
      scopes.clear();
      builder.beginRowGroup();
    }

    @Override
    public void close() {
      writer.close();
    }
  }

  /// One block being built.
  private final class Build {

    private final BlockSpec spec;
    private final BlockSink sink;
    private final LargeTraces large;
    private final Workspace workspace;
    private final BloomFilter bloom;
    private final ParquetWriter writer;
    private final SpanRows rows;
    private final TraceRowsBuilder builder;
    private final ValueIndexBuilder values;
    private final List<MergeInput> open = new ArrayList<>();
    private final List<TraceId> lastIds = new ArrayList<>();

    private long traces;
    private long spans;
    private long rowGroupTraces;
    private long rowGroupSpans;
    private long repeatedInLarge;
    private TraceId lastTrace = new TraceId(0, 0);

    Build(BlockSpec spec, BlockSink sink, LargeTraces large, Workspace workspace)
        throws IOException {
      this.spec = spec;
      this.sink = sink;
      this.large = large;
      this.workspace = workspace;
      bloom =
          BloomFilter.sized(
              spec.estimatedTraces(), config.bloomFalsePositive(), config.bloomShardBytes());
      writer = workspace.writer;
      rows = workspace.rows;
      builder = workspace.builder;
      values = new ValueIndexBuilder(sink, writer.strings());
    }

    BuiltBlock run(List<? extends SpanColumnsCursor> inputs) throws IOException {
      PriorityQueue<MergeInput> queue = begin(inputs);
      List<MergeInput> pieces = new ArrayList<>();
      while (!queue.isEmpty()) {
        takePieces(queue, pieces);
        if (isLarge(pieces)) {
          addLarge(pieces);
        } else {
          addTrace(pieces);
        }
        for (MergeInput piece : pieces) {
          if (piece.advance()) {
            queue.add(piece);
          } else {
            open.remove(piece);
          }
        }
      }
      return end();
    }

    BuiltBlock end() throws IOException {
      encodeStep();
      endRowGroup();
      return finish();
    }

    private boolean isLarge(List<MergeInput> pieces) {
      long spans = 0;
      double bytes = 0;
      for (MergeInput piece : pieces) {
        SpanColumns batch = piece.batch();
        spans += piece.spans();
        bytes += (double) batch.memoryBytes() / Math.max(1, batch.spanCount()) * piece.spans();
        if (piece.goesOn()) {
          return true;
        }
      }
      return spans > large.maxSpans() || bytes > large.maxBytes();
    }

    private void addLarge(List<MergeInput> pieces) throws IOException {
      TraceSplitter splitter = new TraceSplitter(large.maxSpans(), large.maxBytes(), large.parts());
      for (MergeInput piece : pieces) {
        splitter.add(piece.batch(), piece.trace());
        while (piece.goesOn()) {
          if (!piece.advance()) {
            throw new IOException("a trace ends in its middle");
          }
          splitter.add(piece.batch(), piece.trace());
        }
      }
      repeatedInLarge += splitter.repeatedSpans();
      SpanColumns rest = splitter.rest();
      if (rest != null) {
        addAlone(rest);
      }
    }

    /// Adds a trace that no input has.
    void addAlone(SpanColumns trace) throws IOException {
      MergeInput alone = new MergeInput(0, SpanColumnsCursor.of(trace), writer.strings());
      if (alone.advance()) {
        addTrace(List.of(alone));
      }
    }

    private PriorityQueue<MergeInput> begin(List<? extends SpanColumnsCursor> inputs)
        throws IOException {
      PriorityQueue<MergeInput> queue =
          new PriorityQueue<>(
              Comparator.comparingLong((MergeInput in) -> in.high() ^ Long.MIN_VALUE)
                  .thenComparingLong(in -> in.low() ^ Long.MIN_VALUE)
                  .thenComparingInt(in -> in.order));
      int order = 0;
      for (SpanColumnsCursor cursor : inputs) {
        MergeInput in = new MergeInput(order++, cursor, writer.strings());
        if (in.advance()) {
          open.add(in);
          queue.add(in);
        }
      }
      return queue;
    }

    /// Takes all inputs that stand at the smallest trace id, in the order of the inputs.
    private static void takePieces(PriorityQueue<MergeInput> queue, List<MergeInput> pieces) {
      pieces.clear();
      MergeInput first = queue.remove();
      pieces.add(first);
      for (MergeInput next = queue.peek();
          next != null && next.high() == first.high() && next.low() == first.low();
          next = queue.peek()) {
        pieces.add(queue.remove());
      }
    }

    /// Adds spans of one trace as a row.
    void addTrace(SpanCopier trace) {
      List<SpanColumns> batches = new ArrayList<>();
      trace.forEachRun((batch, _, _) -> {
        if (batches.isEmpty() || batches.getLast() != batch) {
          batches.add(batch);
        }
      });
      // From the last, since later batches have the strings of earlier ones too.
      Map<SpanColumns, MergeInput> inputs = new IdentityHashMap<>();
      MergeInput later = null;
      for (SpanColumns batch : batches.reversed()) {
        later = MergeInput.at(batch, later, writer.strings());
        inputs.put(batch, later);
      }
      List<TraceRowsBuilder.Run> runs = new ArrayList<>();
      trace.forEachRun((batch, first, end) ->
          runs.add(
              new TraceRowsBuilder.Run(Objects.requireNonNull(inputs.get(batch)), first, end)));
      builder.add(trace.firstTrace(), runs);
    }

    private void addTrace(List<MergeInput> pieces) throws IOException {
      builder.add(pieces);
      if (rows.spanCount() >= STEP_SPANS) {
        encodeStep();
        if (writer.heldBytes() >= config.rowGroupBytes()
            || rowGroupSpans >= config.rowGroupSpans()) {
          endRowGroup();
        }
      }
    }

    private void encodeStep() {
      if (rows.traceCount() == 0) {
        return;
      }
      workspace.encoder.encode(rows);
      values.add(rows, rowGroupTraces);
      for (int i = 0; i < rows.traceCount(); i++) {
        bloom.add(new TraceId(rows.traceHighs.values[i], rows.traceLows.values[i]));
      }
      rowGroupTraces += rows.traceCount();
      rowGroupSpans += rows.spanCount();
      lastTrace =
          new TraceId(
              rows.traceHighs.values[rows.traceCount() - 1],
              rows.traceLows.values[rows.traceCount() - 1]);
      rows.clear();
    }

    private void endRowGroup() throws IOException {
      if (rowGroupTraces == 0) {
        return;
      }
      values.endRowGroup(rowGroupTraces, rowGroupSpans);
      writer.endRowGroup(rowGroupTraces);
      lastIds.add(lastTrace);
      traces += rowGroupTraces;
      spans += rowGroupSpans;
      rowGroupTraces = 0;
      rowGroupSpans = 0;
      workspace.endRowGroup();
      for (MergeInput in : open) {
        in.forgetNumbers();
      }
    }

    private BuiltBlock finish() throws IOException {
      ParquetWriter.Finished file = writer.finish();
      long bytes = file.size() + values.finish(file.size());
      for (int shard = 0; shard < bloom.shardCount(); shard++) {
        byte[] content = Checksums.ofBloom(bloom.shard(shard));
        sink.bloom(shard, content);
        bytes += content.length;
      }
      byte[] index = new RowGroupIndex(lastIds).toJson();
      sink.index(index);
      BlockMeta meta =
          BlockMeta.fresh(
                  workspace.schema.format(),
                  spec.blockId(),
                  spec.tenant().id(),
                  earliest(),
                  latest(),
                  traces,
                  file.size(),
                  file.rowGroups(),
                  bloom.shardCount(),
                  file.footerSize(),
                  workspace.mapping.dedicated())
              .withCompactionLevel(spec.compactionLevel())
              .withReplicationFactor(spec.replicationFactor());
      byte[] json = meta.toSealedJson();
      sink.meta(json);
      return new BuiltBlock(
          meta, spans, builder.duplicates() + repeatedInLarge, bytes + index.length + json.length);
    }

    private Instant earliest() {
      Instant own = instant(builder.earliestNanos());
      return spec.covers().map(Times::start).filter(own::isAfter).orElse(own);
    }

    private Instant latest() {
      Instant own = instant(builder.latestNanos());
      return spec.covers().map(Times::end).filter(own::isBefore).orElse(own);
    }

    private static Instant instant(long nanos) {
      return Instant.ofEpochSecond(
          Long.divideUnsigned(nanos, NANOS), Long.remainderUnsigned(nanos, NANOS));
    }
  }
}
