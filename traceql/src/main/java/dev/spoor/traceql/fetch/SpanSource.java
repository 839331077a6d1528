package dev.spoor.traceql.fetch;

import java.io.IOException;

/// Spans that a query can be run over: live batches, a head segment, a local block, a stored block.
///
/// The contract between the language and storage. The engine asks for batches; a batch answers
/// single comparisons with sets of span ordinals ([SpanBatch#matching]), which the engine combines
/// with and, or and not, and gives values of fields for the ordinals that are left
/// ([SpanBatch#values]). A source decides how: dictionaries, page statistics, zone maps.
///
/// - A source may leave out any batch, trace or span of which it can prove that it does not satisfy
///   the request; it never has to. What it yields is complete: all spans of this source that belong
///   to a trace it yields are in the same batch, next to each other. That is what lets the engine
///   look at a whole trace after it has seen the one batch; pieces of the trace in other sources
///   are brought together by the combiner.
/// - The same trace, and the same span, may also be in other sources.
/// - A source is immutable. It may be asked by many threads at once, each with a cursor of its own.
public interface SpanSource {

  /// What this is, for messages and for explain: `live`, `head 00000042`, `block <uuid> row group
  /// 3`.
  String name();

  /// Starts to read. The caller closes the cursor, also after a failure.
  ///
  /// @throws IOException naming the block, segment or object that can't be read
  BatchCursor fetch(FetchRequest request) throws IOException;
}
