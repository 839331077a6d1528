package dev.spoor.storage.blocklist;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// A block as a listing of the store shows it.
///
/// @param live whether there is a meta.json
/// @param compacted when meta.compacted.json was written, if there is one
/// @param flagged whether there is a nocompact.flg
public record BlockListing(UUID id, boolean live, Optional<Instant> compacted, boolean flagged) {}
