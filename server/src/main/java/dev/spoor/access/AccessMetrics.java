package dev.spoor.access;

import dev.spoor.listener.Purpose;
import dev.spoor.platform.metrics.Metrics;
import io.prometheus.metrics.core.metrics.Counter;
import java.util.Locale;

/// Who was not let in, and whether tokens could be read again.
public final class AccessMetrics {

  private final Counter refused;
  private final Counter reloads;
  private final Counter failures;

  public AccessMetrics(Metrics metrics) {
    refused =
        metrics.counter(
            "spoor_access_refused_total", "Requests that were not let in.", "purpose", "reason");
    reloads =
        metrics.counter("spoor_access_reloads_total", "Times that changed tokens were taken.");
    failures =
        metrics.counter(
            "spoor_access_reload_failures_total",
            "Times that tokens could not be read again and the old ones stayed in use.");
  }

  /// @param reason `unauthenticated`, `permission_denied` or `invalid`
  void refused(Purpose purpose, String reason) {
    refused.labelValues(purpose.name().toLowerCase(Locale.ROOT), reason).inc();
  }

  void reloaded() {
    reloads.inc();
  }

  void reloadFailed() {
    failures.inc();
  }
}
