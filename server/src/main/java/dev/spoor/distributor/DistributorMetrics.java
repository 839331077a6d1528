package dev.spoor.distributor;

import dev.spoor.contract.DiscardReason;
import dev.spoor.model.Tenant;
import dev.spoor.platform.metrics.Metrics;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What the distributor received, passed on and refused.
public final class DistributorMetrics {

  private final Counter spansReceived;
  private final Counter bytesReceived;
  private final Counter ingressBytes;
  private final Counter discardedSpans;
  private final Counter appends;
  private final Counter appendFailures;
  private final Histogram pushDuration;
  private final Histogram tracesPerBatch;
  private final Map<Tenant, OfTenant> tenants = new ConcurrentHashMap<>();

  public DistributorMetrics(Metrics metrics) {
    spansReceived =
        metrics.counter(
            "tempo_distributor_spans_received_total", "Spans received, after parsing.", "tenant");
    bytesReceived =
        metrics.counter(
            "tempo_distributor_bytes_received_total", "Bytes received, after limits.", "tenant");
    ingressBytes =
        metrics.counter(
            "tempo_distributor_ingress_bytes_total", "Bytes received, before limits.", "tenant");
    discardedSpans =
        metrics.counter(
            "tempo_discarded_spans_total", "Spans that were not stored.", "reason", "tenant");
    appends =
        metrics.counter(
            "tempo_distributor_ingester_appends_total", "Batches sent to ingesters.", "ingester");
    appendFailures =
        metrics.counter(
            "tempo_distributor_ingester_append_failures_total",
            "Batches that ingesters did not take.",
            "ingester");
    pushDuration =
        metrics.histogram(
            "tempo_distributor_push_duration_seconds",
            "Time of a push until its outcome was certain.",
            Metrics.DEFAULT_SECONDS);
    tracesPerBatch =
        metrics.histogram(
            "tempo_distributor_traces_per_batch",
            "Traces in a push.",
            new double[] {2, 4, 8, 16, 32, 64, 128, 256, 512, 1024});
    appends.initLabelValues("self");
    appendFailures.initLabelValues("self");
  }

  OfTenant of(Tenant tenant) {
    return tenants.computeIfAbsent(tenant, OfTenant::new);
  }

  void discarded(Tenant tenant, DiscardReason reason, int spans) {
    discardedSpans.labelValues(reason.label(), tenant.id()).inc(spans);
  }

  void appended(boolean stored) {
    appends.labelValues("self").inc();
    if (!stored) {
      appendFailures.labelValues("self").inc();
    }
  }

  void pushed(long beginNanos) {
    pushDuration.observe((System.nanoTime() - beginNanos) / 1e9);
  }

  void traces(int count) {
    tracesPerBatch.observe(count);
  }

  /// The counters of one tenant, looked up once.
  final class OfTenant {

    final CounterDataPoint spans;
    final CounterDataPoint bytes;
    final CounterDataPoint ingress;

    OfTenant(Tenant tenant) {
      spans = spansReceived.labelValues(tenant.id());
      bytes = bytesReceived.labelValues(tenant.id());
      ingress = ingressBytes.labelValues(tenant.id());
    }
  }
}
