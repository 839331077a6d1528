package dev.spoor.contract;

import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.traceql.fetch.SpanSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The spans of one tenant in an ingester at one moment. Stays readable for some minutes, whatever
/// the ingester does meanwhile. Safe for many threads.
public interface RecentSnapshot {

  /// Live batches, head segments and local blocks.
  List<SpanSource> sources();

  /// The same spans, for who looks at each span alone: a trace may be in several of the sources,
  /// and a source need not bring its pieces together.
  List<SpanSource> pieces();

  /// Whether a span of a trace may be twice in [#pieces], within one of them or in several; false
  /// is sure, and within one snapshot the answer is always the same.
  ///
  /// @throws IOException naming the file that can't be read
  boolean mayRepeat(TraceId id) throws IOException;

  /// The spans of a trace, piece by piece.
  Pieces look(TraceId id);

  /// The pieces of a trace, each read when its turn comes. One thread at a time.
  interface Pieces {

    /// The next batch in which the trace may be among others; null when there is none.
    ///
    /// @throws IOException naming the file that can't be read
    @Nullable SpanColumns next() throws IOException;
  }

  /// The spans of a trace, all at once.
  ///
  /// @throws IOException naming the file that can't be read
  default List<SpanColumns> find(TraceId id) throws IOException {
    List<SpanColumns> found = new ArrayList<>();
    Pieces pieces = look(id);
    for (SpanColumns piece = pieces.next(); piece != null; piece = pieces.next()) {
      found.add(piece);
    }
    return found;
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
