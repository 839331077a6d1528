package dev.spoor.frontend;

import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockSpanSource;
import dev.spoor.traceql.fetch.SpanSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Spans that a job looks into, opened when its turn comes.
///
/// @param name for messages
/// @param newestNanos no trace in it starts later; nanoseconds since the epoch
/// @param isRecent whether the ingester has it
record SearchSource(String name, long newestNanos, boolean isRecent, Opener opener) {

  /// Opens what is to be searched.
  interface Opener {
    SpanSource open() throws IOException;
  }

  /// What the ingester has, and the blocks; the newest first. A large block is cut into ranges of
  /// row groups, so that it is read by several threads.
  static List<SearchSource> all(QueryRun query, StoredBlocks stored) {
    return of(query.snapshot().sources(), query, stored);
  }

  /// Likewise, for who looks at each span alone.
  static List<SearchSource> pieces(QueryRun query, StoredBlocks stored) {
    return of(query.snapshot().pieces(), query, stored);
  }

  private static List<SearchSource> of(
      List<SpanSource> recent, QueryRun query, StoredBlocks stored) {
    List<SearchSource> sources = new ArrayList<>();
    for (SpanSource source : recent) {
      sources.add(new SearchSource(source.name(), Long.MAX_VALUE, true, () -> source));
    }
    for (BlockMeta block : query.blocks()) {
      addParts(block, query, stored, sources);
    }
    sources.sort(Comparator.comparingLong(SearchSource::newestNanos).reversed());
    return sources;
  }

  private static void addParts(
      BlockMeta block, QueryRun query, StoredBlocks stored, List<SearchSource> to) {
    long newest = QueryFrontend.nanos(block.endTime());
    int groups = Math.max(1, block.totalRecords());
    long bytesPerGroup = Math.max(1, block.size() / groups);
    long groupsPerJob = Math.max(1, query.limits().bytesPerJob() / bytesPerGroup);
    int from = 0;
    while (from < groups) {
      int first = from;
      // Whatever the meta says, the last part goes to the end of the file.
      int end = first + groupsPerJob >= groups ? Integer.MAX_VALUE : (int) (first + groupsPerJob);
      boolean isWhole = first == 0 && end == Integer.MAX_VALUE;
      String name = "block " + block.blockId() + (isWhole ? "" : " from row group " + first);
      to.add(
          new SearchSource(
              name,
              newest,
              false,
              () ->
                  new BlockSpanSource(
                      stored.open(query.tenant(), block),
                      first,
                      end,
                      BlockSpanSource.DEFAULT_SPANS_PER_BATCH)));
      from = end;
    }
  }
}
