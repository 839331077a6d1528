package dev.spoor.storage.blocklist;

import dev.spoor.model.Tenant;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Listings of single tenants that somebody waits for. Those of one tenant come one after the
/// other, with a pause between them that is ten times as long as the last one took, and who waits
/// shares the one that begins next; tenants do not wait for each other. Safe for many threads.
final class SharedListings {

  private static final int PAUSES = 10;

  private final Duration longestPause;

  /// Tenants that are listed now, or were lately.
  private final Map<Tenant, Turn> turns = new ConcurrentHashMap<>();

  /// @param longestPause from the end of a listing to the begin of the next one of the same tenant
  SharedListings(Duration longestPause) {
    this.longestPause = longestPause;
  }

  /// Something that is listed.
  interface Listing {
    void run() throws IOException;
  }

  /// Whose turn it is with one tenant; all fields are guarded by the lock, which is held during
  /// I/O.
  private static final class Turn {

    private final ReentrantLock lock = new ReentrantLock();

    /// Times of the last listing, by the monotonic clock; meaningful once there was one.
    private long began;

    private long ended;
    private boolean any;
    private @Nullable IOException failure;
  }

  /// Lists a tenant, or waits for somebody else who does.
  ///
  /// @param isKnown whether what was to be found out is known by now
  /// @throws IOException when the listing failed that this caller did or waited for, or when the
  ///   wait is interrupted
  void await(Tenant tenant, BooleanSupplier isKnown, Listing listing) throws IOException {
    long asked = System.nanoTime();
    Turn turn = turns.computeIfAbsent(tenant, _ -> new Turn());
    try {
      turn.lock.lockInterruptibly();
      try {
        if (!isKnown.getAsBoolean()) {
          shareFailure(turn, asked);
          if (turn.any) {
            TimeUnit.NANOSECONDS.sleep(pauseNanos(turn) - (System.nanoTime() - turn.ended));
          }
          run(turn, listing);
        }
      } finally {
        turn.lock.unlock();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the blocks of " + tenant, stopped);
    }
  }

  private long pauseNanos(Turn turn) {
    return Math.min(longestPause.toNanos(), PAUSES * (turn.ended - turn.began));
  }

  /// What began after this caller came would have told it all; so its failure is the caller's too,
  /// unless somebody gave up.
  private static void shareFailure(Turn turn, long asked) throws IOException {
    if (turn.failure != null && turn.began - asked >= 0) {
      throw new IOException(turn.failure.getMessage(), turn.failure);
    }
  }

  private static void run(Turn turn, Listing listing) throws IOException {
    turn.any = true;
    turn.failure = null;
    turn.began = System.nanoTime();
    try {
      listing.run();
    } catch (IOException failed) {
      // Who is interrupted says nothing of the store: the next one looks by itself.
      turn.failure = Thread.currentThread().isInterrupted() ? null : failed;
      throw failed;
    } finally {
      turn.ended = System.nanoTime();
    }
  }

  /// Forgets tenants that nobody asked for lately.
  void forgetIdle() {
    turns.values().removeIf(this::isIdle);
  }

  private boolean isIdle(Turn turn) {
    if (!turn.lock.tryLock()) {
      return false;
    }
    try {
      return turn.any && System.nanoTime() - turn.ended > longestPause.toNanos();
    } finally {
      turn.lock.unlock();
    }
  }
}
