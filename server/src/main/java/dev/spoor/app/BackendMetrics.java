package dev.spoor.app;

import dev.spoor.platform.metrics.Metrics;
import dev.spoor.storage.objectstore.RequestObserver;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;

/// Requests to the object store, under the name that Tempo has and under the one that runbooks use.
/// A request that got no answer counts as 502, one that took too long as 504.
final class BackendMetrics implements RequestObserver {

  private static final double[] SECONDS = {.005, .02, .08, .32, 1.28, 5.12};

  private final Histogram duration;
  private final Histogram twin;
  private final Counter hedged;

  BackendMetrics(Metrics metrics) {
    duration =
        metrics.histogram(
            "tempodb_backend_request_duration_seconds",
            "Time of requests to the object store.",
            SECONDS,
            "operation",
            "status_code");
    twin =
        metrics.histogram(
            "tempo_tempodb_backend_request_duration_seconds",
            "As tempodb_backend_request_duration_seconds.",
            SECONDS,
            "operation",
            "status_code");
    hedged =
        metrics.counter(
            "tempodb_backend_hedged_roundtrips_total",
            "Second requests sent since the first was slow.");
  }

  @Override
  public void ended(Operation operation, int status, Duration time) {
    double seconds = time.toNanos() / 1e9;
    duration.labelValues(operation.name(), Integer.toString(status)).observe(seconds);
    twin.labelValues(operation.name(), Integer.toString(status)).observe(seconds);
  }

  @Override
  public void hedged() {
    hedged.inc();
  }
}
