package dev.spoor.frontend;

import dev.spoor.contract.QueryCost;
import dev.spoor.model.Tenant;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.CpuPool;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;

/// Queries: how many, and how much they read.
public final class FrontendMetrics implements CpuPool.Observer {

  private final Counter queries;
  private final Counter bytesInspected;
  private final Gauge bytesPerSecond;
  private final Gauge queueLength;
  private final Histogram queueDuration;
  private final Counter refused;
  private final Counter unreadable;

  public FrontendMetrics(Metrics metrics) {
    queries =
        metrics.counter(
            "tempo_query_frontend_queries_total", "Queries answered.", "tenant", "op", "result");
    bytesInspected =
        metrics.counter(
            "tempo_query_frontend_bytes_inspected_total", "Bytes read.", "tenant", "op");
    bytesPerSecond =
        metrics.gauge(
            "tempo_query_frontend_bytes_processed_per_second",
            "Sum over queries of the bytes read a second; only rises.",
            "tenant",
            "op");
    queueLength =
        metrics.gauge("tempo_query_frontend_queue_length", "Jobs of queries that wait.", "user");
    queueDuration =
        metrics.histogram(
            "tempo_query_frontend_queue_duration_seconds",
            "Time that jobs of queries waited for their first turn.",
            Metrics.DEFAULT_SECONDS);
    refused =
        metrics.counter(
            "tempo_query_frontend_discarded_requests_total",
            "Jobs of queries that were refused since too many of the tenant waited.",
            "user");
    unreadable =
        metrics.counter(
            "spoor_blocks_unreadable_total",
            "Times that a query could not read a block, or what was not in one yet: damaged, or"
                + " refused by the object store.",
            "tenant",
            "reason");
  }

  /// @param damaged whether it was read and made no sense; else the store did not give it
  void unreadable(Tenant tenant, boolean damaged, int times) {
    if (times > 0) {
      unreadable.labelValues(tenant.id(), damaged ? "damaged" : "store").inc(times);
    }
  }

  @Override
  public void waiting(String owner, int jobs) {
    queueLength.labelValues(owner).set(jobs);
  }

  @Override
  public void waited(long nanos) {
    queueDuration.observe(nanos / 1e9);
  }

  @Override
  public void refused(String owner) {
    refused.labelValues(owner).inc();
  }

  /// The label `op`.
  enum Kind {
    TRACES("traces"),
    SEARCH("search"),
    METADATA("metadata"),
    METRICS("metrics");

    private final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  void completed(Tenant tenant, Kind kind, QueryCost cost, long beginNanos) {
    queries.labelValues(tenant.id(), kind.label, "completed").inc();
    bytesInspected.labelValues(tenant.id(), kind.label).inc(cost.fetch().bytesRead());
    double seconds = Math.max(1e-9, (System.nanoTime() - beginNanos) / 1e9);
    bytesPerSecond.labelValues(tenant.id(), kind.label).inc(cost.fetch().bytesRead() / seconds);
  }

  void canceled(Tenant tenant, Kind kind) {
    queries.labelValues(tenant.id(), kind.label, "canceled").inc();
  }
}
