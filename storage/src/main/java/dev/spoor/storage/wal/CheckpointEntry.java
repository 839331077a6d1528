package dev.spoor.storage.wal;

/// A file that holds records of the log in another form, such as a head segment or a block.
///
/// @param name what its owner calls it; the log does not look at it
/// @param firstSequence the lowest number among its records
/// @param lastSequence the highest
public record CheckpointEntry(String name, long firstSequence, long lastSequence) {}
