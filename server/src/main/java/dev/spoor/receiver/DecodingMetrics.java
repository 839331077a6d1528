package dev.spoor.receiver;

import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.CpuPool;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;

/// Large bodies that wait for their turn to be decoded, and those that may not.
public final class DecodingMetrics implements CpuPool.Observer {

  private final Gauge queueLength;
  private final Histogram queueDuration;
  private final Counter refused;

  public DecodingMetrics(Metrics metrics) {
    queueLength =
        metrics.gauge(
            "spoor_receiver_decode_queue_length",
            "Large requests that wait to be decoded.",
            "tenant");
    queueDuration =
        metrics.histogram(
            "spoor_receiver_decode_queue_duration_seconds",
            "Time that large requests waited to be decoded.",
            Metrics.DEFAULT_SECONDS);
    refused =
        metrics.counter(
            "spoor_receiver_decode_refused_requests_total",
            "Large requests that were refused, unread, since too many of the tenant waited.",
            "tenant");
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
}
