package dev.spoor.ingester;

import dev.spoor.storage.head.HeadSegmentReader;
import java.nio.file.Path;
import java.time.Instant;

/// A head segment that is safe on disk.
///
/// @param firstSequence the lowest number in the log among its pushes
/// @param lastSequence the highest
/// @param bytes length of the file
/// @param created when it was cut
/// @param repeated of which a span may be in an earlier place as well
record HeadFile(
    Path file,
    HeadSegmentReader reader,
    long firstSequence,
    long lastSequence,
    long bytes,
    Instant created,
    RepeatedTraces repeated) {

  HeadFile with(RepeatedTraces others) {
    return new HeadFile(file, reader, firstSequence, lastSequence, bytes, created, others);
  }

  /// Whether it was found damaged, and has only what could still be read.
  boolean isSalvaged() {
    return reader.loss().isPresent();
  }
}
