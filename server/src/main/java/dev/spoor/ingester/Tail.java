package dev.spoor.ingester;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// The pushes that are in the log and not yet in columns, in the order of the log.
///
/// The log's writer thread adds, whoever shreds removes what has arrived in a batch; both hold the
/// lock for a moment only.
final class Tail {

  private final ReentrantLock lock = new ReentrantLock();
  private List<Logged> pushes = new ArrayList<>();
  private long bytes;

  void add(Logged push) {
    lock.lock();
    try {
      pushes.add(push);
      bytes += push.body().length();
    } finally {
      lock.unlock();
    }
  }

  /// What is there now, the oldest first. It stays until [#removeOldest].
  List<Logged> all() {
    lock.lock();
    try {
      return List.copyOf(pushes);
    } finally {
      lock.unlock();
    }
  }

  /// So many of the oldest are elsewhere now.
  void removeOldest(int count) {
    lock.lock();
    try {
      List<Logged> gone = pushes.subList(0, count);
      for (Logged push : gone) {
        bytes -= push.body().length();
      }
      if (count == pushes.size()) {
        pushes = new ArrayList<>(); // a long one is not kept
      } else {
        gone.clear();
      }
    } finally {
      lock.unlock();
    }
  }

  boolean isEmpty() {
    lock.lock();
    try {
      return pushes.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /// Whether it is worth shredding: enough has gathered, or the oldest has waited long enough.
  boolean isRipe(long now, long enoughBytes, long oldMillis) {
    lock.lock();
    try {
      return bytes >= enoughBytes
          || (!pushes.isEmpty() && isOld(now - pushes.getFirst().arrivedMillis(), oldMillis));
    } finally {
      lock.unlock();
    }
  }

  /// What arrived in the future did so before the clock was set back.
  private static boolean isOld(long age, long oldMillis) {
    return age >= oldMillis || age < 0;
  }

  /// The number in the log of the oldest push, or `Long.MAX_VALUE`.
  long firstSequence() {
    lock.lock();
    try {
      return pushes.isEmpty() ? Long.MAX_VALUE : pushes.getFirst().sequence();
    } finally {
      lock.unlock();
    }
  }
}
