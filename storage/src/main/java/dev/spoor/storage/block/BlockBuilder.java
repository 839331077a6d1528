package dev.spoor.storage.block;

import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.Disk;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.parquet.BlockSchema;
import dev.spoor.storage.parquet.ParquetWriter;
import dev.spoor.storage.parquet.StringPool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

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
      } catch (IOException | RuntimeException failure) {
        discard(sink, failure);
        throw failure;
      }
    }
  }

  private static void discard(DiskBlockSink sink, Exception failure) {
    try {
      sink.close();
      sink.discard();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /// Builds a block into a sink.
  ///
  /// @throws IOException when an input or the sink fails, or an input's traces are out of order;
  ///   then the sink holds a part of a block and never got its meta
  public BuiltBlock build(BlockSpec spec, List<? extends SpanColumnsCursor> inputs, BlockSink sink)
      throws IOException {
    try (Build build = new Build(spec, sink)) {
      return build.run(inputs);
    }
  }

  /// One block being built.
  private final class Build implements AutoCloseable {

    private final BlockSpec spec;
    private final BlockSink sink;
    private final ColumnMapping mapping;
    private final BloomFilter bloom;
    private final ParquetWriter writer;
    private final SpanRows rows;
    private final ResourceTable resources;
    private final ResourceTable scopes;
    private final TraceRowsBuilder builder;
    private final SpanRowsEncoder encoder;
    private final ValueIndexBuilder values;
    private final List<MergeInput> open = new ArrayList<>();
    private final List<TraceId> lastIds = new ArrayList<>();
    private final BlockSchema schema;

    private long traces;
    private long spans;
    private long rowGroupTraces;
    private long rowGroupSpans;
    private TraceId lastTrace = new TraceId(0, 0);

    Build(BlockSpec spec, BlockSink sink) throws IOException {
      this.spec = spec;
      this.sink = sink;
      mapping = ColumnMapping.vParquet4(spec.dedicatedColumns());
      bloom =
          BloomFilter.sized(
              spec.estimatedTraces(), config.bloomFalsePositive(), config.bloomShardBytes());
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
      values = new ValueIndexBuilder(sink, pool);
    }

    BuiltBlock run(List<? extends SpanColumnsCursor> inputs) throws IOException {
      PriorityQueue<MergeInput> queue = begin(inputs);
      List<MergeInput> pieces = new ArrayList<>();
      while (!queue.isEmpty()) {
        takePieces(queue, pieces);
        addTrace(pieces);
        for (MergeInput piece : pieces) {
          if (piece.advance()) {
            queue.add(piece);
          } else {
            open.remove(piece);
          }
        }
      }
      encodeStep();
      endRowGroup();
      return finish();
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
      encoder.encode(rows);
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
      resources.clear();
      scopes.clear();
      builder.beginRowGroup();
      for (MergeInput in : open) {
        in.forgetNumbers();
      }
    }

    private BuiltBlock finish() throws IOException {
      ParquetWriter.Finished file = writer.finish();
      long bytes = file.size() + values.finish(file.size());
      for (int shard = 0; shard < bloom.shardCount(); shard++) {
        byte[] content = bloom.shard(shard);
        sink.bloom(shard, content);
        bytes += content.length;
      }
      byte[] index = new RowGroupIndex(lastIds).toJson();
      sink.index(index);
      BlockMeta meta =
          BlockMeta.fresh(
                  schema.format(),
                  spec.blockId(),
                  spec.tenant().id(),
                  instant(builder.earliestNanos()),
                  instant(builder.latestNanos()),
                  traces,
                  file.size(),
                  file.rowGroups(),
                  bloom.shardCount(),
                  file.footerSize(),
                  mapping.dedicated())
              .withCompactionLevel(spec.compactionLevel())
              .withReplicationFactor(spec.replicationFactor());
      byte[] json = meta.toJson();
      sink.meta(json);
      return new BuiltBlock(meta, spans, builder.duplicates(), bytes + index.length + json.length);
    }

    private static Instant instant(long nanos) {
      return Instant.ofEpochSecond(
          Long.divideUnsigned(nanos, NANOS), Long.remainderUnsigned(nanos, NANOS));
    }

    @Override
    public void close() {
      writer.close();
    }
  }
}
