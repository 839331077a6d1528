package dev.spoor.storage.wal;

import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.DiskFullException;
import dev.spoor.storage.wal.AppendQueue.Offer;
import dev.spoor.storage.wal.WalRefusedException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that writes the log; where [WalConfig#enabled] is false it only gives numbers.
///
/// It takes all that gathered while it was busy, writes it, syncs once, and then tells everybody.
/// When the volume is full, it takes back what was half written, leaves the segment, and begins a
/// new one when there is room. After any other failure it is done: nothing can be said any more
/// about what the kernel still holds of that file.
final class WalWriter {

  private static final Logger log = LoggerFactory.getLogger(WalWriter.class);

  private static final int STAGING_BYTES = 1 << 20;

  private final WalDirectory directory;
  private final WalSettings settings;
  private final SegmentCatalog catalog;
  private final DiskBudget budget;
  private final WalMetrics metrics;
  private final InstantSource clock;
  private final UUID logId;
  private final DirectoryGuard guard;
  private final AppendQueue queue;
  private final Thread thread;
  private final ByteBuffer staging = ByteBuffer.allocateDirect(STAGING_BYTES);

  // The writer thread's own, from start to end.
  private @Nullable SegmentWriter segment;
  private long nextSegment;
  private long nextSequence;
  private long segmentFirst;
  private long committedLength;
  private boolean dirty;
  private long lastSync = System.nanoTime();
  private long lastSpaceCheck = System.nanoTime();

  /// The highest number that was acknowledged, or found by the replay. Written by the writer
  /// thread.
  private volatile long lastSequence;

  /// Written once, by the writer thread or by whoever finds the directory gone.
  private volatile @Nullable WalRefusedException failed;

  /// The mark of the last checkpoint. Written by those who write checkpoints, one at a time.
  private volatile long coveredUpTo = -1;

  WalWriter(
      WalDirectory directory,
      WalSettings settings,
      SegmentCatalog catalog,
      DiskBudget budget,
      WalMetrics metrics,
      InstantSource clock,
      UUID logId,
      DirectoryGuard guard,
      long nextSegment,
      long nextSequence) {
    this.directory = directory;
    this.settings = settings;
    this.catalog = catalog;
    this.budget = budget;
    this.metrics = metrics;
    this.clock = clock;
    this.logId = logId;
    this.guard = guard;
    this.nextSegment = nextSegment;
    this.nextSequence = nextSequence;
    this.lastSequence = nextSequence - 1;
    this.queue = new AppendQueue(settings.queueBytes());
    this.thread = Thread.ofPlatform().daemon().name("wal-writer").unstarted(this::run);
  }

  /// Opens the first segment, on the caller's thread, so that a disk that takes nothing shows at
  /// once; then starts.
  void start() throws IOException {
    try {
      if (settings.config().enabled()) {
        openSegment();
      }
    } catch (DiskFullException full) {
      budget.exhausted(full);
    }
    thread.start();
  }

  void append(Tenant tenant, Bytes payload, AppendCallback callback) {
    Optional<WalRefusedException> refusal = refusalOf(payload);
    if (refusal.isPresent()) {
      refuse(callback, refusal.get());
      return;
    }
    int crc = Crc.of(payload.array(), payload.offset(), payload.length());
    Offer offer = queue.offer(new PendingRecord(tenant, payload, crc, clock.millis(), callback));
    switch (offer) {
      case TAKEN -> {}
      case FULL ->
          refuse(
              callback,
              refusal(
                  Reason.QUEUE_FULL,
                  "wal: more than %d bytes wait for the disk".formatted(settings.queueBytes())));
      case CLOSED -> refuse(callback, closedOrFailed());
    }
  }

  /// The highest number that was acknowledged, or found by the replay.
  long lastSequence() {
    return lastSequence;
  }

  Optional<WalRefusedException> failure() {
    return Optional.ofNullable(failed);
  }

  boolean isClosed() {
    return queue.isClosed();
  }

  /// Refuses everything from now on, for a reason found elsewhere.
  void fail(String reason, @Nullable Throwable cause) {
    if (failed == null) {
      failed = refusal(Reason.FAILED, "wal: " + reason, cause);
      log.error("wal: refusing all pushes until restart: {}", reason, cause);
    }
    queue.close();
  }

  /// The records up to this one are not needed any more. A segment with nothing else is closed, so
  /// that the next checkpoint can remove it.
  void covered(long lowWaterMark) {
    coveredUpTo = lowWaterMark;
    queue.wake();
  }

  /// Writes what waits, then ends.
  void close() throws InterruptedException {
    queue.close();
    thread.join();
  }

  private void run() {
    try {
      boolean last;
      do {
        last = queue.isClosed();
        List<PendingRecord> batch = queue.take(nanosToNextChore());
        commit(batch);
        batch.clear();
        doChores();
      } while (!last);
    } catch (Throwable unexpected) {
      fail("the writer ended: " + unexpected, unexpected);
      throw unexpected;
    } finally {
      refuseWhatIsLeft();
      closeSegment();
    }
  }

  private void commit(List<PendingRecord> batch) {
    int done = 0;
    try {
      while (done < batch.size()) {
        Optional<WalRefusedException> refusal = refusalNow();
        if (refusal.isPresent()) {
          refuseFrom(batch, done, refusal.get());
          return;
        }
        done = settings.config().enabled() ? commitOneSegment(batch, done) : number(batch, done);
      }
    } catch (DiskFullException full) {
      refuseFrom(batch, done, refusal(Reason.DISK_FULL, "wal: " + full.getMessage(), full));
    } catch (IOException | RuntimeException failure) {
      fail(String.valueOf(failure.getMessage()), failure);
      refuseFrom(batch, done, closedOrFailed());
    } catch (Error error) {
      fail(error.toString(), error);
      refuseFrom(batch, done, closedOrFailed());
      throw error;
    }
  }

  /// Writes as many records as go into the current segment, and acknowledges them.
  ///
  /// @return the index after the last one
  private int commitOneSegment(List<PendingRecord> batch, int from) throws IOException {
    SegmentWriter target = segmentFor(batch.get(from));
    long first = nextSequence;
    int next = from;
    try {
      while (next < batch.size() && fits(target, batch.get(next))) {
        PendingRecord pending = batch.get(next++);
        target.add(pending.header(nextSequence), pending.payload());
        nextSequence++;
      }
      target.flush();
    } catch (DiskFullException full) {
      leaveFullSegment(target, first, full);
      throw full;
    }
    dirty = true;
    if (settings.config().sync() == SyncMode.GROUP) {
      sync(target);
    }
    long bytes = target.length() - committedLength;
    committedLength = target.length();
    catalog.open(committedLength);
    metrics.logged(next - from, bytes);
    metrics.size(catalog.bytes());
    lastSequence = nextSequence - 1;
    acknowledge(batch, from, next, first);
    return next;
  }

  /// Acknowledges what is written nowhere.
  ///
  /// @return the index after the last one
  private int number(List<PendingRecord> batch, int from) {
    long first = nextSequence;
    nextSequence += batch.size() - from;
    lastSequence = nextSequence - 1;
    acknowledge(batch, from, batch.size(), first);
    return batch.size();
  }

  private void acknowledge(List<PendingRecord> batch, int from, int to, long first) {
    for (int i = from; i < to; i++) {
      try {
        batch.get(i).callback().appended(first + i - from);
      } catch (Throwable failure) { // the others must hear of their records all the same
        log.error("wal: the callback of record {} failed", first + i - from, failure);
      }
    }
  }

  private SegmentWriter segmentFor(PendingRecord pending) throws IOException {
    SegmentWriter current = segment;
    if (current != null && fits(current, pending)) {
      return current;
    }
    closeSyncedSegment();
    return openSegment();
  }

  private boolean fits(SegmentWriter target, PendingRecord pending) {
    return target.length() + pending.length() <= settings.config().segmentSizeBytes()
        || isEmpty(target);
  }

  /// A record that is larger than a segment gets one for itself.
  private boolean isEmpty(SegmentWriter target) {
    return nextSequence == segmentFirst && target == segment;
  }

  private SegmentWriter openSegment() throws IOException {
    SegmentHeader header =
        new SegmentHeader(logId, nextSequence, clock.millis(), settings.nodeId());
    long number = nextSegment++;
    try {
      SegmentWriter opened =
          SegmentWriter.create(
              directory.disk(), directory.path(), directory.segment(number), header, staging);
      segment = opened;
      segmentFirst = nextSequence;
      committedLength = opened.length();
      catalog.open(committedLength);
      return opened;
    } catch (DiskFullException full) {
      budget.exhausted(full);
      throw full;
    }
  }

  /// Closes the segment for good; what is in it is safe, unless [SyncMode#NONE] was asked for.
  private void closeSyncedSegment() throws IOException {
    SegmentWriter current = segment;
    if (current == null) {
      return;
    }
    if (dirty && settings.config().sync() != SyncMode.NONE) {
      sync(current);
    }
    current.close();
    forgetSegment(current);
  }

  private void forgetSegment(SegmentWriter current) {
    catalog.add(
        new SegmentCatalog.Closed(current.path(), nextSequence - 1, committedLength, false));
    catalog.open(0);
    segment = null;
    dirty = false;
  }

  /// Takes back what was not acknowledged, numbers included. Cutting needs no room; and it waits
  /// until what stays is safe.
  private void leaveFullSegment(SegmentWriter target, long first, DiskFullException full)
      throws IOException {
    budget.exhausted(full);
    staging.clear();
    target.close();
    try {
      directory.disk().truncate(target.path(), committedLength);
    } catch (IOException failure) {
      // Not a full disk any more, whatever the cause is: the state of the file is unknown.
      throw new IOException(
          "%s: can't be cut after the disk was full".formatted(target.path()), failure);
    }
    nextSequence = first;
    forgetSegment(target);
  }

  private void sync(SegmentWriter target) throws IOException {
    long start = System.nanoTime();
    try {
      target.sync();
    } catch (DiskFullException full) {
      // What was written before is in doubt too: not to be healed by waiting for room.
      throw new IOException("sync failed: " + full.getMessage(), full);
    }
    lastSync = System.nanoTime();
    dirty = false;
    metrics.synced((lastSync - start) / 1e9);
  }

  private long nanosToNextChore() {
    long now = System.nanoTime();
    long space = lastSpaceCheck + settings.spaceCheckInterval().toNanos() - now;
    long sync = dirty && isInterval() ? lastSync + syncInterval() - now : Long.MAX_VALUE;
    return Math.max(0, Math.min(space, sync));
  }

  private void doChores() {
    long now = System.nanoTime();
    SegmentWriter current = segment;
    try {
      if (current != null && dirty && isInterval() && now - lastSync >= syncInterval()) {
        sync(current);
      }
      if (current != null && nextSequence > segmentFirst && nextSequence <= coveredUpTo + 1) {
        closeSyncedSegment();
        openSegment();
      }
    } catch (DiskFullException full) {
      log.warn("wal: no room for a new segment", full);
    } catch (IOException failure) {
      fail(String.valueOf(failure.getMessage()), failure);
    }
    if (now - lastSpaceCheck >= settings.spaceCheckInterval().toNanos()) {
      lastSpaceCheck = now;
      checkDirectory();
      budget.check();
    }
  }

  /// Somebody may clear the directory, or unpack a backup into it, under a running process. What is
  /// written from then on would be lost, or would hide what was restored.
  void checkDirectory() {
    guard.lost().ifPresent(reason -> fail(reason, null));
  }

  private boolean isInterval() {
    return settings.config().sync() == SyncMode.INTERVAL;
  }

  private long syncInterval() {
    return settings.config().syncInterval().toNanos();
  }

  private void refuseWhatIsLeft() {
    queue.close();
    refuseFrom(queue.take(0), 0, closedOrFailed());
  }

  private void closeSegment() {
    try {
      if (failed == null) {
        closeSyncedSegment();
      } else if (segment != null) {
        segment.close();
      }
    } catch (IOException failure) {
      fail(String.valueOf(failure.getMessage()), failure);
    }
  }

  private Optional<WalRefusedException> refusalOf(Bytes payload) {
    if (payload.length() > RecordHeader.MAX_PAYLOAD) {
      return Optional.of(
          refusal(
              Reason.TOO_LARGE,
              "wal: a record of %d bytes, at most %d are possible"
                  .formatted(payload.length(), RecordHeader.MAX_PAYLOAD)));
    }
    return refusalNow();
  }

  private Optional<WalRefusedException> refusalNow() {
    WalRefusedException failure = failed;
    if (failure != null) {
      return Optional.of(failure);
    }
    return budget.refusal().map(reason -> refusal(Reason.DISK_FULL, "wal: " + reason));
  }

  private WalRefusedException closedOrFailed() {
    WalRefusedException failure = failed;
    return failure != null ? failure : refusal(Reason.CLOSED, "wal: closed");
  }

  private void refuseFrom(List<PendingRecord> batch, int from, WalRefusedException refusal) {
    for (PendingRecord pending : batch.subList(from, batch.size())) {
      refuse(pending.callback(), refusal);
    }
  }

  private void refuse(AppendCallback callback, WalRefusedException refusal) {
    metrics.refused(refusal.reason());
    try {
      callback.refused(refusal);
    } catch (Throwable failure) { // as above
      log.error("wal: the callback of a refused record failed", failure);
    }
  }

  private static WalRefusedException refusal(Reason reason, String message) {
    return new WalRefusedException(reason, message, null);
  }

  private static WalRefusedException refusal(
      Reason reason, String message, @Nullable Throwable cause) {
    return new WalRefusedException(reason, message, cause);
  }
}
