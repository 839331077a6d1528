package dev.spoor.contract;

import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.traceql.fetch.SpanSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// The spans of one tenant in an ingester at one moment. Stays readable for some minutes, whatever
/// the ingester does meanwhile. Safe for many threads.
public interface RecentSnapshot {

  /// Live batches, head segments and local blocks.
  List<SpanSource> sources();

  /// Gives the spans of a trace, one batch after the other: batches in which it may be among others.
  ///
  /// @throws IOException naming the file that can't be read, or what `pieces` throws
  void find(TraceId id, Pieces pieces) throws IOException;

  /// Takes the pieces of a trace.
  interface Pieces {

    /// @throws IOException when it wants no more
    void take(SpanColumns piece) throws IOException;
  }

  /// The spans of a trace, all at once.
  ///
  /// @throws IOException naming the file that can't be read
  default List<SpanColumns> find(TraceId id) throws IOException {
    List<SpanColumns> pieces = new ArrayList<>();
    find(id, pieces::add);
    return pieces;
  }

  /// How many of the sources may have a part of a trace: those that have one, and now and then one
  /// more. Looks at what is in memory alone, mostly.
  ///
  /// @throws IOException naming the file that can't be read
  int places(TraceId id) throws IOException;

  /// Local blocks among the sources. Their copies in the object store need not be read as well.
  Set<UUID> blocks();

  /// The local blocks and head segments that could not be opened; answers without them are partial.
  List<String> unreadable();
}
