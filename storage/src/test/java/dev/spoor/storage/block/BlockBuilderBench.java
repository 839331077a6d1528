package dev.spoor.storage.block;

import dev.spoor.model.Tenant;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.parquet.BlockSchema;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/// Measures how fast blocks are built, and how small: run it by hand.
///
/// Arguments: traces, batches, rounds, profile, zstd level, and where to put the last file.
public final class BlockBuilderBench {

  private BlockBuilderBench() {}

  public static void main(String[] args) throws IOException {
    int traces = Integer.parseInt(args[0]);
    int batches = Integer.parseInt(args[1]);
    int rounds = Integer.parseInt(args[2]);
    BlockSchema.Profile profile = BlockSchema.Profile.valueOf(args[3]);
    int level = Integer.parseInt(args[4]);
    List<SpanColumns> input = ShopTraffic.batches(1, traces, batches, 50);
    long spans = input.stream().mapToLong(SpanColumns::spanCount).sum();
    BlockBuilderConfig defaults = BlockBuilderConfig.DEFAULTS;
    BlockBuilder builder =
        new BlockBuilder(
            new BlockBuilderConfig(
                profile,
                level,
                defaults.rowGroupBytes(),
                defaults.rowGroupSpans(),
                defaults.bloomFalsePositive(),
                defaults.bloomShardBytes()));
    System.out.printf("%d spans in %d batches, %s, zstd %d%n", spans, batches, profile, level);
    for (int round = 0; round < rounds; round++) {
      MemorySink sink = new MemorySink();
      long before = cpuNanos();
      BuiltBlock built =
          builder.build(
              BlockSpec.fresh(UUID.randomUUID(), Tenant.SINGLE, traces),
              input.stream().map(SpanColumnsCursor::of).toList(),
              sink);
      double seconds = (cpuNanos() - before) / 1e9;
      System.out.printf(
          "%.0f spans/s of cpu, %.1f bytes/span, %d row groups, footer %d%n",
          spans / seconds,
          (double) built.meta().size() / spans,
          built.meta().totalRecords(),
          built.meta().footerSize());
      if (args.length > 5) {
        Files.write(Path.of(args[5]), sink.dataBytes());
      }
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
