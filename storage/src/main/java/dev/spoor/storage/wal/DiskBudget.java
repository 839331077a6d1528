package dev.spoor.storage.wal;

import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.DiskFullException;
import dev.spoor.platform.disk.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether there is room for more, looked up from time to time; and the reserve.
///
/// Records are refused below the free space that the settings ask for, and above the log's own
/// limit; they are taken again when there is half as much more room. Of a small volume a quarter is
/// kept free at most, else it would never take anything, or never again. A volume that does not
/// tell its size is taken for a large one. Safe for many threads.
final class DiskBudget {

  private static final Logger log = LoggerFactory.getLogger(DiskBudget.class);

  private static final int CHUNK = 1 << 20;

  private final WalDirectory directory;
  private final WalSettings settings;
  private final LongSupplier ownBytes;
  private final WalMetrics metrics;

  /// Of the whole volume; `Long.MAX_VALUE` while it is unknown. Under the lock of this.
  private long volumeBytes = Long.MAX_VALUE;

  /// Some volumes change their size all the time. Under the lock of this.
  private boolean toldSmall;

  /// Room that a failed write showed to be missing.
  private long neededAfterFailure;

  /// Whether the reserve is to be made again as soon as there is room. Under the lock of this.
  private boolean reserveGivenUp;

  /// Written under the lock of this.
  private volatile Optional<String> refusal = Optional.empty();

  DiskBudget(
      WalDirectory directory, WalSettings settings, LongSupplier ownBytes, WalMetrics metrics) {
    this.directory = directory;
    this.settings = settings;
    this.ownBytes = ownBytes;
    this.metrics = metrics;
  }

  /// Why nothing more may be written; empty while there is room.
  Optional<String> refusal() {
    return refusal;
  }

  /// A write found the volume full.
  synchronized void exhausted(DiskFullException failure) {
    neededAfterFailure = settings.config().segmentSizeBytes();
    refuse(String.valueOf(failure.getMessage()));
  }

  /// Looks how much room there is.
  synchronized void check() {
    long usable;
    try {
      usable = disk().usableSpace(directory.path());
      lookAtVolume();
      metrics.disk(usable, volumeBytes == Long.MAX_VALUE ? 0 : volumeBytes);
    } catch (IOException failure) {
      log.warn("wal: cannot tell how much room there is", failure);
      return;
    }
    long own = ownBytes.getAsLong();
    Optional<String> now =
        refusal.isPresent() ? stillRefused(usable, own) : newlyRefused(usable, own);
    if (now.isPresent()) {
      refuse(now.get());
    } else if (refusal.isPresent()) {
      log.info("wal: room again, {} bytes free, taking pushes", usable);
      refusal = Optional.empty();
      neededAfterFailure = 0;
      fillReserve();
    } else if (reserveGivenUp && usable - reserveBytes() >= minFreeBytes()) {
      fillReserve();
    }
  }

  private void lookAtVolume() throws IOException {
    long told = disk().totalSpace(directory.path());
    volumeBytes = told > 0 ? told : Long.MAX_VALUE;
    if (!toldSmall && minFreeBytes() < settings.minFreeBytes()) {
      toldSmall = true;
      log.warn(
          "wal: {} is on a volume of {} bytes, which is small: {} of them are kept free, not {}",
          directory.path(),
          volumeBytes,
          minFreeBytes(),
          settings.minFreeBytes());
    }
  }

  private long minFreeBytes() {
    return Math.min(settings.minFreeBytes(), volumeBytes / 4);
  }

  private long reserveBytes() {
    return Math.min(settings.reserveBytes(), volumeBytes / 8);
  }

  /// Makes the reserve file where it is missing and there is room for it.
  synchronized void fillReserve() {
    if (settings.reserveBytes() == 0 || disk().exists(directory.reserve())) {
      return;
    }
    try {
      lookAtVolume();
      try (WritableFile file = disk().create(directory.reserve())) {
        ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK);
        for (long left = reserveBytes(); left > 0; left -= CHUNK) {
          zeros.clear().limit((int) Math.min(left, CHUNK));
          file.write(zeros);
        }
        file.sync();
      }
    } catch (IOException failure) {
      log.warn("wal: no reserve for a full disk", failure);
      releaseReserve();
    }
    reserveGivenUp = false; // when that failed, not before pushes were refused and taken again
  }

  /// Gives the reserve back to the volume.
  ///
  /// @return whether there was one
  synchronized boolean releaseReserve() {
    try {
      boolean there = disk().exists(directory.reserve());
      disk().delete(directory.reserve());
      reserveGivenUp |= there;
      return there;
    } catch (IOException failure) {
      log.warn("wal: the reserve can't be released", failure);
      return false;
    }
  }

  private Optional<String> newlyRefused(long usable, long own) {
    if (usable < minFreeBytes()) {
      return Optional.of(
          "%s: no space left on device for new data: %d bytes free, %d are kept free"
              .formatted(directory.path(), usable, minFreeBytes()));
    }
    long limit = settings.config().maxBytes();
    if (limit > 0 && own > limit) {
      return Optional.of(
          "%s: holds %d bytes, wal.max_bytes is %d".formatted(directory.path(), own, limit));
    }
    return Optional.empty();
  }

  private Optional<String> stillRefused(long usable, long own) {
    long wanted = Math.max(minFreeBytes() / 2 * 3, Math.min(neededAfterFailure, volumeBytes / 2));
    long limit = settings.config().maxBytes();
    boolean room = usable >= wanted && (limit == 0 || own <= limit / 3 * 2);
    return room ? Optional.empty() : refusal;
  }

  private void refuse(String reason) {
    if (refusal.isEmpty()) {
      log.error("wal: refusing pushes: {}", reason);
    }
    refusal = Optional.of(reason);
  }

  private Disk disk() {
    return directory.disk();
  }
}
