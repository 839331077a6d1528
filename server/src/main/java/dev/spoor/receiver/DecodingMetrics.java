package dev.spoor.receiver;

import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.CpuPoolMetrics;

/// Large bodies that wait for their turn to be decoded, and those that may not.
public final class DecodingMetrics {

  final CpuPoolMetrics queue;

  public DecodingMetrics(Metrics metrics) {
    queue =
        new CpuPoolMetrics(
            metrics.gauge(
                "spoor_receiver_decode_queue_length",
                "Large requests that wait to be decoded.",
                "tenant"),
            metrics.histogram(
                "spoor_receiver_decode_queue_duration_seconds",
                "Time that large requests waited to be decoded.",
                Metrics.DEFAULT_SECONDS),
            metrics.counter(
                "spoor_receiver_decode_refused_requests_total",
                "Large requests that were refused, unread, since too many of the tenant waited.",
                "tenant"));
  }
}
