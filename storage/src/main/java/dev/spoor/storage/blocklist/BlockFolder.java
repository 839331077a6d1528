package dev.spoor.storage.blocklist;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// The folder of a block in the store, whether there is a block in it or not.
///
/// @param live whether there is a meta.json
/// @param compacted when meta.compacted.json was written, if there is one
/// @param hasOrigin whether it tells of a merge that may not be finished
/// @param newest when the youngest object in it was written, by the store's clock
/// @param objects how many there are
/// @param bytes of all of them
public record BlockFolder(
    UUID id,
    boolean live,
    Optional<Instant> compacted,
    boolean hasOrigin,
    Instant newest,
    int objects,
    long bytes) {

  /// Whether objects are there that no meta names: of a block that is being written, or that never
  /// was finished.
  public boolean isWithoutMeta() {
    return !live && compacted.isEmpty();
  }
}
