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
///
/// @param repeated as the state tells it
record TenantSnapshot(TenantState state, List<Set<TraceId>> repeated, List<String> unreadable)
    implements RecentSnapshot {

  static TenantSnapshot of(TenantState state, List<String> unreadable) {
    return new TenantSnapshot(state, state.repeated(), unreadable);
  }

  @Override
  public List<SpanSource> sources() {
    List<SpanSource> sources = new ArrayList<>();
    if (!state.batches().isEmpty()) {
      sources.add(
          ColumnsSpanSource.ofBatches(
              "live", state.batches().stream().map(LiveBatch::columns).toList()));
    }
    addOnDisk(sources);
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
  public List<SpanSource> pieces() {
    List<SpanSource> sources = new ArrayList<>();
    for (LiveBatch batch : state.batches()) {
      sources.add(
          ColumnsSpanSource.ofBatch(
              "live from %d".formatted(batch.firstSequence()), batch.columns()));
    }
    addOnDisk(sources);
    return sources;
  }

  private void addOnDisk(List<SpanSource> sources) {
    state.heads().forEach(head -> sources.add(head.reader().spanSource()));
    state.blocks().forEach(block -> sources.add(BlockSpanSource.of(block.reader())));
  }

  @Override
  public boolean mayRepeat(TraceId id) throws IOException {
    return isKnownToRepeat(id) || (isInUnknown(id) && severalMayHold(id));
  }

  boolean isKnownToRepeat(TraceId id) {
    for (Set<TraceId> ids : repeated) {
      if (ids.contains(id)) {
        return true;
      }
    }
    return false;
  }

  private boolean isInUnknown(TraceId id) throws IOException {
    for (LiveBatch batch : state.batches()) {
      if (batch.repeated().isUnknown() && holds(batch, id)) {
        return true;
      }
    }
    for (HeadFile head : state.heads()) {
      if (head.repeated().isUnknown() && head.reader().mayHold(id.high(), id.low())) {
        return true;
      }
    }
    for (HeldBlock block : state.blocks()) {
      if (block.repeated().isUnknown() && block.reader().mayHold(id)) {
        return true;
      }
    }
    return false;
  }

  /// Whether a part of a trace may be in a place that has spans of a push before this one; false is
  /// sure.
  ///
  /// @param exactly whether what filters let pass is read, so that true is sure too
  boolean holds(TraceId id, long beforeSequence, boolean exactly) throws IOException {
    for (LiveBatch batch : state.batches()) {
      if (batch.firstSequence() < beforeSequence && holds(batch, id)) {
        return true;
      }
    }
    for (HeadFile head : state.heads()) {
      if (head.firstSequence() < beforeSequence
          && head.reader().mayHold(id.high(), id.low())
          && (!exactly || head.reader().holds(id))) {
        return true;
      }
    }
    for (HeldBlock block : state.blocks()) {
      if (block.reader().mayHold(id) && (!exactly || block.reader().findTrace(id).isPresent())) {
        return true;
      }
    }
    return false;
  }

  /// A batch may have a span twice by itself.
  private boolean severalMayHold(TraceId id) throws IOException {
    return places(id) > 1 || state.batches().stream().anyMatch(batch -> holds(batch, id));
  }

  private static boolean holds(LiveBatch batch, TraceId id) {
    return batch.columns().find(id.high(), id.low()) >= 0;
  }

  @Override
  public int places(TraceId id) throws IOException {
    // All batches are one source.
    int places = state.batches().stream().anyMatch(batch -> holds(batch, id)) ? 1 : 0;
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
