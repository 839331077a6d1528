package dev.spoor.ingester;

import dev.spoor.storage.columns.SpanColumns;

/// Pushes as columns, in memory.
///
/// @param firstSequence the lowest number in the log among its pushes
/// @param lastSequence the highest
/// @param lastArrivedMillis when its youngest push came; of a batch that was merged, when the
///   youngest push of its oldest part did
/// @param loggedBytes of its pushes in the log
/// @param repeated of which a span may be in it twice, or in an earlier place
record LiveBatch(
    SpanColumns columns,
    long firstSequence,
    long lastSequence,
    long lastArrivedMillis,
    long loggedBytes,
    RepeatedTraces repeated) {}
