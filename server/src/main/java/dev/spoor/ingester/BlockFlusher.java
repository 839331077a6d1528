package dev.spoor.ingester;

import dev.spoor.model.Tenant;
import dev.spoor.platform.lifecycle.Component;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.block.BlockMeta;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings finished blocks to the object store: up to `concurrent_flushes` at once, each again and
/// again until it is there and verified. One that is damaged stays here. Safe for many threads.
final class BlockFlusher implements Component {

  private static final Logger log = LoggerFactory.getLogger(BlockFlusher.class);

  private final IngesterSettings settings;
  private final BlockStore store;
  private final BiConsumer<Tenant, BlockMeta> published;
  private final IngesterFiles files;
  private final InstantSource clock;
  private final IngesterMetrics metrics;
  private final Backoff backoff;
  private final ExecutorService workers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("flush-", 0).factory());
  private final Semaphore atOnce;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition oneLess = lock.newCondition();
  private final Condition hurry = lock.newCondition();

  /// How often [#hurry] was called; guarded by `lock`.
  private long hurries;

  /// Blocks that are not yet in the store; guarded by `lock`.
  private final Set<UUID> waiting = new HashSet<>();

  BlockFlusher(IngesterSettings settings, IngesterFiles files, IngesterParts parts) {
    this.settings = settings;
    this.store = parts.store();
    this.published = parts.published();
    this.files = files;
    this.clock = parts.clock();
    this.metrics = parts.metrics();
    this.backoff = settings.flushBackoff();
    this.atOnce = new Semaphore(settings.config().concurrentFlushes());
  }

  /// How long to wait after a failed attempt.
  record Backoff(Duration first, Duration most) {

    static final Backoff DEFAULT = new Backoff(Duration.ofSeconds(30), Duration.ofSeconds(120));

    /// @param failures so far, at least 1
    Duration after(int failures) {
      Duration wait = first;
      for (int i = 1; i < failures && wait.compareTo(most) < 0; i++) {
        wait = wait.multipliedBy(2);
      }
      return wait.compareTo(most) < 0 ? wait : most;
    }
  }

  @Override
  public void start() {}

  /// Queues a block, unless it is in the store already or waits.
  void add(TenantIngester tenant, HeldBlock block) {
    if (block.flushedAt().isPresent() || !settings.config().flushObjectStorage()) {
      return;
    }
    if (begin(block.meta().blockId())) {
      workers.submit(() -> untilFlushed(tenant, block));
    }
  }

  /// Blocks whose upload failed are tried again now, and so are those whose upload is under way and
  /// fails.
  void hurry() {
    lock.lock();
    try {
      hurries++;
      hurry.signalAll();
    } finally {
      lock.unlock();
    }
  }

  int pending() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until no block waits any more.
  ///
  /// @return false when the time was over before
  boolean awaitEmpty(Duration timeout) throws InterruptedException {
    long left = timeout.toNanos();
    lock.lock();
    try {
      while (!waiting.isEmpty()) {
        if (left <= 0) {
          return false;
        }
        left = oneLess.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Ends uploads that run; the next start begins them again.
  @Override
  public void close() {
    workers.shutdownNow();
    try {
      if (!workers.awaitTermination(10, TimeUnit.SECONDS)) {
        log.warn("uploads did not end in time; their blocks are uploaded again after a restart");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void untilFlushed(TenantIngester tenant, HeldBlock block) {
    int failures = 0;
    try {
      long asked = hurries();
      while (!attempt(tenant, block, failures)) {
        failures++;
        pause(asked, backoff.after(failures));
        asked = hurries();
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private long hurries() {
    lock.lock();
    try {
      return hurries;
    } finally {
      lock.unlock();
    }
  }

  /// @param asked how often somebody was in a hurry before the attempt; if somebody was since then,
  ///   there is no pause
  private void pause(long asked, Duration most) throws InterruptedException {
    lock.lock();
    try {
      long left = most.toNanos();
      while (left > 0 && asked == hurries) {
        left = hurry.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean attempt(TenantIngester tenant, HeldBlock block, int failures)
      throws InterruptedException {
    atOnce.acquire();
    try {
      if (failures > 0) {
        metrics.flushRetries.inc();
      }
      long begin = System.nanoTime();
      flush(tenant, block);
      metrics.flushDuration.observe((System.nanoTime() - begin) / 1e9);
      metrics.flushSize.observe(block.bytes());
      metrics.blocksFlushed.inc();
      done(block.meta().blockId());
      log.info(
          "flushed block {} of tenant {}: {} traces, {} bytes",
          block.meta().blockId(),
          tenant.tenant(),
          block.meta().totalObjects(),
          block.bytes());
      return true;
    } catch (InterruptedException closing) {
      throw closing;
    } catch (DamagedBlockException damage) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException("the flusher is closing");
      }
      files.keepDamaged(tenant.tenant(), block, damage);
      done(block.meta().blockId());
      return true;
    } catch (Throwable failure) { // an Error too: a block that nobody tries again is worse
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException("the flusher is closing");
      }
      metrics.failedFlushes.inc();
      if (failures > 0) {
        metrics.flushFailedRetries.inc();
      }
      log.error(
          "failed to flush block {} of tenant {} (attempt {}), trying again in {} s",
          block.meta().blockId(),
          tenant.tenant(),
          failures + 1,
          backoff.after(failures + 1).toSeconds(),
          failure);
      return false;
    } finally {
      atOnce.release();
    }
  }

  private void flush(TenantIngester tenant, HeldBlock block)
      throws IOException, InterruptedException {
    upload(tenant.tenant(), block);
    published.accept(tenant.tenant(), block.meta());
    HeldBlock flushed = block.flushed(clock.instant());
    files.markFlushed(flushed);
    tenant.change(state -> state.replaced(flushed));
  }

  /// Waits for an upload, for `flush_op_timeout` at most. What goes on behind the back of one that
  /// was given up does no harm: it writes the same bytes under the same names.
  private void upload(Tenant tenant, HeldBlock block) throws IOException, InterruptedException {
    Duration limit = settings.config().flushOpTimeout();
    Future<?> upload =
        workers.submit(() -> {
          files.publish(store, tenant, block);
          return null;
        });
    try {
      upload.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new IOException("not done after %s (ingester.flush_op_timeout)".formatted(limit), late);
    } catch (ExecutionException failure) {
      throw failureOf(failure);
    } finally {
      upload.cancel(true);
    }
  }

  private static IOException failureOf(ExecutionException failure) {
    return switch (failure.getCause()) {
      case IOException io -> io;
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      case null, default -> new IOException(failure);
    };
  }

  private boolean begin(UUID block) {
    lock.lock();
    try {
      boolean added = waiting.add(block);
      metrics.flushQueueLength.set(waiting.size());
      return added;
    } finally {
      lock.unlock();
    }
  }

  private void done(UUID block) {
    lock.lock();
    try {
      waiting.remove(block);
      metrics.flushQueueLength.set(waiting.size());
      oneLess.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
