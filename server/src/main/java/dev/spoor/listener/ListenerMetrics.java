package dev.spoor.listener;

import dev.spoor.platform.metrics.Metrics;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;

/// Requests of all ports: how many, how long, how large.
public final class ListenerMetrics {

  private static final double[] SECONDS = {
    .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25, 50, 100
  };
  private static final double[] BYTES = {
    1 << 20, 5 << 19, 5 << 20, 10 << 20, 25 << 20, 50 << 20, 100 << 20, 250 << 20
  };

  private final Histogram duration;
  private final Histogram requestBytes;
  private final Histogram responseBytes;
  private final Gauge inflight;
  private final Counter givenUp;

  public ListenerMetrics(Metrics metrics) {
    duration =
        metrics.histogram(
            "tempo_request_duration_seconds",
            "Time from the request's head to its answer.",
            SECONDS,
            "method",
            "route",
            "status_code",
            "ws");
    requestBytes =
        metrics.histogram(
            "tempo_request_message_bytes", "Size of request bodies.", BYTES, "method", "route");
    responseBytes =
        metrics.histogram(
            "tempo_response_message_bytes", "Size of response bodies.", BYTES, "method", "route");
    inflight =
        metrics.gauge("tempo_inflight_requests", "Requests being answered.", "method", "route");
    givenUp =
        metrics.counter(
            "spoor_answers_given_up_total",
            "Answers that were not sent to their end, since the client took them too slowly.",
            "method",
            "route");
  }

  /// The metrics of one route, looked up once and not per request.
  final class Route {

    private final String method;
    private final String route;
    private final DistributionDataPoint requestSize;
    private final DistributionDataPoint responseSize;
    private final io.prometheus.metrics.core.datapoints.GaugeDataPoint running;
    private final DistributionDataPoint ok;
    private final String okStatus;

    Route(String method, String route, String okStatus) {
      this.method = method;
      this.route = route;
      this.okStatus = okStatus;
      this.requestSize = requestBytes.labelValues(method, route);
      this.responseSize = responseBytes.labelValues(method, route);
      this.running = inflight.labelValues(method, route);
      this.ok = duration.labelValues(method, route, okStatus, "false");
    }

    long begin() {
      running.inc();
      return System.nanoTime();
    }

    /// The client is too slow. [#end] is to be called all the same.
    void givenUp() {
      givenUp.labelValues(method, route).inc();
    }

    void end(long begin, String status, long received, long sent) {
      running.dec();
      double seconds = (System.nanoTime() - begin) / 1e9;
      if (status.equals(okStatus)) {
        ok.observe(seconds);
      } else {
        duration.labelValues(method, route, status, "false").observe(seconds);
      }
      requestSize.observe(received);
      responseSize.observe(sent);
    }
  }
}
