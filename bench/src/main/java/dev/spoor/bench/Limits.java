package dev.spoor.bench;

import com.github.luben.zstd.Zstd;
import dev.spoor.ingester.SpanShredder;
import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.storage.block.BlockBuilder;
import dev.spoor.storage.block.BlockBuilderConfig;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.block.BlockSpanSource;
import dev.spoor.storage.block.BlockSpec;
import dev.spoor.storage.block.BuiltBlock;
import dev.spoor.storage.block.DiskBlock;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsBuilder;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.SpanBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// What parts of the work cost by themselves: nothing that does all of it goes below. Everything
/// runs on the calling thread.
final class Limits {

  /// What the server shreds at a time.
  private static final int BATCH_BYTES = 2 << 20;

  private static final int MAX_ATTRIBUTE_BYTES = 2048;
  private static final int PREALLOCATED = 32 << 20;

  private final Disk disk = new RealDisk();
  private final Path folder;

  /// @param folder for what is written; on the volume that is measured
  Limits(Path folder) {
    this.folder = folder;
  }

  /// @param latency of each append with its sync
  /// @param cpuSecondsPerMillion with a sync after every 64 KiB or so, as when many wait together
  record Append(Latencies latency, double cpuSecondsPerMillion) {}

  /// Appends bodies to a file, first with a sync after each and then with one after every ten.
  Append append(FleetBodies traffic) throws IOException {
    Latencies latency = new Latencies();
    Path file = folder.resolve("append");
    try (FileChannel channel = newFile(file)) {
      for (byte[] body : traffic.bodies()) {
        long begin = System.nanoTime();
        write(channel, body);
        channel.force(false);
        latency.record(System.nanoTime() - begin);
      }
    }
    Files.delete(file);
    double cpu;
    try (FileChannel channel = newFile(file)) {
      long begin = cpuNanos();
      int unsynced = 0;
      for (byte[] body : traffic.bodies()) {
        write(channel, body);
        unsynced += body.length;
        if (unsynced >= 64 << 10) {
          channel.force(false);
          unsynced = 0;
        }
      }
      cpu = (cpuNanos() - begin) / 1e9;
    }
    Files.delete(file);
    return new Append(latency, cpu / traffic.spans() * 1e6);
  }

  private static FileChannel newFile(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    channel.write(ByteBuffer.allocate(1), PREALLOCATED - 1);
    channel.force(true);
    return channel;
  }

  private static void write(FileChannel channel, byte[] body) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(body);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /// @param cpuSecondsPerMillion to shred and to write a block, without a log and head segments
  /// @param bytesPerSpan of the block
  record Columns(double shredSecondsPerMillion, double cpuSecondsPerMillion, double bytesPerSpan) {}

  /// Shreds bodies and writes them as one block.
  Columns columns(FleetBodies traffic) throws IOException {
    long begin = cpuNanos();
    List<SpanColumns> batches = shred(traffic);
    long shredded = cpuNanos();
    Path block = folder.resolve(UUID.randomUUID().toString());
    BuiltBlock built = build(batches, block);
    long written = cpuNanos();
    deleteTree(block);
    return new Columns(
        (shredded - begin) / 1e3 / traffic.spans(),
        (written - begin) / 1e3 / traffic.spans(),
        built.byteSize() / (double) built.spanCount());
  }

  static List<SpanColumns> shred(FleetBodies traffic) {
    List<SpanColumns> batches = new ArrayList<>();
    SpanColumnsBuilder builder = new SpanColumnsBuilder();
    SpanShredder shredder = new SpanShredder(builder, MAX_ATTRIBUTE_BYTES);
    int batchBytes = 0;
    for (byte[] body : traffic.bodies()) {
      try {
        shredder.shred(Bytes.of(body));
      } catch (MalformedProtoException impossible) {
        throw new IllegalStateException("the fleet sends what is malformed", impossible);
      }
      batchBytes += body.length;
      if (batchBytes >= BATCH_BYTES) {
        batches.add(builder.build());
        builder = new SpanColumnsBuilder();
        shredder = new SpanShredder(builder, MAX_ATTRIBUTE_BYTES);
        batchBytes = 0;
      }
    }
    batches.add(builder.build());
    return batches;
  }

  BuiltBlock build(List<SpanColumns> batches, Path block) throws IOException {
    return build(batches, block, BlockBuilderConfig.DEFAULTS);
  }

  BuiltBlock build(List<SpanColumns> batches, Path block, BlockBuilderConfig config)
      throws IOException {
    List<SpanColumnsCursor> cursors = batches.stream().map(SpanColumnsCursor::of).toList();
    long spans = batches.stream().mapToLong(SpanColumns::spanCount).sum();
    BlockSpec spec =
        BlockSpec.fresh(
            UUID.fromString(block.getFileName().toString()),
            Tenant.SINGLE,
            spans / LoadPlan.SPANS_PER_TRACE);
    return new BlockBuilder(config).build(spec, cursors, disk, block);
  }

  /// How many bytes a span has left when the bodies are compressed, a mebibyte at a time.
  static double zstdBytesPerSpan(FleetBodies traffic) {
    long compressed = 0;
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    for (byte[] body : traffic.bodies()) {
      chunk.writeBytes(body);
      if (chunk.size() >= 1 << 20) {
        compressed += Zstd.compress(chunk.toByteArray(), 1).length;
        chunk.reset();
      }
    }
    compressed += Zstd.compress(chunk.toByteArray(), 1).length;
    return compressed / (double) traffic.spans();
  }

  /// Opens all blocks in a folder of blocks; what is not one is left out.
  List<OpenBlock> open(Path blocks) throws IOException {
    List<OpenBlock> open = new ArrayList<>();
    try (var files = Files.walk(blocks)) {
      for (Path meta : files.filter(file -> file.endsWith("meta.json")).sorted().toList()) {
        Path block = meta.resolveSibling("");
        BlockMeta parsed = BlockMeta.parse(Files.readAllBytes(meta), meta.toString());
        DiskBlock content = DiskBlock.open(disk, block, parsed);
        open.add(new OpenBlock(content, BlockReader.open(parsed, content)));
      }
    }
    return open;
  }

  /// A block in a folder, with a reader that keeps its footer.
  record OpenBlock(DiskBlock content, BlockReader reader) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      content.close();
    }
  }

  /// Evaluates one condition over whole blocks, and nothing else.
  ///
  /// @return seconds
  static double scan(List<OpenBlock> blocks, Condition condition) throws IOException {
    FetchRequest request =
        new FetchRequest(List.of(condition), true, false, Long.MIN_VALUE, Long.MAX_VALUE, Set.of());
    long begin = System.nanoTime();
    for (OpenBlock block : blocks) {
      try (BatchCursor cursor = BlockSpanSource.of(block.reader()).fetch(request)) {
        for (SpanBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
          batch.matching(condition);
        }
      }
    }
    return (System.nanoTime() - begin) / 1e9;
  }

  /// Looks traces up in all blocks, without a server.
  static Latencies find(List<OpenBlock> blocks, List<TraceId> ids) throws IOException {
    Latencies latencies = new Latencies();
    for (TraceId id : ids) {
      long begin = System.nanoTime();
      for (OpenBlock block : blocks) {
        block.reader().findTrace(id);
      }
      latencies.record(System.nanoTime() - begin);
    }
    return latencies;
  }

  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (var files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
