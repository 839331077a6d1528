package dev.spoor.storage.compact;

import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.storage.block.BlockBuilder;
import dev.spoor.storage.block.BlockBuilderConfig;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Merges blocks of a folder, to see what memory it takes: run it by hand, with a small heap.
///
/// Arguments: the folder of a tenant, how many blocks at most, bytes of a row group.
public final class LargeTraceBench {

  private LargeTraceBench() {}

  public static void main(String[] args) throws IOException {
    Disk disk = new RealDisk();
    List<BlockReader> inputs = new ArrayList<>();
    try (Stream<Path> folders = Files.list(Path.of(args[0]))) {
      for (Path folder : folders.sorted().limit(Integer.parseInt(args[1])).toList()) {
        byte[] meta = Files.readAllBytes(folder.resolve("meta.json"));
        inputs.add(TestBlocks.open(disk, folder, BlockMeta.parse(meta, folder.toString())));
      }
    }
    BlockBuilderConfig defaults = BlockBuilderConfig.DEFAULTS;
    BlockBuilder builder =
        new BlockBuilder(
            new BlockBuilderConfig(
                defaults.profile(),
                1,
                Long.parseLong(args[2]),
                defaults.rowGroupSpans(),
                defaults.bloomFalsePositive(),
                defaults.bloomShardBytes()));
    Path out = Files.createTempDirectory("large-trace");
    long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    Merged merged =
        new BlockMerger(builder, MergerConfig.DEFAULTS, disk).merge(Tenant.SINGLE, inputs, 1, out);
    double seconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin) / 1e9;
    System.out.printf(
        "%d spans into %d blocks: %.2f s of cpu per million%n",
        merged.spansRead(), merged.blocks().size(), seconds * 1e6 / merged.spansRead());
    try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
      status.filter(line -> line.startsWith("VmHWM")).forEach(System.out::println);
    }
    try (Stream<Path> files = Files.walk(out)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
