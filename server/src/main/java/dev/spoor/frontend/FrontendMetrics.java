package dev.spoor.frontend;

import dev.spoor.contract.QueryCost;
import dev.spoor.model.Tenant;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.platform.threads.CpuPoolMetrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;

/// Queries: how many, and how much they read.
public final class FrontendMetrics {

  private final Counter queries;
  private final Counter bytesInspected;
  private final Gauge bytesPerSecond;
  private final CpuPoolMetrics queue;
  private final Counter unreadable;
  private final Counter executed;
  private final Metrics metrics;

  public FrontendMetrics(Metrics metrics) {
    this.metrics = metrics;
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
    queue =
        new CpuPoolMetrics(
            metrics.gauge(
                "tempo_query_frontend_queue_length", "Jobs of queries that wait.", "user"),
            metrics.histogram(
                "tempo_query_frontend_queue_duration_seconds",
                "Time that jobs of queries waited for their first turn.",
                Metrics.DEFAULT_SECONDS),
            metrics.counter(
                "tempo_query_frontend_discarded_requests_total",
                "Jobs of queries that were refused since too many of the tenant waited.",
                "user"));
    unreadable =
        metrics.counter(
            "spoor_blocks_unreadable_total",
            "Times that a query could not read a block, or what was not in one yet: damaged, or"
                + " refused by the object store.",
            "tenant",
            "reason");
    executed =
        metrics.counter(
            "tempo_querier_worker_request_executed_total",
            "Jobs of queries that threads have worked on, whatever came of them.");
  }

  /// @param damaged whether it was read and made no sense; else the store did not give it
  void unreadable(Tenant tenant, boolean damaged, int times) {
    if (times > 0) {
      unreadable.labelValues(tenant.id(), damaged ? "damaged" : "store").inc(times);
    }
  }

  /// Shows the threads that do the jobs, and what waits for them. Once.
  public void show(CpuPool pool) {
    metrics.gauge(
        "tempo_query_frontend_connected_clients",
        "Threads that take jobs of queries.",
        pool::threadsAlive);
    metrics.gauge(
        "tempodb_work_queue_length",
        "Work of queries that waits for a thread, of the tenant with most of it.",
        pool::longestQueue);
    metrics.gauge(
        "tempodb_work_queue_max",
        "How much work of one tenant may wait (query_frontend.max_outstanding_per_tenant).",
        pool::mostWaiting);
  }

  void jobEnded() {
    executed.inc();
  }

  /// Is told what waits for the threads that do the jobs.
  public CpuPool.Observer queue() {
    return queue;
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
