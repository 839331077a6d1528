package dev.spoor.frontend;

import dev.spoor.contract.RecentSnapshot;
import dev.spoor.model.TraceId;
import dev.spoor.traceql.fetch.SpanSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// For a query that must not ask the ingester.
enum NothingRecent implements RecentSnapshot {
  INSTANCE;

  @Override
  public List<SpanSource> sources() {
    return List.of();
  }

  @Override
  public Pieces look(TraceId id) {
    return () -> null;
  }

  @Override
  public List<SpanSource> pieces() {
    return List.of();
  }

  @Override
  public boolean mayRepeat(TraceId id) {
    return false;
  }

  @Override
  public int places(TraceId id) {
    return 0;
  }

  @Override
  public Set<UUID> blocks() {
    return Set.of();
  }

  @Override
  public List<String> unreadable() {
    return List.of();
  }
}
