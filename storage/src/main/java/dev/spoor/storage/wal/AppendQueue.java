package dev.spoor.storage.wal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What waits for the writer: filled by many threads, emptied by one in a single step.
///
/// The lock is held for a few instructions only, so that an event loop can call.
final class AppendQueue {

  /// What a waiting record holds besides its payload.
  private static final int OVERHEAD = 160;

  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private List<PendingRecord> filling = new ArrayList<>();
  private List<PendingRecord> emptied = new ArrayList<>();
  private long bytes;
  private boolean writerWaits;
  private boolean woken;
  private boolean closed;

  AppendQueue(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  enum Offer {
    TAKEN,
    FULL,
    CLOSED
  }

  /// A record that is larger than the whole queue is taken when the queue is empty.
  Offer offer(PendingRecord pending) {
    long cost = OVERHEAD + (long) pending.payload().length();
    lock.lock();
    try {
      if (closed) {
        return Offer.CLOSED;
      }
      if (bytes + cost > maxBytes && bytes > 0) {
        return Offer.FULL;
      }
      filling.add(pending);
      bytes += cost;
      if (writerWaits) {
        changed.signal();
      }
      return Offer.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  /// All that gathered, in order; empty after the time has passed, after [#wake], or when the queue
  /// is closed and all was taken. The list is valid until the next call.
  List<PendingRecord> take(long nanos) {
    lock.lock();
    try {
      writerWaits = true;
      long left = nanos;
      while (filling.isEmpty() && !closed && !woken && left > 0) {
        left = awaited(left);
      }
      writerWaits = false;
      woken = false;
      List<PendingRecord> taken = filling;
      emptied.clear();
      filling = emptied;
      emptied = taken;
      bytes = 0;
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /// Lets the writer go on although nothing gathered.
  void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Takes no more; what is in it can still be taken out.
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /// Nobody interrupts the writer; if somebody does, it is as if the time had passed.
  private long awaited(long nanos) {
    try {
      return changed.awaitNanos(nanos);
    } catch (InterruptedException ignored) {
      return 0;
    }
  }
}
