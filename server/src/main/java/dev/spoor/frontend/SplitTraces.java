package dev.spoor.frontend;

import dev.spoor.contract.RecentSnapshot;
import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.columns.ColumnsSpanSource;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanCopier;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.SpanSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Traces of which the ingester has pieces in several places, or a piece here and one in the object
/// store: brought together, so that a query which looks at whole traces sees them whole.
///
/// Only traces that a source yields for the request are looked at. Traces whose pieces are all in
/// stored blocks are not brought together here.
///
/// @param ids of the traces; what single sources say of them does not count
/// @param whole the traces, each in one piece
record SplitTraces(Set<TraceId> ids, SpanSource whole) {

  static SplitTraces find(
      Tenant tenant,
      FetchRequest request,
      RecentSnapshot snapshot,
      List<BlockMeta> blocks,
      StoredBlocks stored)
      throws IOException {
    SortedMap<TraceId, List<SpanColumns>> split = new TreeMap<>();
    for (SpanSource source : snapshot.sources()) {
      try (BatchCursor cursor = source.fetch(request)) {
        for (SpanBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
          addSplit(tenant, batch, snapshot, blocks, stored, split);
        }
      }
    }
    List<SpanColumns> together = new ArrayList<>();
    for (var trace : split.entrySet()) {
      together.add(together(trace.getKey(), trace.getValue()));
    }
    return new SplitTraces(
        Set.copyOf(split.keySet()), ColumnsSpanSource.ofBatches("split traces", together));
  }

  private static void addSplit(
      Tenant tenant,
      SpanBatch batch,
      RecentSnapshot snapshot,
      List<BlockMeta> blocks,
      StoredBlocks stored,
      SortedMap<TraceId, List<SpanColumns>> split)
      throws IOException {
    for (int trace = 0; trace < batch.traceCount(); trace++) {
      TraceId id = new TraceId(batch.traceIdHigh(trace), batch.traceIdLow(trace));
      if (split.containsKey(id)) {
        continue;
      }
      List<SpanColumns> pieces = new ArrayList<>(snapshot.find(id));
      for (BlockMeta block : blocks) {
        stored.open(tenant, block).findTrace(id).ifPresent(pieces::add);
      }
      if (pieces.size() > 1) {
        split.put(id, pieces);
      }
    }
  }

  private static SpanColumns together(TraceId id, List<SpanColumns> pieces) {
    SpanCopier copier = new SpanCopier();
    for (SpanColumns piece : pieces) {
      copier.add(piece, piece.find(id.high(), id.low()));
    }
    return copier.build();
  }
}
