package dev.spoor.frontend;

import dev.spoor.contract.QueryCost;
import dev.spoor.contract.RecentSnapshot;
import dev.spoor.model.Tenant;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.fetch.FetchCost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A way through sources, one after the other on as many threads as the pool has. What cannot be
/// read makes the answer partial.
final class SourceScan {

  private static final Logger log = LoggerFactory.getLogger(SourceScan.class);

  private final String what;
  private final List<SearchSource> sources;
  private final Step step;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final List<String> failures = new ArrayList<>();
  private FetchCost cost = FetchCost.NONE;
  private volatile boolean enough;

  /// Looks into one source. Called by several threads at once, once for each source.
  interface Step {
    /// @param index of the source in the list
    FetchCost look(int index, SearchSource source) throws IOException;
  }

  /// @param what is done, for messages
  SourceScan(String what, List<SearchSource> sources, Step step) {
    this.what = what;
    this.sources = List.copyOf(sources);
    this.step = step;
  }

  /// Returns when all sources were looked into, or there was enough.
  ///
  /// @param tenant in whose turns it is done
  void run(CpuPool pool, Tenant tenant) throws InterruptedException {
    int workers = Math.min(pool.size(), sources.size());
    List<Future<?>> running = new ArrayList<>();
    try {
      for (int i = 0; i < workers; i++) {
        running.add(pool.submitSteps(tenant.id(), this::work));
      }
      for (Future<?> worker : running) {
        worker.get();
      }
    } catch (ExecutionException failure) {
      enough = true;
      throw known(failure.getCause());
    } finally {
      running.forEach(worker -> worker.cancel(true));
    }
  }

  /// No source need be looked into any more.
  void stop() {
    enough = true;
  }

  /// Whether a step should go on with its source.
  boolean wantsMore() {
    return !enough && !Thread.currentThread().isInterrupted();
  }

  private static RuntimeException known(@Nullable Throwable cause) {
    if (cause instanceof TraceQlException noAnswer) {
      return new ServiceException(
          ErrorKind.INTERNAL, String.valueOf(noAnswer.getMessage()), noAnswer);
    }
    if (cause instanceof RuntimeException failure) {
      return failure;
    }
    return new IllegalStateException(cause);
  }

  /// Looks into the next source, and says whether there may be another one.
  private boolean work() {
    int index = next.getAndIncrement();
    if (!wantsMore() || index >= sources.size()) {
      return false;
    }
    SearchSource source = sources.get(index);
    try {
      FetchCost read = step.look(index, source);
      done.incrementAndGet();
      synchronized (this) {
        cost = cost.plus(read);
      }
    } catch (IOException failure) {
      log.warn("{}: could not read {}, the answer is partial", what, source.name(), failure);
      synchronized (this) {
        failures.add(source.name() + ": " + failure.getMessage());
      }
    }
    return true;
  }

  /// What could not be read, here and by the ingester; after `run`.
  synchronized Optional<String> partial(RecentSnapshot snapshot) {
    List<String> all = new ArrayList<>(failures);
    all.addAll(snapshot.unreadable());
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of("some data could not be read: " + String.join("; ", all));
  }

  /// After `run`.
  synchronized QueryCost cost(RecentSnapshot snapshot, List<BlockMeta> blocks) {
    return new QueryCost(
        blocks.size() + snapshot.blocks().size(),
        done.get(),
        blocks.stream().mapToLong(BlockMeta::size).sum(),
        sources.size(),
        done.get(),
        cost);
  }
}
