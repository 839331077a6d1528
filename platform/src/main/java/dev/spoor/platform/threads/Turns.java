package dev.spoor.platform.threads;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A number of rights, given fairly: to whoever has the fewest of them, and of those, to whoever
/// got one least recently. Safe for many threads.
final class Turns {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition given = lock.newCondition();

  /// Those who wait, in their order. Guarded by `lock`.
  private final List<Waiter> waiters = new ArrayList<>();

  /// Those who have or want rights. Guarded by `lock`.
  private final Map<String, Holder> holders = new HashMap<>();

  /// Guarded by `lock`.
  private int free;

  /// Counts rights that were given. Guarded by `lock`.
  private long count;

  Turns(int rights) {
    this.free = rights;
  }

  /// Waits for a right.
  ///
  /// @throws InterruptedException when interrupted before, also when one was free
  void take(String owner) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Waiter waiter = new Waiter(holders.computeIfAbsent(owner, _ -> new Holder()));
      waiter.holder.users++;
      waiters.add(waiter);
      give();
      try {
        while (!waiter.has) {
          given.await();
        }
      } catch (InterruptedException stopped) {
        withdraw(waiter, owner);
        throw stopped;
      }
    } finally {
      lock.unlock();
    }
  }

  void giveBack(String owner) {
    lock.lock();
    try {
      Holder holder = holders.get(owner);
      if (holder == null || holder.held == 0) {
        throw new IllegalStateException(owner + " has no right to give back");
      }
      release(holder, owner);
    } finally {
      lock.unlock();
    }
  }

  private void withdraw(Waiter waiter, String owner) {
    if (waiter.has) {
      release(waiter.holder, owner);
    } else {
      waiters.remove(waiter);
      forgetIfUnused(waiter.holder, owner);
    }
  }

  private void release(Holder holder, String owner) {
    holder.held--;
    free++;
    forgetIfUnused(holder, owner);
    give();
  }

  private void forgetIfUnused(Holder holder, String owner) {
    if (--holder.users == 0) {
      holders.remove(owner);
    }
  }

  private void give() {
    while (free > 0 && fairest() instanceof Waiter next) {
      waiters.remove(next);
      next.has = true;
      next.holder.held++;
      next.holder.last = ++count;
      free--;
      given.signalAll();
    }
  }

  private @Nullable Waiter fairest() {
    Waiter best = null;
    for (Waiter waiter : waiters) {
      if (best == null || waiter.holder.goesBefore(best.holder)) {
        best = waiter;
      }
    }
    return best;
  }

  /// Guarded by `lock`.
  private static final class Holder {

    private int held;
    private long last;

    /// Threads that have or want one of the rights.
    private int users;

    boolean goesBefore(Holder other) {
      return held != other.held ? held < other.held : last < other.last;
    }
  }

  /// Guarded by `lock`.
  private static final class Waiter {

    private final Holder holder;
    private boolean has;

    Waiter(Holder holder) {
      this.holder = holder;
    }
  }
}
