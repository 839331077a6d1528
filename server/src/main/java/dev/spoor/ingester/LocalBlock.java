package dev.spoor.ingester;

import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// A finished block in the ingester's own folder.
///
/// @param bytes length of all its files
/// @param flushedAt when it was verified in the object store; empty before
record LocalBlock(
    Path directory, BlockMeta meta, BlockReader reader, long bytes, Optional<Instant> flushedAt) {

  LocalBlock flushed(Instant at) {
    return new LocalBlock(directory, meta, reader, bytes, Optional.of(at));
  }
}
