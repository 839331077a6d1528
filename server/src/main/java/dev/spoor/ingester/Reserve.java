package dev.spoor.ingester;

import dev.spoor.platform.disk.DiskFullException;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log's reserve of disk space, for those who have to write so that something else can go.
///
/// @param release gives it back to the volume, and tells whether there was one
record Reserve(BooleanSupplier release) {

  private static final Logger log = LoggerFactory.getLogger(Reserve.class);

  /// Leaves nothing behind when it fails.
  interface Write<T> {
    T run() throws IOException;
  }

  /// Writes something; when the disk is full, once more with the reserve.
  <T> T write(String what, Write<T> write) throws IOException {
    try {
      return write.run();
    } catch (DiskFullException full) {
      if (!release.getAsBoolean()) {
        throw full;
      }
      log.warn("the disk is full, the reserve of the log is used for {}", what);
      return write.run();
    }
  }
}
