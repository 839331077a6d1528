package dev.spoor.storage.wal;

/// What a replay found.
///
/// @param records handed to the consumer
/// @param skipped whole, but covered by the checkpoint
/// @param missing numbers that were given but are not found, as far as later ones tell: those of
///   damaged records, and of segments that were taken away
/// @param corruptions damaged ranges, the torn tail not among them
/// @param corruptBytes their length
/// @param tornBytes cut from the end of the last segment
public record ReplayReport(
    long records, long skipped, long missing, int corruptions, long corruptBytes, long tornBytes) {}
