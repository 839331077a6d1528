package dev.spoor.it;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.jaeger.JaegerGrpcSpanExporter;
import io.opentelemetry.exporter.jaeger.JaegerGrpcSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/// Sends with the exporter for Jaeger's gRPC protocol that OpenTelemetry's SDK had up to 1.34.1,
/// and with the SDK of that time: it needs classes that later ones don't have any more.
///
/// An instance takes `endpoint`, `service`, and as PEM `trusted`, `certificate` and `key`, and
/// gives the id of the trace, or an empty text when it was not taken.
public final class JaegerGrpcSender implements Function<Map<String, String>, String> {

  private static final Path LIBRARIES = Path.of("target", "jaeger-exporter");

  /// A server's span with a failed client's span within, as the sender is told to send them.
  ///
  /// @return the id of the trace; empty when it was not taken
  static String send(Map<String, String> how) throws Exception {
    List<URL> classes = new ArrayList<>();
    try (Stream<Path> jars = Files.list(LIBRARIES)) {
      for (Path jar : jars.toList()) {
        classes.add(urlOf(jar));
      }
    }
    classes.add(
        JaegerGrpcSender.class.getProtectionDomain().getCodeSource().getLocation().toURI().toURL());
    try (URLClassLoader own =
        new URLClassLoader(classes.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
      Object sender =
          own.loadClass(JaegerGrpcSender.class.getName()).getDeclaredConstructor().newInstance();
      @SuppressWarnings("unchecked") // The other one's class, but the same interface of the JDK.
      Function<Map<String, String>, String> apart = (Function<Map<String, String>, String>) sender;
      return apart.apply(how);
    }
  }

  private static URL urlOf(Path jar) throws IOException {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException impossible) {
      throw new IOException(impossible);
    }
  }

  @Override
  public String apply(Map<String, String> how) {
    JaegerGrpcSpanExporterBuilder exporter =
        JaegerGrpcSpanExporter.builder()
            .setEndpoint(how.get("endpoint"))
            .setTimeout(3, TimeUnit.MINUTES);
    if (how.containsKey("trusted")) {
      exporter.setTrustedCertificates(bytes(how, "trusted"));
    }
    if (how.containsKey("key")) {
      exporter.setClientTls(bytes(how, "key"), bytes(how, "certificate"));
    }
    Taken taken = new Taken(exporter.build());
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.create(
                    Attributes.of(AttributeKey.stringKey("service.name"), how.get("service"))))
            .addSpanProcessor(BatchSpanProcessor.builder(taken).build())
            .build()) {
      Tracer tracer = provider.get("it");
      Span parent = tracer.spanBuilder("buy").setSpanKind(SpanKind.SERVER).startSpan();
      parent.setAttribute("items", 3);
      Span child =
          tracer
              .spanBuilder("pay")
              .setParent(Context.root().with(parent))
              .setSpanKind(SpanKind.CLIENT)
              .startSpan();
      child.setStatus(StatusCode.ERROR);
      child.addEvent("retry");
      child.end();
      parent.end();
      provider.forceFlush().join(3, TimeUnit.MINUTES);
      return taken.all() ? parent.getSpanContext().getTraceId() : "";
    }
  }

  private static byte[] bytes(Map<String, String> how, String key) {
    return how.get(key).getBytes(StandardCharsets.UTF_8);
  }
}
