package dev.spoor.storage.blocklist;

import dev.spoor.model.Tenant;
import dev.spoor.platform.lifecycle.Component;
import dev.spoor.platform.threads.Threads;
import dev.spoor.platform.threads.Ticks;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.blocklist.TenantReader.Reading;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the newest blocklist in memory, and reads it again at every tick.
///
/// A poll that fails, for whatever reason, leaves the last good blocklist in place and is counted.
/// Until the first one succeeds the list is unknown, and queries say so: a store that is down never
/// keeps a process from starting.
///
/// What this process does itself with blocks is in the list at once, and stays in it until a poll
/// must have seen it: a listing of the store that began after, or an index that was made after.
///
/// A time that is later than now is from before the clock was set back; it says nothing.
public final class BlocklistPoller implements Component {

  private static final Logger log = LoggerFactory.getLogger(BlocklistPoller.class);

  /// The longest from the end of a listing of one tenant that somebody waited for to the begin of
  /// the next.
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final BlocklistSource source;
  private final Ticks ticks;
  private final InstantSource clock;
  private final BlocklistMetrics metrics;
  private final Thread poller = Threads.forever("blocklist-poller", this::poll);

  /// Guards the writing of `latest`, `changes` and `strangers`; let go before any I/O.
  private final Object lock = new Object();

  /// Empty until the first list was read.
  private volatile Optional<Blocklist> latest = Optional.empty();

  /// Own changes that no poll can have seen yet, oldest first.
  private final List<Change> changes = new ArrayList<>();

  private final Strangers strangers = new Strangers();

  private final SharedListings listings;

  /// Something that this process did.
  private record Change(Tenant tenant, Instant time, UnaryOperator<TenantBlocks> effect) {

    Blocklist on(Blocklist list) {
      return list.with(tenant, effect.apply(list.of(tenant)));
    }

    Change notAfter(Instant now) {
      return time.isAfter(now) ? new Change(tenant, now, effect) : this;
    }
  }

  public BlocklistPoller(
      BlocklistSource source, Ticks ticks, InstantSource clock, BlocklistMetrics metrics) {
    this(source, ticks, clock, metrics, LONGEST_PAUSE);
  }

  BlocklistPoller(
      BlocklistSource source,
      Ticks ticks,
      InstantSource clock,
      BlocklistMetrics metrics,
      Duration longestPause) {
    this.source = source;
    this.ticks = ticks;
    this.clock = clock;
    this.metrics = metrics;
    this.listings = new SharedListings(longestPause);
  }

  @Override
  public void start() {
    poller.start();
  }

  /// Empty as long as it is unknown.
  public Optional<Blocklist> latest() {
    return latest;
  }

  /// Makes sure that what is said of a tenant was true at most `age` ago, if need be by listing the
  /// store, and waits for that. Without it, nobody may say that something is in no block. As long
  /// as no list is known at all, it does nothing.
  ///
  /// However many ask, the blocks of one tenant are listed once at a time, and for a tenth of the
  /// time at most: who waits shares the listing that begins next.
  ///
  /// @return whether the list of the tenant was too old, and is another one now
  /// @throws IOException when the store cannot be listed, or the wait is interrupted
  public boolean refresh(Tenant tenant, Duration age) throws IOException {
    Instant needed = clock.instant().minus(age);
    if (latest.isEmpty() || isAsOf(tenant, needed)) {
      return false;
    }
    listings.await(tenant, () -> isAsOf(tenant, needed), () -> list(tenant));
    return true;
  }

  private void list(Tenant tenant) throws IOException {
    Reading read = source.list(tenant, latest.orElseThrow().of(tenant));
    synchronized (lock) {
      Blocklist before = latest.orElseThrow();
      Instant known = before.asOf(tenant);
      if (known.isAfter(read.asOf()) && !known.isAfter(clock.instant())) {
        return; // a poll that began later has ended before, and forgot the changes it has seen
      }
      Blocklist now = withChanges(before.with(tenant, read.blocks(), read.asOf()));
      strangers.look(tenant, before, now, clock.instant());
      replace(now);
    }
  }

  private boolean isAsOf(Tenant tenant, Instant needed) {
    Optional<Instant> asOf = latest.map(list -> list.asOf(tenant));
    return asOf.isPresent() && !asOf.get().isBefore(needed) && !asOf.get().isAfter(clock.instant());
  }

  /// Whether others store blocks too: within a day live blocks have come that this process did not
  /// publish. What the first list showed may be its own of before, and is no sign.
  public boolean hasOthers() {
    synchronized (lock) {
      return strangers.any();
    }
  }

  /// This process published a block.
  public void added(Tenant tenant, BlockMeta meta) {
    change(tenant, clock.instant(), blocks -> blocks.withLive(meta));
    claim(List.of(meta));
  }

  /// After the list has them: a poll that came before may have taken them for those of others.
  private void claim(List<BlockMeta> own) {
    synchronized (lock) {
      strangers.claim(own);
    }
  }

  /// This process merged blocks into others, which are published: in one step the new ones are
  /// there and the old ones are not.
  public void replaced(Tenant tenant, List<BlockMeta> published, List<UUID> merged) {
    Instant now = clock.instant();
    List<BlockMeta> metas = List.copyOf(published);
    List<UUID> ids = List.copyOf(merged);
    change(
        tenant,
        now,
        list -> {
          TenantBlocks blocks = list;
          for (BlockMeta meta : metas) {
            blocks = blocks.withLive(meta);
          }
          return blocks.withCompacted(ids, now);
        });
    claim(metas);
  }

  /// This process marked blocks as compacted, whose content is in others that were added.
  public void compacted(Tenant tenant, List<UUID> blocks) {
    Instant now = clock.instant();
    List<UUID> ids = List.copyOf(blocks);
    change(tenant, now, list -> list.withCompacted(ids, now));
  }

  /// This process deleted a block.
  public void deleted(Tenant tenant, UUID block) {
    change(tenant, clock.instant(), blocks -> blocks.without(block));
  }

  @Override
  public void close() {
    Threads.stop(poller);
  }

  /// One round; `Threads.forever` repeats it, survives what it throws, and ends on close.
  private void poll() throws InterruptedException {
    pollOnce();
    ticks.awaitNext();
  }

  private void pollOnce() throws InterruptedException {
    long start = System.nanoTime();
    try {
      Blocklist read = source.read(latest.orElse(Blocklist.EMPTY));
      publish(read);
      metrics.polled(Duration.ofNanos(System.nanoTime() - start));
    } catch (IOException | RuntimeException failure) {
      if (Thread.interrupted()) {
        throw new InterruptedException("closed during a poll");
      }
      metrics.pollFailed();
      log.warn("blocklist poll failed, keeping the last one", failure);
    }
  }

  /// What was listed apart stays where the poll knows less.
  private void publish(Blocklist read) {
    Instant time = clock.instant();
    listings.forgetIdle();
    synchronized (lock) {
      Blocklist before = latest.orElse(Blocklist.EMPTY);
      Blocklist now = read;
      for (Tenant tenant : before.tenants().keySet()) {
        Instant known = before.asOf(tenant);
        if (known.isAfter(read.asOf(tenant)) && !known.isAfter(time)) {
          now = now.with(tenant, before.of(tenant), known);
        }
      }
      changes.replaceAll(change -> change.notAfter(time));
      changes.removeIf(change -> read.asOf(change.tenant).isAfter(change.time));
      now = withChanges(now);
      strangers.expire(time);
      if (latest.isPresent()) {
        for (Tenant tenant : now.tenants().keySet()) {
          strangers.look(tenant, before, now, time);
        }
      }
      replace(now);
    }
  }

  private Blocklist withChanges(Blocklist list) {
    Blocklist now = list;
    for (Change change : changes) {
      if (!list.asOf(change.tenant).isAfter(change.time)) {
        now = change.on(now);
      }
    }
    return now;
  }

  private void change(Tenant tenant, Instant time, UnaryOperator<TenantBlocks> effect) {
    synchronized (lock) {
      Change change = new Change(tenant, time, effect);
      changes.add(change);
      latest.ifPresent(list -> replace(change.on(list)));
    }
  }

  private void replace(Blocklist now) {
    metrics.shows(latest.orElse(Blocklist.EMPTY), now);
    latest = Optional.of(now);
  }
}
