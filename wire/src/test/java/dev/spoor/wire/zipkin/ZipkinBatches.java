package dev.spoor.wire.zipkin;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import zipkin2.Endpoint;
import zipkin2.Span;
import zipkin2.Span.Kind;

/// Spans made with Zipkin's own classes.
public final class ZipkinBatches {

  private static final List<String> SERVICES = List.of("cart", "shop", "bank");

  private ZipkinBatches() {}

  /// So many spans of what services send, from a seed.
  public static List<Span> random(long seed, int spans) {
    Random random = new Random(seed);
    List<Span> all = new ArrayList<>();
    for (int i = 0; i < spans; i++) {
      all.add(span(random));
    }
    return all;
  }

  private static Span span(Random random) {
    long start = 1_760_000_000_000_000L + random.nextInt(1_000_000);
    Span.Builder span =
        Span.newBuilder()
            .traceId(random.nextBoolean() ? 0 : 1 + random.nextInt(1000), 1 + random.nextInt(1000))
            .id(1L + random.nextInt(1000))
            .parentId(random.nextInt(3))
            .name("get /items/" + random.nextInt(9))
            .timestamp(start)
            .duration(1L + random.nextInt(100_000))
            .localEndpoint(
                Endpoint.newBuilder()
                    .serviceName(SERVICES.get(random.nextInt(SERVICES.size())))
                    .ip("10.0.0." + random.nextInt(3))
                    .port(8080)
                    .build())
            .putTag("http.method", "GET")
            .putTag("http.path", "/items/" + random.nextInt(1000))
            .putTag("http.status_code", "200")
            .putTag("mvc.controller.class", "größe");
    if (random.nextInt(4) != 0) {
      span.kind(Kind.values()[random.nextInt(Kind.values().length)])
          .remoteEndpoint(Endpoint.newBuilder().serviceName("db").ip("2001:db8::c001").build());
    }
    if (random.nextBoolean()) {
      span.putTag("error", random.nextBoolean() ? "true" : "timeout");
    }
    if (random.nextBoolean()) {
      span.addAnnotation(start + 5, "wire.send").shared(true);
    }
    return span.build();
  }
}
