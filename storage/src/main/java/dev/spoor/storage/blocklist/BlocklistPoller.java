package dev.spoor.storage.blocklist;

import dev.spoor.model.Tenant;
import dev.spoor.platform.lifecycle.Component;
import dev.spoor.platform.threads.Threads;
import dev.spoor.platform.threads.Ticks;
import dev.spoor.storage.block.BlockMeta;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
/// What this process does itself with blocks is in the list at once, and stays in it when a poll
/// ends that began before.
public final class BlocklistPoller implements Component {

  private static final Logger log = LoggerFactory.getLogger(BlocklistPoller.class);

  private final BlocklistSource source;
  private final Ticks ticks;
  private final Clock clock;
  private final BlocklistMetrics metrics;
  private final Thread poller = Threads.forever("blocklist-poller", this::poll);

  /// Guards the writing of `latest` and `changes`; let go before any I/O.
  private final Object lock = new Object();

  /// Empty until the first list was read.
  private volatile Optional<Blocklist> latest = Optional.empty();

  /// Own changes that no poll can have seen yet, oldest first.
  private List<UnaryOperator<Blocklist>> changes = new ArrayList<>();

  public BlocklistPoller(
      BlocklistSource source, Ticks ticks, Clock clock, BlocklistMetrics metrics) {
    this.source = source;
    this.ticks = ticks;
    this.clock = clock;
    this.metrics = metrics;
  }

  @Override
  public void start() {
    poller.start();
  }

  /// Empty as long as it is unknown.
  public Optional<Blocklist> latest() {
    return latest;
  }

  /// This process published a block.
  public void added(Tenant tenant, BlockMeta meta) {
    change(list -> list.with(tenant, list.of(tenant).withLive(meta)));
  }

  /// This process merged blocks into others, which are published: in one step the new ones are
  /// there and the old ones are not.
  public void replaced(Tenant tenant, List<BlockMeta> published, List<UUID> merged) {
    Instant now = clock.instant();
    List<BlockMeta> metas = List.copyOf(published);
    List<UUID> ids = List.copyOf(merged);
    change(
        list -> {
          TenantBlocks blocks = list.of(tenant);
          for (BlockMeta meta : metas) {
            blocks = blocks.withLive(meta);
          }
          return list.with(tenant, blocks.withCompacted(ids, now));
        });
  }

  /// This process marked blocks as compacted, whose content is in others that were added.
  public void compacted(Tenant tenant, List<UUID> blocks) {
    Instant now = clock.instant();
    List<UUID> ids = List.copyOf(blocks);
    change(list -> list.with(tenant, list.of(tenant).withCompacted(ids, now)));
  }

  /// This process deleted a block.
  public void deleted(Tenant tenant, UUID block) {
    change(list -> list.with(tenant, list.of(tenant).without(block)));
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
    int before = changesSoFar();
    try {
      Blocklist read = source.read(latest.orElse(Blocklist.EMPTY));
      publish(read, before);
      metrics.polled(Duration.ofNanos(System.nanoTime() - start));
    } catch (IOException | RuntimeException failure) {
      if (Thread.interrupted()) {
        throw new InterruptedException("closed during a poll");
      }
      metrics.pollFailed();
      log.warn("blocklist poll failed, keeping the last one", failure);
    }
  }

  private int changesSoFar() {
    synchronized (lock) {
      return changes.size();
    }
  }

  /// The first `seen` changes were in the store before it was listed.
  private void publish(Blocklist read, int seen) {
    synchronized (lock) {
      changes = new ArrayList<>(changes.subList(seen, changes.size()));
      Blocklist now = read;
      for (UnaryOperator<Blocklist> change : changes) {
        now = change.apply(now);
      }
      replace(now);
    }
  }

  private void change(UnaryOperator<Blocklist> change) {
    synchronized (lock) {
      changes.add(change);
      latest.ifPresent(list -> replace(change.apply(list)));
    }
  }

  private void replace(Blocklist now) {
    metrics.shows(latest.orElse(Blocklist.EMPTY), now);
    latest = Optional.of(now);
  }
}
