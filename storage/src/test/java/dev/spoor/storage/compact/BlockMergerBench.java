package dev.spoor.storage.compact;

import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.storage.block.BlockBuilder;
import dev.spoor.storage.block.BlockBuilderConfig;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.block.BlockSpec;
import dev.spoor.storage.block.BuiltBlock;
import dev.spoor.storage.block.ShopTraffic;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Measures the CPU time of merging four blocks: run it by hand.
///
/// Arguments: traces of 50 spans in all, rounds.
public final class BlockMergerBench {

  private BlockMergerBench() {}

  public static void main(String[] args) throws IOException {
    int traces = Integer.parseInt(args[0]);
    int rounds = Integer.parseInt(args[1]);
    Path root = Files.createTempDirectory("merger-bench");
    Disk disk = new RealDisk();
    BlockBuilder builder = new BlockBuilder(BlockBuilderConfig.DEFAULTS);
    List<BlockReader> inputs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      List<SpanColumns> batches = ShopTraffic.batches(i, traces / 4, 10, 50);
      UUID id = UUID.randomUUID();
      Path folder = root.resolve(id.toString());
      BuiltBlock built =
          builder.build(
              BlockSpec.fresh(id, Tenant.SINGLE, traces),
              batches.stream().map(SpanColumnsCursor::of).toList(),
              disk,
              folder);
      inputs.add(TestBlocks.open(disk, folder, built.meta()));
    }
    BlockMerger merger = new BlockMerger(builder, MergerConfig.DEFAULTS, disk);
    for (int round = 0; round < rounds; round++) {
      long begin = cpuNanos();
      long spans = 0;
      for (BlockReader input : inputs) {
        try (SpanColumnsCursor cursor = input.columns(4096, 1 << 16)) {
          for (SpanColumns batch = cursor.next(); batch != null; batch = cursor.next()) {
            spans += batch.spanCount();
          }
        }
      }
      double reading = (cpuNanos() - begin) / 1e9;
      begin = cpuNanos();
      Merged merged =
          merger.merge(Tenant.SINGLE, inputs, 1, Files.createDirectory(root.resolve("" + round)));
      double seconds = (cpuNanos() - begin) / 1e9;
      System.out.printf(
          "%d spans: %.2f s of cpu per million, %.2f of it reading; %.1f bytes/span%n",
          spans,
          seconds * 1e6 / spans,
          reading * 1e6 / spans,
          (double) merged.blocks().getLast().meta().size() / spans);
    }
    try (var files = Files.walk(root)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
