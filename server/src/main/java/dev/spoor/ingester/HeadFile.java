package dev.spoor.ingester;

import dev.spoor.storage.columns.PieceSizes;
import dev.spoor.storage.head.HeadSegmentReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// A head segment that is safe on disk.
///
/// @param firstSequence the lowest number in the log among its pushes
/// @param lastSequence the highest
/// @param bytes length of the file
/// @param created when it was cut
/// @param written how large its pieces of traces are; empty when that was not seen, since it is
///   from before a restart
/// @param repeated of which a span may be in an earlier place as well
record HeadFile(
    Path file,
    HeadSegmentReader reader,
    long firstSequence,
    long lastSequence,
    long bytes,
    Instant created,
    Optional<PieceSizes> written,
    RepeatedTraces repeated) {

  HeadFile with(RepeatedTraces others) {
    return new HeadFile(file, reader, firstSequence, lastSequence, bytes, created, written, others);
  }

  /// How large its pieces of traces are.
  ///
  /// @throws IOException when the file can't be read
  PieceSizes sizes() throws IOException {
    return written.isPresent() ? written.get() : reader.sizes();
  }

  /// Whether it was found damaged, and has only what could still be read.
  boolean isSalvaged() {
    return reader.loss().isPresent();
  }
}
