package dev.spoor.app;

import dev.spoor.contract.SpanIntake;
import dev.spoor.listener.Binding;
import dev.spoor.listener.Datagrams;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.ListenerParts;
import dev.spoor.listener.Purpose;
import dev.spoor.platform.lifecycle.Component;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.receiver.Decoding;
import dev.spoor.receiver.DecodingMetrics;
import dev.spoor.receiver.JaegerReceiver;
import dev.spoor.receiver.OtlpReceiver;
import dev.spoor.receiver.ReceiverMetrics;
import dev.spoor.receiver.ReceiversConfig;
import dev.spoor.receiver.TenantResolver;
import dev.spoor.receiver.ZipkinReceiver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The ports for senders that the configuration names, and the receivers behind them.
final class ReceiverPorts {

  private final List<HttpListener> ports = new ArrayList<>();
  private final List<Datagrams> datagrams = new ArrayList<>();
  private final Decoding decoding;

  ReceiverPorts(
      SpoorConfig config,
      SpanIntake distributor,
      InstantSource clock,
      Metrics metrics,
      ListenerParts parts) {
    Duration pause = config.distributor().settings().retryAfterOnResourceExhausted();
    Optional<Duration> retryAfter = pause.isZero() ? Optional.empty() : Optional.of(pause);
    ReceiversConfig named = config.receivers();
    TenantResolver tenants = new TenantResolver(config.multitenancyEnabled());
    ReceiverMetrics counters = new ReceiverMetrics(metrics);
    decoding =
        new Decoding(Runtime.getRuntime().availableProcessors(), new DecodingMetrics(metrics));
    openOtlp(named, new OtlpReceiver(distributor, decoding, tenants, retryAfter, counters), parts);
    openJaeger(
        named, new JaegerReceiver(distributor, decoding, tenants, retryAfter, counters), parts);
    named
        .zipkin()
        .ifPresent(zipkin -> {
          HttpListener port = new HttpListener("zipkin", zipkin.binding(), Purpose.WRITE, parts);
          new ZipkinReceiver(
                  distributor, decoding, tenants, zipkin.parseStringTags(), clock, counters)
              .serve(port, zipkin.maxBodyBytes());
          ports.add(port);
        });
  }

  private void openOtlp(ReceiversConfig named, OtlpReceiver otlp, ListenerParts parts) {
    named
        .otlpGrpc()
        .ifPresent(grpc -> {
          HttpListener port = new HttpListener("otlp-grpc", grpc.binding(), Purpose.WRITE, parts);
          otlp.serveGrpc(port, grpc.maxMessageBytes());
          ports.add(port);
        });
    named
        .otlpHttp()
        .ifPresent(http -> {
          HttpListener port = new HttpListener("otlp-http", http.binding(), Purpose.WRITE, parts);
          otlp.serveHttp(port, http.tracesUrlPath(), http.maxBodyBytes());
          ports.add(port);
        });
  }

  private void openJaeger(ReceiversConfig named, JaegerReceiver jaeger, ListenerParts parts) {
    named
        .jaegerGrpc()
        .ifPresent(grpc -> {
          HttpListener port = new HttpListener("jaeger-grpc", grpc.binding(), Purpose.WRITE, parts);
          jaeger.serveGrpc(port, grpc.maxMessageBytes());
          ports.add(port);
        });
    named
        .jaegerThriftHttp()
        .ifPresent(http -> {
          HttpListener port = new HttpListener("jaeger-http", http.binding(), Purpose.WRITE, parts);
          jaeger.serveHttp(port, http.maxBodyBytes());
          ports.add(port);
        });
    named
        .jaegerThriftCompact()
        .ifPresent(udp ->
            datagrams.add(
                new Datagrams(
                    "jaeger-compact",
                    Binding.at(udp.endpoint()),
                    udp.limits(),
                    parts,
                    jaeger.compactDatagrams())));
    named
        .jaegerThriftBinary()
        .ifPresent(udp ->
            datagrams.add(
                new Datagrams(
                    "jaeger-binary",
                    Binding.at(udp.endpoint()),
                    udp.limits(),
                    parts,
                    jaeger.binaryDatagrams())));
  }

  /// What to start, in this order.
  List<Component> components() {
    List<Component> all = new ArrayList<>();
    all.add(decoding);
    all.addAll(ports);
    all.addAll(datagrams);
    return all;
  }

  /// Those over HTTP and gRPC.
  List<HttpListener> http() {
    return List.copyOf(ports);
  }

  /// See [HttpListener#beginClose]. Datagrams are taken until they are closed.
  void beginClose() {
    ports.forEach(HttpListener::beginClose);
  }

  /// Where to send spans, a line each.
  String banner() {
    StringBuilder text = new StringBuilder();
    for (HttpListener port : ports) {
      String secret = port.isEncrypted() ? " (TLS)" : "";
      text.append(
          "  send spans    %-14s localhost:%d%s%n".formatted(port.name(), port.port(), secret));
    }
    for (Datagrams port : datagrams) {
      text.append("  send spans    %-14s localhost:%d/udp%n".formatted(port.name(), port.port()));
    }
    return text.toString();
  }

  /// The port of a receiver (`otlp-grpc`, `otlp-http`, `jaeger-grpc`, `jaeger-http`,
  /// `jaeger-compact`, `jaeger-binary`, `zipkin`); after `start`.
  int port(String name) {
    for (Datagrams port : datagrams) {
      if (port.name().equals(name)) {
        return port.port();
      }
    }
    return ports.stream()
        .filter(port -> port.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no receiver " + name))
        .port();
  }
}
