package dev.spoor.compactor;

import dev.spoor.storage.objectstore.ObjectNotFoundException;
import dev.spoor.storage.objectstore.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A lease that is an object in the store, replaced by conditional writes only.
///
/// No two clocks are ever compared. Who waits takes over when the object did not change for the
/// whole `ttl` by its own monotonic clock; who has it believes so for two thirds of `ttl`, counted
/// by its own monotonic clock from before the write that succeeded. The time in the object is for
/// people. Safe for many threads.
///
/// Who has the same owner and comes new is the same again after a restart, and takes it at once;
/// but only then. So of two that are the same by mistake, as with a copied log folder, the one that
/// came later has it and the other one waits.
final class StoreLease implements Lease {

  /// At the root of the store, where no tenant is.
  static final String KEY = "compactor.lock";

  private static final Logger log = LoggerFactory.getLogger(StoreLease.class);
  private static final int LIMIT = 4096;
  private static final String FREE = "nobody";

  private final ObjectStore store;
  private final String owner;

  /// The owner, and what sets this process apart from earlier ones and from copies.
  private final String name;

  private final long ttlNanos;
  private final LongSupplier nanos;
  private final InstantSource clock;

  // All guarded by this, but for `heldUntil`.

  /// What this process wrote last and was seen in the store; null when it has no lease.
  private byte @Nullable [] held;

  private String heldTag = "";

  /// What was to be written last, whatever became of it, and when that began.
  private byte[] tried = {};

  private long triedAt;
  private long writes;

  /// Whether it was asked who has it.
  private boolean hasAsked;

  /// Written under the lock of this.
  private volatile long term;

  /// By the monotonic clock; meaningful only while `believes`.
  private volatile long heldUntil;

  private volatile boolean believes;

  /// What another process has, and since when it did not change.
  private String seenTag = "";

  private long seenSince;

  /// @param owner who this is; the same again after a restart
  /// @param nanos a monotonic clock
  StoreLease(
      ObjectStore store, String owner, Duration ttl, LongSupplier nanos, InstantSource clock) {
    this.store = store;
    this.owner = owner;
    this.name = owner + "/" + UUID.randomUUID();
    this.ttlNanos = ttl.toNanos();
    this.nanos = nanos;
    this.clock = clock;
  }

  @Override
  public synchronized boolean refresh() throws IOException {
    return held == null ? acquire() : renew();
  }

  @Override
  public boolean isHeld() {
    return believes && heldUntil - nanos.getAsLong() > 0;
  }

  @Override
  public synchronized void confirm() throws IOException {
    byte[] mine = held;
    if (mine == null || !isHeld()) {
      throw new LeaseLostException("the lease " + KEY + " is not held any more");
    }
    byte[] there = content().orElse(new byte[0]);
    // A write whose answer was lost may be there already.
    if (!Arrays.equals(mine, there) && !Arrays.equals(tried, there)) {
      lose("found %s".formatted(firstLine(there)));
      throw new LeaseLostException("the lease " + KEY + " was taken by " + firstLine(there));
    }
  }

  @Override
  public long term() {
    return term;
  }

  @Override
  public synchronized void release() {
    if (held == null) {
      return;
    }
    try {
      store.putIfMatch(KEY, heldTag, text(FREE));
    } catch (IOException failure) {
      log.warn("the lease could not be given back; others wait until its time is over", failure);
    }
    forget();
  }

  private boolean renew() throws IOException {
    long begin = nanos.getAsLong();
    byte[] next = text(name);
    byte[] before = tried;
    long beforeAt = triedAt;
    tried = next;
    triedAt = begin;
    if (!store.putIfMatch(KEY, heldTag, next)) {
      return tookOver(before, beforeAt);
    }
    return seen(next, begin);
  }

  /// A write whose answer was lost looks as if another process had taken over. The time of the
  /// lease counts from the write that is there: others wait since then.
  private boolean tookOver(byte[] before, long beforeAt) throws IOException {
    byte[] there = content().orElse(new byte[0]);
    if (Arrays.equals(there, tried)) {
      return seen(there, triedAt);
    }
    if (Arrays.equals(there, before)) {
      return seen(there, beforeAt);
    }
    if (name.equals(firstLine(there))) {
      return seen(there, heldUntil - ttlNanos / 3 * 2);
    }
    lose("found %s instead of %s".formatted(firstLine(there), name));
    return false;
  }

  private boolean acquire() throws IOException {
    long begin = nanos.getAsLong();
    byte[] mine = text(name);
    String tag;
    try {
      tag = store.head(KEY).etag();
    } catch (ObjectNotFoundException none) {
      hasAsked = true;
      return store.putIfAbsent(KEY, mine) && seen(mine, begin);
    }
    String holder = content().map(StoreLease::firstLine).orElse("");
    boolean isOwn = holder.equals(name) || (!hasAsked && isOfOwner(holder));
    hasAsked = true;
    if (isOwn || holder.equals(FREE) || isStale(tag)) {
      if (store.putIfMatch(KEY, tag, mine) && seen(mine, begin)) {
        log.info("the lease {} is taken over from {}", KEY, holder);
        return true;
      }
    }
    return false;
  }

  /// Whether it was an earlier process of the same owner, or of a release without names.
  private boolean isOfOwner(String holder) {
    return holder.equals(owner) || holder.startsWith(owner + "/");
  }

  /// Whether nobody wrote for so long that its holder must have given up.
  private boolean isStale(String tag) {
    long now = nanos.getAsLong();
    if (!tag.equals(seenTag)) {
      seenTag = tag;
      seenSince = now;
      log.info("another process has the lease {}, waiting", KEY);
      return false;
    }
    return now - seenSince >= ttlNanos;
  }

  /// Reads back what was written: its tag is needed for the next write, and a store that did not
  /// honour the condition is found out.
  private boolean seen(byte[] written, long begin) throws IOException {
    String tag;
    byte[] there;
    try {
      tag = store.head(KEY).etag();
      there = content().orElse(new byte[0]);
    } catch (ObjectNotFoundException gone) {
      lose("it was deleted");
      return false;
    }
    if (!Arrays.equals(written, there)) {
      lose("found %s".formatted(firstLine(there)));
      return false;
    }
    if (held == null) {
      term++;
    }
    held = written;
    heldTag = tag;
    heldUntil = begin + ttlNanos / 3 * 2;
    believes = true;
    seenTag = "";
    return true;
  }

  private void lose(String why) {
    if (held != null) {
      log.warn("the lease {} was lost: {}", KEY, why);
    }
    forget();
  }

  private void forget() {
    held = null;
    believes = false;
  }

  private Optional<byte[]> content() throws IOException {
    try {
      return Optional.of(store.get(KEY, LIMIT));
    } catch (ObjectNotFoundException none) {
      return Optional.empty();
    }
  }

  /// No two of them are the same.
  private byte[] text(String holder) {
    return "%s%nwrite %d at %s%n"
        .formatted(holder, ++writes, clock.instant())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String firstLine(byte[] content) {
    return new String(content, StandardCharsets.UTF_8).lines().findFirst().orElse("nothing");
  }
}
