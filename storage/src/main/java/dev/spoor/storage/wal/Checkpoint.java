package dev.spoor.storage.wal;

import java.time.Instant;
import java.util.List;

/// Up to where the log is no longer needed, and which files hold what it held.
///
/// @param number of this checkpoint; higher is newer
/// @param lowWaterMark all records with this number or a lower one are safe elsewhere
public record Checkpoint(
    long number, Instant created, long lowWaterMark, List<CheckpointEntry> entries) {

  public Checkpoint {
    entries = List.copyOf(entries);
  }
}
