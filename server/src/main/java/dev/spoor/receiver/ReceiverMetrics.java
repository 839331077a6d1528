package dev.spoor.receiver;

import dev.spoor.contract.PushOutcome;
import dev.spoor.platform.metrics.Metrics;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;

/// Spans that receivers passed on or refused. Counters in spite of their names, which dashboards
/// know without `_total`; so they are exposed as gauges that only rise. What nobody can be told
/// about (bodies that can't be read, datagrams) is counted too.
public final class ReceiverMetrics {

  private final Gauge accepted;
  private final Gauge refused;
  private final Counter malformed;
  private final Counter dropped;

  public ReceiverMetrics(Metrics metrics) {
    accepted =
        metrics.gauge("tempo_receiver_accepted_spans", "Spans passed on.", "receiver", "transport");
    refused =
        metrics.gauge("tempo_receiver_refused_spans", "Spans refused.", "receiver", "transport");
    malformed =
        metrics.counter(
            "spoor_receiver_malformed_requests_total",
            "Requests and datagrams that could not be read; nothing of them was stored.",
            "receiver",
            "transport");
    dropped =
        metrics.counter(
            "spoor_receiver_dropped_datagrams_total",
            "Datagrams that were not looked into, by reason.",
            "receiver",
            "transport",
            "reason");
  }

  /// The numbers of one transport of one receiver.
  record Transport(GaugeDataPoint accepted, GaugeDataPoint refused, CounterDataPoint malformed) {

    void count(int spans, PushOutcome outcome) {
      int refusedSpans =
          switch (outcome) {
            case PushOutcome.Stored stored -> stored.rejectedSpans();
            case PushOutcome.Refused _ -> spans;
          };
      accepted.inc(spans - refusedSpans);
      refused.inc(refusedSpans);
    }
  }

  Transport transport(String receiver, String transport) {
    return new Transport(
        accepted.labelValues(receiver, transport),
        refused.labelValues(receiver, transport),
        malformed.labelValues(receiver, transport));
  }

  /// The counter of datagrams dropped for a reason.
  CounterDataPoint dropped(String receiver, String transport, String reason) {
    return dropped.labelValues(receiver, transport, reason);
  }
}
