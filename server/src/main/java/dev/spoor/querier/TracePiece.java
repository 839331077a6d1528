package dev.spoor.querier;

import dev.spoor.storage.columns.SpanColumns;

/// The spans of one trace that stand in one batch; other batches may hold more of the same trace.
///
/// @param trace ordinal of the trace in the batch
public record TracePiece(SpanColumns columns, int trace) {}
