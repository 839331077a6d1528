package dev.spoor.ingester;

import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.block.DiskBlock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// A finished block in the ingester's own folder.
///
/// @param content its open files, to be closed
/// @param bytes length of all its files
/// @param repeated of which a span may be in an earlier place as well
/// @param flushedAt when it was verified in the object store; empty before
record HeldBlock(
    Path directory,
    BlockMeta meta,
    DiskBlock content,
    BlockReader reader,
    long bytes,
    RepeatedTraces repeated,
    Optional<Instant> flushedAt) {

  HeldBlock flushed(Instant at) {
    return new HeldBlock(directory, meta, content, reader, bytes, repeated, Optional.of(at));
  }
}
