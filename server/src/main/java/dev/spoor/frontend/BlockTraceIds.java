package dev.spoor.frontend;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.parquet.ReadCost;
import dev.spoor.traceql.fetch.QueryBudget;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// Which traces blocks have, as hashes of their ids, and which of them several blocks have. Kept in
/// memory, 8 bytes an id, as long as there is room: blocks never change. Safe for many threads.
public final class BlockTraceIds {

  private static final int OVERHEAD = 200;

  private record Block(Tenant tenant, UUID id) {}

  private record Blocks(Tenant tenant, Set<UUID> ids) {}

  private final StoredBlocks stored;
  private final Cache<Block, long[]> ofBlocks;
  private final Cache<Blocks, SharedIds> ofSets;

  /// @param maxBytes of memory, about
  public BlockTraceIds(StoredBlocks stored, long maxBytes) {
    this.stored = stored;
    this.ofBlocks =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((Block block, long[] hashes) -> OVERHEAD + 8 * hashes.length)
            .executor(Runnable::run)
            .build();
    this.ofSets =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes / 4)
            .weigher((Blocks blocks, SharedIds ids) ->
                (int) Math.min(Integer.MAX_VALUE, ids.bytes() + 60L * blocks.ids().size()))
            .executor(Runnable::run)
            .build();
  }

  Set<UUID> setOf(Collection<BlockMeta> blocks) {
    return blocks.stream().map(BlockMeta::blockId).collect(Collectors.toUnmodifiableSet());
  }

  /// What was found out about a set of blocks before.
  Optional<SharedIds> shared(Tenant tenant, Set<UUID> blocks) {
    return Optional.ofNullable(ofSets.getIfPresent(new Blocks(tenant, blocks)));
  }

  void keep(Tenant tenant, Set<UUID> blocks, SharedIds ids) {
    ofSets.put(new Blocks(tenant, blocks), ids);
  }

  /// The hashes of a block's trace ids, ascending. Nobody changes the array.
  ///
  /// @throws IOException naming the block that can't be read
  long[] of(Tenant tenant, BlockMeta meta, JobRun run) throws IOException {
    Block key = new Block(tenant, meta.blockId());
    long[] known = ofBlocks.getIfPresent(key);
    if (known != null) {
      return known;
    }
    ReadCost cost = new ReadCost();
    try {
      long[] hashes = read(stored.open(tenant, meta), cost);
      ofBlocks.put(key, hashes);
      return hashes;
    } finally {
      run.add(cost);
    }
  }

  private static long[] read(BlockReader block, ReadCost cost) throws IOException {
    long[] hashes = new long[0];
    QueryBudget budget = QueryBudget.current();
    int count = 0;
    for (int group = 0; group < block.rowGroups(); group++) {
      TraceId[] ids = block.traceIds(group, cost);
      if (!budget.hold(8L * ids.length)) {
        budget.check();
      }
      hashes = Arrays.copyOf(hashes, count + ids.length);
      for (TraceId id : ids) {
        hashes[count++] = SharedIds.hash(id);
      }
    }
    Arrays.sort(hashes);
    return hashes;
  }
}
