package dev.spoor.platform.threads;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;

/// Shows the queue of a pool as metrics. Safe for many threads.
///
/// @param length how much work waits, labelled with its owner
/// @param duration seconds that work waited
/// @param refused work that was refused, labelled with its owner
public record CpuPoolMetrics(Gauge length, Histogram duration, Counter refused)
    implements CpuPool.Observer {

  @Override
  public void waiting(String owner, int jobs) {
    length.labelValues(owner).set(jobs);
  }

  @Override
  public void waited(long nanos) {
    duration.observe(nanos / 1e9);
  }

  @Override
  public void refused(String owner) {
    refused.labelValues(owner).inc();
  }
}
