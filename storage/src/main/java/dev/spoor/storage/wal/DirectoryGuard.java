package dev.spoor.storage.wal;

import dev.spoor.platform.disk.DirectoryLock;
import dev.spoor.platform.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What keeps others out of the directory: the advisory lock, and on a network file system a
/// [Heartbeat] too. Safe for many threads.
final class DirectoryGuard implements Closeable {

  private final WalDirectory directory;
  private final DirectoryLock lock;
  private final @Nullable Heartbeat heartbeat;

  private DirectoryGuard(
      WalDirectory directory, DirectoryLock lock, @Nullable Heartbeat heartbeat) {
    this.directory = directory;
    this.lock = lock;
    this.heartbeat = heartbeat;
  }

  /// @param note who this is
  /// @throws dev.spoor.platform.disk.LockedException naming who has the directory
  static DirectoryGuard take(
      WalDirectory directory, String note, InstantSource clock, Heartbeat.Pause pause)
      throws IOException {
    Disk disk = directory.disk();
    DirectoryLock lock = disk.lock(directory.lock(), note);
    try {
      if (!disk.isShared(directory.path())) {
        return new DirectoryGuard(directory, lock, null);
      }
      Heartbeat heartbeat = Heartbeat.take(disk, directory.heartbeat(), note, clock, pause);
      heartbeat.start();
      return new DirectoryGuard(directory, lock, heartbeat);
    } catch (IOException | RuntimeException failure) {
      lock.close();
      throw failure;
    }
  }

  /// Why the directory is not ours any more; empty while it is.
  Optional<String> lost() {
    if (!lock.isIntact()) {
      return Optional.of(directory.path() + " was cleared or replaced while it was in use");
    }
    return heartbeat == null ? Optional.empty() : heartbeat.lost();
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      if (heartbeat != null) {
        heartbeat.close();
      }
    }
  }
}
