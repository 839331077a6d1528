package dev.spoor.frontend;

import dev.spoor.contract.RecentSnapshot;
import dev.spoor.model.Tenant;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockSpanSource;
import dev.spoor.traceql.fetch.SpanSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// One piece of work of a query, opened when its turn comes.
///
/// @param name for messages
/// @param newestNanos no trace in it starts later; nanoseconds since the epoch
record SearchSource(String name, long newestNanos, Opener opener) {

  /// Opens what is to be searched.
  interface Opener {
    SpanSource open() throws IOException;
  }

  /// What the ingester has, and the blocks; the newest first.
  static List<SearchSource> all(
      Tenant tenant, RecentSnapshot snapshot, List<BlockMeta> blocks, StoredBlocks stored) {
    List<SearchSource> sources = new ArrayList<>();
    for (SpanSource source : snapshot.sources()) {
      sources.add(new SearchSource(source.name(), Long.MAX_VALUE, () -> source));
    }
    for (BlockMeta block : blocks) {
      long newest = block.endTime().getEpochSecond() * 1_000_000_000L + block.endTime().getNano();
      sources.add(
          new SearchSource(
              "block " + block.blockId(),
              newest,
              () -> BlockSpanSource.of(stored.open(tenant, block))));
    }
    sources.sort(Comparator.comparingLong(SearchSource::newestNanos).reversed());
    return sources;
  }
}
