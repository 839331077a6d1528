package dev.spoor.listener;

import dev.spoor.platform.metrics.Metrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import java.time.Instant;

/// Certificates of ports: until when they are valid, and whether new ones could be taken.
public final class TlsMetrics {

  private final Gauge expiry;
  private final Counter reloads;
  private final Counter failures;

  public TlsMetrics(Metrics metrics) {
    expiry =
        metrics.gauge(
            "spoor_tls_certificate_expiry_timestamp_seconds",
            "When the certificate in use expires, in seconds since 1970.",
            "listener");
    reloads =
        metrics.counter(
            "spoor_tls_reloads_total", "Times that changed certificates were taken.", "listener");
    failures =
        metrics.counter(
            "spoor_tls_reload_failures_total",
            "Times that certificates could not be read again and the old ones stayed in use.",
            "listener");
  }

  void started(String listener, Instant expires) {
    expiry.labelValues(listener).set(expires.getEpochSecond());
    reloads.labelValues(listener);
    failures.labelValues(listener);
  }

  void reloaded(String listener, Instant expires) {
    expiry.labelValues(listener).set(expires.getEpochSecond());
    reloads.labelValues(listener).inc();
  }

  void failed(String listener) {
    failures.labelValues(listener).inc();
  }
}
