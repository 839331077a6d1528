package dev.spoor.storage.wal;

import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.LockedException;
import dev.spoor.platform.disk.ReadableFile;
import dev.spoor.platform.disk.WritableFile;
import dev.spoor.platform.threads.Threads;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file that says again and again that the directory is in use, for file systems on which the
/// advisory lock of another machine may not be seen.
///
/// Whoever comes compares what the file says with what it says three intervals later: so nobody has
/// to trust anybody's clock. Whoever holds the directory gives it up when the file is not its own
/// any more, or could not be written for so long that another may have taken over. Safe for many
/// threads.
final class Heartbeat implements Closeable {

  private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

  static final Duration INTERVAL = Duration.ofSeconds(5);

  /// Intervals without a change after which a holder is gone.
  private static final int PATIENCE = 3;

  /// Waits for an interval.
  interface Pause {
    void interval() throws InterruptedException;

    Pause REAL = () -> Thread.sleep(INTERVAL);
  }

  private final Disk disk;
  private final Path file;
  private final String note;
  private final InstantSource clock;
  private final String instance = UUID.randomUUID().toString();
  private final Thread thread;

  /// Under the lock of this.
  private long beats;

  private String written = "";
  private volatile long lastBeat = System.nanoTime();
  private volatile Optional<String> lost = Optional.empty();

  private Heartbeat(Disk disk, Path file, String note, InstantSource clock, Pause pause) {
    this.disk = disk;
    this.file = file;
    this.note = note.strip();
    this.clock = clock;
    this.thread =
        Threads.forever(
            "wal-heartbeat",
            () -> {
              pause.interval();
              beat();
            });
  }

  /// Makes sure that nobody else uses the directory, which takes one to four intervals.
  ///
  /// @param note who this is
  /// @throws LockedException with what the other wrote
  static Heartbeat take(Disk disk, Path file, String note, InstantSource clock, Pause pause)
      throws IOException {
    Heartbeat heartbeat = new Heartbeat(disk, file, note, clock, pause);
    try {
      heartbeat.awaitSilence(pause);
      heartbeat.write();
      pause.interval();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(file + ": interrupted while waiting for a heartbeat");
    }
    String now = read(disk, file);
    if (!now.equals(heartbeat.written)) {
      throw new LockedException(file, now.strip());
    }
    return heartbeat;
  }

  void start() {
    thread.start();
  }

  /// Why the directory is not ours any more; empty while it is.
  Optional<String> lost() {
    long silent = System.nanoTime() - lastBeat;
    if (lost.isEmpty() && silent > INTERVAL.toNanos() * PATIENCE - INTERVAL.toNanos() / 2) {
      return Optional.of(
          "no heartbeat could be written to %s for %d s: another process may have taken over"
              .formatted(file, silent / 1_000_000_000));
    }
    return lost;
  }

  synchronized void beat() throws IOException {
    if (lost.isPresent()) {
      return;
    }
    String there = read(disk, file);
    if (there.equals(written)) {
      write();
    } else {
      lost =
          Optional.of(
              there.isEmpty()
                  ? file + " was removed while the folder was in use"
                  : "%s says that the folder is used by %s".formatted(file, there.strip()));
    }
  }

  /// Ends it; the next process need not wait.
  @Override
  public void close() throws IOException {
    Threads.stop(thread);
    synchronized (this) {
      if (read(disk, file).equals(written)) {
        disk.delete(file);
      }
    }
  }

  private void awaitSilence(Pause pause) throws IOException, InterruptedException {
    String before = read(disk, file);
    if (before.isEmpty()) {
      return;
    }
    log.info("waiting {} intervals for another heartbeat of {}", PATIENCE, before.strip());
    for (int i = 0; i < PATIENCE; i++) {
      pause.interval();
      String now = read(disk, file);
      if (!now.equals(before)) {
        throw new LockedException(file, now.strip());
      }
    }
  }

  /// Under a name of its own first, so that a reader sees all of it or what was there before.
  private synchronized void write() throws IOException {
    String next =
        "%s beat=%d at=%s instance=%s\n".formatted(note, beats++, clock.instant(), instance);
    Path unfinished = file.resolveSibling(file.getFileName() + "." + instance + ".tmp");
    disk.delete(unfinished);
    try (WritableFile writing = disk.create(unfinished)) {
      writing.write(ByteBuffer.wrap(next.getBytes(StandardCharsets.UTF_8)));
      writing.sync();
    }
    disk.rename(unfinished, file);
    written = next;
    lastBeat = System.nanoTime();
  }

  /// Opened anew each time, which is when network file systems look at the server.
  private static String read(Disk disk, Path file) throws IOException {
    try (ReadableFile reading = disk.open(file)) {
      ByteBuffer text = ByteBuffer.allocate((int) Math.min(reading.size(), 4096));
      reading.read(text, 0);
      return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8);
    } catch (NoSuchFileException missing) {
      return "";
    }
  }
}
