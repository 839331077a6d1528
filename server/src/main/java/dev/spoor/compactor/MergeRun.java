package dev.spoor.compactor;

import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.Disk;
import dev.spoor.storage.BlockOrigin;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.LocalBlock;
import dev.spoor.storage.block.BlockBuilder;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.block.DiskBlock;
import dev.spoor.storage.compact.BlockMerger;
import dev.spoor.storage.compact.MergePlan;
import dev.spoor.storage.compact.Merged;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes one merge, from looking at the inputs to retiring them.
///
/// Until the new blocks are in the store and verified nothing is changed that is there. Wherever it
/// ends early, all spans are in live blocks, and what [InterruptedMerges] finds is enough to go on
/// from there. Before each step that others see it makes sure that no other process had the lease
/// meanwhile, and before each input that goes, that all new blocks are still there. One thread at a
/// time.
final class MergeRun {

  private static final Logger log = LoggerFactory.getLogger(MergeRun.class);

  /// Room on the disk that is left to others.
  private static final long RESERVE_BYTES = 1L << 30;

  private final CompactorParts parts;
  private final BlockStore store;
  private final Disk disk;
  private final Lease lease;
  private final Path scratch;
  private final BlockMerger merger;

  /// @param atRest see [BlockMerger]
  MergeRun(CompactorSettings settings, CompactorParts parts, Lease lease, Runnable atRest) {
    this.parts = parts;
    this.store = parts.store();
    this.disk = parts.disk();
    this.lease = lease;
    this.scratch = settings.scratch();
    this.merger =
        new BlockMerger(new BlockBuilder(settings.builder()), settings.merger(), disk, atRest);
  }

  /// What became of it.
  sealed interface Outcome {
    record Done(Merged merged) implements Outcome {}

    /// @param block that can't be merged now, without being damaged
    record LeftAlone(UUID block, String reason) implements Outcome {}

    /// There is no room on the disk.
    record NoRoom(long neededBytes, long usableBytes) implements Outcome {}
  }

  /// @throws dev.spoor.storage.compact.UnreadableBlockException naming an input that can't be read
  Outcome run(Tenant tenant, MergePlan plan) throws IOException {
    long term = lease.term();
    for (BlockMeta input : plan.blocks()) {
      switch (store.mergeable(tenant, input)) {
        case YES -> {}
        case GONE -> {
          return new Outcome.LeftAlone(input.blockId(), "it was retired meanwhile");
        }
        case FLAGGED -> {
          return new Outcome.LeftAlone(input.blockId(), "it has a nocompact.flg");
        }
      }
    }
    disk.createDirectories(scratch);
    long needed = 2 * plan.bytes() + RESERVE_BYTES;
    long usable = disk.usableSpace(scratch);
    if (usable < needed) {
      return new Outcome.NoRoom(needed, usable);
    }
    Path folder = scratch.resolve(UUID.randomUUID().toString());
    try {
      Merged merged = merge(tenant, plan, folder);
      commit(tenant, plan, merged, term);
      return new Outcome.Done(merged);
    } finally {
      Scratch.delete(disk, folder);
    }
  }

  private Merged merge(Tenant tenant, MergePlan plan, Path folder) throws IOException {
    Path out = folder.resolve("out");
    disk.createDirectories(out);
    List<DiskBlock> open = new ArrayList<>();
    try {
      List<BlockReader> inputs = new ArrayList<>();
      for (BlockMeta input : plan.blocks()) {
        Path copy = folder.resolve(input.blockId().toString());
        disk.createDirectories(copy);
        store.fetchData(tenant, input, disk, copy);
        DiskBlock block = DiskBlock.open(disk, copy, input);
        open.add(block);
        inputs.add(BlockReader.open(input, block));
      }
      return merger.merge(tenant, inputs, plan.nextLevel(), out);
    } finally {
      for (DiskBlock block : open) {
        block.close();
      }
    }
  }

  private void commit(Tenant tenant, MergePlan plan, Merged merged, long term) throws IOException {
    List<UUID> inputs = plan.blocks().stream().map(BlockMeta::blockId).toList();
    List<BlockMeta> outputs = merged.blocks().stream().map(Merged.Output::meta).toList();
    BlockOrigin origin = new BlockOrigin(outputs.stream().map(BlockMeta::blockId).toList(), inputs);
    for (Merged.Output output : merged.blocks()) {
      lease.confirm(term);
      LocalBlock block = LocalBlock.open(disk, output.folder());
      store.publishMerged(tenant, block, origin);
      store.verify(tenant, block);
    }
    confirmAll(tenant, origin.outputs(), term);
    parts.replaced(tenant, outputs, inputs);
    for (UUID input : inputs) {
      confirmAll(tenant, origin.outputs(), term);
      store.markCompacted(tenant, input);
    }
    // A poll that ran meanwhile has brought some of them back.
    parts.blocks().compacted(tenant, inputs);
    for (BlockMeta output : outputs) {
      store.forgetOrigin(tenant, output.blockId());
    }
    log.info(
        "merged {} blocks of tenant {} ({}) into {}: {} spans, {} of them twice",
        inputs.size(),
        tenant,
        plan.key(),
        origin.outputs(),
        merged.spansRead(),
        merged.duplicateSpans());
  }

  /// Makes sure that all new blocks are live, and after that, that the lease was ours all the time:
  /// who had it meanwhile may have taken back a merge that was not complete.
  private void confirmAll(Tenant tenant, List<UUID> outputs, long term) throws IOException {
    for (UUID output : outputs) {
      if (!store.isLive(tenant, output)) {
        throw new IOException(
            "block %s, which was merged from others, is gone; they stay".formatted(output));
      }
    }
    lease.confirm(term);
  }
}
