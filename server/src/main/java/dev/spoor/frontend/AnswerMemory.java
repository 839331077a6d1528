package dev.spoor.frontend;

import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Memory for large traces while they are written as answers and sent.
///
/// Who asks when there is no room waits for a turn; those of one tenant get theirs in the order in
/// which they asked. Where there are several tenants, the answers of one take half of it at most.
/// One answer of a tenant may be larger than that, or than all there is: so all together are over
/// the limit by one answer at most, and no tenant waits for the slow readers of another. Safe for
/// many threads.
public final class AnswerMemory {

  /// Without a limit.
  public static final AnswerMemory UNLIMITED = new AnswerMemory(0, false);

  /// Smaller answers are not counted.
  static final long SMALL = 1 << 20;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final long limit;
  private final boolean ofTenants;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition granted = lock.newCondition();

  // Guarded by the lock.

  private final List<Turn> waiting = new ArrayList<>();
  private final Map<String, Long> takenBy = new HashMap<>();
  private long taken;

  /// @param limitBytes 0 for any number
  /// @param ofTenants whether there are several tenants, who share it
  public AnswerMemory(long limitBytes, boolean ofTenants) {
    this.limit = limitBytes;
    this.ofTenants = ofTenants;
  }

  /// Room for one answer.
  final class Turn {

    private final List<String> tenants;
    private long bytes;
    private boolean isGranted;

    private Turn(List<String> tenants, long bytes) {
      this.tenants = tenants;
      this.bytes = bytes;
    }

    /// The answer turned out to be smaller, or is no longer needed (0). More is not taken.
    void shrinkTo(long fewer) {
      lock.lock();
      try {
        if (fewer < bytes) {
          count(this, fewer - bytes);
          bytes = fewer;
          grant();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /// Takes room, which [Turn#shrinkTo] gives back, and waits for it while there is none.
  ///
  /// @param tenants whose spans are in the answer; it counts for each of them
  /// @throws ServiceException RESOURCE_EXHAUSTED when there was none for too long
  Turn take(List<String> tenants, long bytes) throws InterruptedException {
    Turn turn = new Turn(tenants, limit == 0 || bytes < SMALL ? 0 : bytes);
    if (turn.bytes == 0) {
      return turn;
    }
    lock.lockInterruptibly();
    try {
      waiting.add(turn);
      grant();
      await(turn);
      return turn;
    } finally {
      lock.unlock();
    }
  }

  private void await(Turn turn) throws InterruptedException {
    long left = LONGEST_WAIT.toNanos();
    try {
      while (!turn.isGranted && left > 0) {
        left = granted.awaitNanos(left);
      }
    } catch (InterruptedException canceled) {
      leave(turn);
      throw canceled;
    }
    if (!turn.isGranted) {
      leave(turn);
      throw new ServiceException(
          ErrorKind.RESOURCE_EXHAUSTED,
          "other large traces have been answered for %d s, and there is no memory for another one; try again"
              .formatted(TimeUnit.NANOSECONDS.toSeconds(LONGEST_WAIT.toNanos())));
    }
  }

  private void leave(Turn turn) {
    if (turn.isGranted) {
      count(turn, -turn.bytes);
    }
    waiting.remove(turn);
    grant();
  }

  private void grant() {
    Set<String> behind = new HashSet<>();
    boolean any = false;
    for (Iterator<Turn> turns = waiting.iterator(); turns.hasNext(); ) {
      Turn turn = turns.next();
      if (turn.tenants.stream().noneMatch(behind::contains) && fits(turn)) {
        turn.isGranted = true;
        count(turn, turn.bytes);
        turns.remove();
        any = true;
      } else {
        behind.addAll(turn.tenants);
      }
    }
    if (any) {
      granted.signalAll();
    }
  }

  private boolean fits(Turn turn) {
    long own =
        turn.tenants.stream().mapToLong(each -> takenBy.getOrDefault(each, 0L)).max().orElse(0);
    return own == 0
        ? taken <= limit
        : taken + turn.bytes <= limit && (!ofTenants || own + turn.bytes <= limit / 2);
  }

  private void count(Turn turn, long more) {
    taken += more;
    for (String tenant : turn.tenants) {
      takenBy.merge(
          tenant, more, (before, change) -> before + change == 0 ? null : before + change);
    }
  }

  /// Bytes that are taken.
  long takenBytes() {
    lock.lock();
    try {
      return taken;
    } finally {
      lock.unlock();
    }
  }
}
