package dev.spoor.receiver;

import dev.spoor.platform.metrics.Metrics;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Gauge;

/// Spans that receivers passed on or refused. Counters in spite of their names, which dashboards
/// know without `_total`; so they are exposed as gauges that only rise.
public final class ReceiverMetrics {

  private final Gauge accepted;
  private final Gauge refused;

  public ReceiverMetrics(Metrics metrics) {
    accepted =
        metrics.gauge("tempo_receiver_accepted_spans", "Spans passed on.", "receiver", "transport");
    refused =
        metrics.gauge("tempo_receiver_refused_spans", "Spans refused.", "receiver", "transport");
  }

  /// The two numbers of one transport of one receiver.
  record Transport(GaugeDataPoint accepted, GaugeDataPoint refused) {}

  Transport transport(String receiver, String transport) {
    return new Transport(
        accepted.labelValues(receiver, transport), refused.labelValues(receiver, transport));
  }
}
