package dev.spoor.storage.wal;

import dev.spoor.platform.disk.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a file whose medium may have gone bad in places: pages that can't be read come as zeros,
/// which no checksum agrees with.
final class LenientReader {

  private static final Logger log = LoggerFactory.getLogger(LenientReader.class);

  private static final int PAGE = 4096;

  private final Path path;
  private final ReadableFile file;
  private boolean lost;

  LenientReader(Path path, ReadableFile file) {
    this.path = path;
    this.file = file;
  }

  /// Whether any page could not be read so far.
  boolean lostPages() {
    return lost;
  }

  /// Fills `target` up to its limit or the end of the file.
  void read(ByteBuffer target, long position) {
    int start = target.position();
    try {
      file.read(target, position);
    } catch (IOException failure) {
      target.position(start);
      readPages(target, position);
    }
  }

  private void readPages(ByteBuffer target, long position) {
    int end = target.limit();
    long at = position;
    while (target.position() < end) {
      int start = target.position();
      int page = (int) Math.min(PAGE - at % PAGE, end - start);
      target.limit(start + page);
      try {
        if (file.read(target, at) < page) {
          break;
        }
      } catch (IOException failure) {
        lost = true;
        log.error("wal: {} bytes at {} of {} can't be read", page, at, path, failure);
        target.position(start);
        target.put(new byte[page]);
      }
      at += page;
    }
    target.limit(end);
  }
}
