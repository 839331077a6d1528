package dev.spoor.ingester;

import dev.spoor.contract.RecentSnapshot;
import dev.spoor.model.TraceId;
import dev.spoor.storage.block.BlockSpanSource;
import dev.spoor.storage.columns.ColumnsSpanSource;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.traceql.fetch.SpanSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// A state of a tenant, for queries.
record TenantSnapshot(TenantState state, List<String> unreadable) implements RecentSnapshot {

  @Override
  public List<SpanSource> sources() {
    List<SpanSource> sources = new ArrayList<>();
    if (!state.batches().isEmpty()) {
      sources.add(
          ColumnsSpanSource.ofBatches(
              "live", state.batches().stream().map(LiveBatch::columns).toList()));
    }
    state.heads().forEach(head -> sources.add(head.reader().spanSource()));
    state.blocks().forEach(block -> sources.add(BlockSpanSource.of(block.reader())));
    return sources;
  }

  @Override
  public Pieces look(TraceId id) {
    Iterator<LiveBatch> batches = state.batches().iterator();
    Iterator<HeadFile> heads = state.heads().iterator();
    Iterator<HeldBlock> blocks = state.blocks().iterator();
    return () -> {
      while (batches.hasNext()) {
        SpanColumns batch = batches.next().columns();
        if (batch.find(id.high(), id.low()) >= 0) {
          return batch;
        }
      }
      Optional<SpanColumns> piece = Optional.empty();
      while (piece.isEmpty() && heads.hasNext()) {
        piece = heads.next().reader().find(id.high(), id.low());
      }
      while (piece.isEmpty() && blocks.hasNext()) {
        piece = blocks.next().reader().findTrace(id);
      }
      return piece.orElse(null);
    };
  }

  @Override
  public int places(TraceId id) throws IOException {
    int places = 0;
    for (LiveBatch batch : state.batches()) {
      if (batch.columns().find(id.high(), id.low()) >= 0) {
        // All of them are one source.
        places = 1;
        break;
      }
    }
    for (HeadFile head : state.heads()) {
      places += head.reader().mayHold(id.high(), id.low()) ? 1 : 0;
    }
    for (HeldBlock block : state.blocks()) {
      places += block.reader().mayHold(id) ? 1 : 0;
    }
    return places;
  }

  @Override
  public Set<UUID> blocks() {
    return state.blocks().stream()
        .map(block -> block.meta().blockId())
        .collect(Collectors.toUnmodifiableSet());
  }
}
