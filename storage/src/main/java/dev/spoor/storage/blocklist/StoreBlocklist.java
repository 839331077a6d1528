package dev.spoor.storage.blocklist;

import dev.spoor.model.Tenant;
import dev.spoor.storage.blocklist.TenantReader.Reading;
import dev.spoor.storage.objectstore.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The blocklist of all tenants that have a folder in the store. One request per 1,000 tenants, and
/// what reading each of them takes.
public final class StoreBlocklist implements BlocklistSource {

  private static final Logger log = LoggerFactory.getLogger(StoreBlocklist.class);

  private final StoreListing listing;
  private final TenantReader reader;
  private final Tolerance tolerance;
  private final int concurrency;
  private final InstantSource clock;
  private final BlocklistMetrics metrics;

  /// How much may go wrong.
  ///
  /// @param consecutiveErrors further tries of a tenant before it counts as failed
  /// @param tenantFailures tenants that may fail and keep their blocks of before
  public record Tolerance(int consecutiveErrors, int tenantFailures) {}

  /// @param concurrency tenants that are read at the same time, at least 1
  public StoreBlocklist(
      ObjectStore store,
      TenantReader reader,
      Tolerance tolerance,
      int concurrency,
      InstantSource clock,
      BlocklistMetrics metrics) {
    this.listing = new StoreListing(store);
    this.reader = reader;
    this.tolerance = tolerance;
    this.concurrency = concurrency;
    this.clock = clock;
    this.metrics = metrics;
  }

  @Override
  public Blocklist read(Blocklist previous) throws IOException {
    Round round = new Round(previous, clock.instant());
    Semaphore free = new Semaphore(concurrency);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (Tenant tenant : listing.tenants()) {
        free.acquire();
        if (round.isLost()) {
          break;
        }
        running.add(
            threads.submit(() -> {
              try {
                read(tenant, round);
              } finally {
                free.release();
              }
            }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException failure) {
      throw new IOException(failure.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while reading the blocklist", stopped);
    }
    return round.result();
  }

  @Override
  public Reading list(Tenant tenant, TenantBlocks previous) throws IOException {
    return reader.list(tenant, previous);
  }

  private void read(Tenant tenant, Round round) {
    for (int attempt = 0; ; attempt++) {
      try {
        round.put(tenant, reader.read(tenant, round.previous.of(tenant)));
        return;
      } catch (IOException | RuntimeException failure) {
        metrics.pollFailed(tenant);
        if (attempt >= tolerance.consecutiveErrors() || Thread.currentThread().isInterrupted()) {
          round.failed(tenant, failure instanceof IOException io ? io : new IOException(failure));
          return;
        }
      }
    }
  }

  /// One way through all tenants; filled by many threads.
  private final class Round {

    private final Blocklist previous;
    private final Instant begin;
    private final Map<Tenant, TenantBlocks> tenants = new TreeMap<>();
    private final Map<Tenant, Instant> older = new TreeMap<>();
    private final SortedSet<Tenant> unknown = new TreeSet<>();
    private final List<IOException> failures = new ArrayList<>();

    Round(Blocklist previous, Instant begin) {
      this.previous = previous;
      this.begin = begin;
    }

    synchronized void put(Tenant tenant, Reading reading) {
      tenants.put(tenant, reading.blocks());
      if (reading.asOf().isBefore(begin)) {
        older.put(tenant, reading.asOf());
      }
    }

    synchronized void failed(Tenant tenant, IOException failure) {
      failures.add(failure);
      if (isLost()) {
        return;
      }
      log.warn(
          "blocks of a tenant cannot be read, keeping the last ones tenant={}", tenant, failure);
      @Nullable TenantBlocks before = previous.tenants().get(tenant);
      if (before == null) {
        unknown.add(tenant);
      } else {
        tenants.put(tenant, before);
        older.put(tenant, previous.asOf(tenant));
      }
    }

    synchronized boolean isLost() {
      return failures.size() > tolerance.tenantFailures();
    }

    synchronized Blocklist result() throws IOException {
      if (isLost()) {
        IOException last = failures.getLast();
        failures.subList(0, failures.size() - 1).forEach(last::addSuppressed);
        throw last;
      }
      return new Blocklist(tenants, unknown, begin, older);
    }
  }
}
