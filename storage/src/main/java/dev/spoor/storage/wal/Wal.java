package dev.spoor.storage.wal;

import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;

/// The write-ahead log: what it acknowledged is found again after a crash.
///
/// [#open] locks the directory and gives a [WalRecovery], which replays what is there and then
/// starts the log. One thread writes; see [AppendCallback] for what that means to callers. After a
/// failed write or sync the log refuses every record and says why ([#health]); checkpoints can
/// still be written. Safe for many threads.
public final class Wal implements Closeable {

  private final WalWriter writer;
  private final Checkpoints checkpoints;
  private final DiskBudget budget;
  private final OtherBytes otherBytes;
  private final DirectoryGuard guard;

  /// Written by [#close].
  private volatile boolean closed;

  Wal(
      WalWriter writer,
      Checkpoints checkpoints,
      DiskBudget budget,
      OtherBytes otherBytes,
      DirectoryGuard guard) {
    this.writer = writer;
    this.checkpoints = checkpoints;
    this.budget = budget;
    this.otherBytes = otherBytes;
    this.guard = guard;
  }

  /// Makes and locks the directory, and reads its newest checkpoint.
  ///
  /// @throws dev.spoor.platform.disk.LockedException naming the process that uses the directory
  /// @throws IncompatibleVersionException when a newer release wrote it; nothing is modified
  /// @throws IOException beginning with `WAL replay failed` when the directory can't be read
  public static WalRecovery open(
      WalSettings settings, Disk disk, WalMetrics metrics, InstantSource clock) throws IOException {
    return WalRecovery.open(settings, disk, metrics, clock, Heartbeat.Pause.REAL);
  }

  /// Hands a record over; `callback` tells what became of it. Never blocks.
  public void append(Tenant tenant, Bytes payload, AppendCallback callback) {
    writer.append(tenant, payload, callback);
  }

  /// As above. What depends on the future without an executor runs on the writer thread.
  ///
  /// @return the record's number, or failed with a [WalRefusedException]
  public CompletableFuture<Long> append(Tenant tenant, Bytes payload) {
    CompletableFuture<Long> answer = new CompletableFuture<>();
    append(
        tenant,
        payload,
        new AppendCallback() {
          @Override
          public void appended(long sequence) {
            answer.complete(sequence);
          }

          @Override
          public void refused(WalRefusedException refusal) {
            answer.completeExceptionally(refusal);
          }
        });
    return answer;
  }

  /// Waits until the record is in the log.
  ///
  /// @return the record's number
  public long appendAndWait(Tenant tenant, Bytes payload)
      throws WalRefusedException, InterruptedException {
    try {
      return append(tenant, payload).get();
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof WalRefusedException refusal) {
        throw refusal;
      }
      throw new IllegalStateException(failure);
    }
  }

  /// No record that was acknowledged so far has a higher number.
  public long lastSequence() {
    return writer.lastSequence();
  }

  public WalHealth health() {
    Optional<WalRefusedException> failure = writer.failure();
    if (failure.isPresent()) {
      return new WalHealth.Failed(String.valueOf(failure.get().getMessage()));
    }
    if (writer.isClosed()) {
      return new WalHealth.Closed();
    }
    Optional<WalHealth> full = budget.refusal().map(WalHealth.Full::new);
    return full.orElseGet(WalHealth.Healthy::new);
  }

  /// Writes down that all records up to `lowWaterMark` are safe in `entries`, and removes the
  /// segments that neither this checkpoint nor the one before it needs. On a full volume the
  /// reserve is given up for it.
  ///
  /// Files that either of the two kept checkpoints names must stay where they are: see
  /// [#checkpoints].
  ///
  /// @throws IllegalArgumentException when the mark is below that of the last checkpoint, or above
  ///   [#lastSequence]
  public Checkpoint checkpoint(long lowWaterMark, List<CheckpointEntry> entries)
      throws IOException {
    if (lowWaterMark > lastSequence()) {
      throw new IllegalArgumentException(
          "low-water mark %d is above %d, the last record".formatted(lowWaterMark, lastSequence()));
    }
    if (closed) {
      throw new IOException("wal: no checkpoint: closed");
    }
    writer.checkDirectory();
    Optional<String> lost = guard.lost();
    if (lost.isPresent()) {
      throw new IOException("wal: no checkpoint: " + lost.get());
    }
    Checkpoint written = checkpoints.write(lowWaterMark, entries);
    writer.covered(lowWaterMark);
    return written;
  }

  /// Removes the segments that the kept checkpoints do not need and that are still there: one is
  /// closed some time after the checkpoint that covers all of it, which may be after the last one
  /// that is written for a while. To be called from time to time; costs nothing when there is none.
  public void truncate() {
    writer.checkDirectory();
    if (!closed && guard.lost().isEmpty()) {
      checkpoints.truncate();
    }
  }

  /// The checkpoints that are kept, the newest first; at most two.
  public List<Checkpoint> checkpoints() {
    return checkpoints.kept();
  }

  /// Gives up the reserve so that a block can be finished on a full volume; it is made again when
  /// there is room.
  ///
  /// @return whether there was one
  public boolean releaseReserve() {
    return budget.releaseReserve();
  }

  /// Bytes besides the log's own that count for `wal.max_bytes`: head segments, and blocks that are
  /// not uploaded.
  public void countAlso(LongSupplier bytes) {
    otherBytes.set(bytes);
  }

  /// Looks at the directory and the room on its volume now; the log does so by itself from time to
  /// time.
  void checkSpace() {
    writer.checkDirectory();
    budget.check();
  }

  /// Writes what waits, then gives the directory back. May be called twice.
  @Override
  public void close() throws IOException {
    closed = true;
    try {
      writer.close();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("wal: interrupted while closing", interrupted);
    } finally {
      guard.close();
    }
  }
}
