package dev.spoor.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.spoor.contract.SearchLookup;
import dev.spoor.contract.SearchResult;
import dev.spoor.ingester.ShreddedSpans;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.querier.QuerierConfig;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.traceql.query.TraceMatch;
import dev.spoor.traceql.query.TraceQl;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A query has the same answer before spans are cut, after that, when their block is complete, and
/// when it is stored; whatever senders make of attributes and times.
class SameAnswersTest {

  private static final long NOW = 1_790_000_000_000_000_000L;

  /// In the year 2263, which a sender without a clock may think it is.
  private static final long FAR = Long.MIN_VALUE + 1_000_000_000_000_000_000L;

  private final CpuPool pool = new CpuPool("test", 2);

  @BeforeEach
  void start() {
    pool.start();
  }

  @AfterEach
  void close() {
    pool.close();
  }

  /// Spans 1 to 5 of one trace: `color` is red and then blue; blue; missing, but the resource is
  /// red and then green; a text and then a number; a number and then a text.
  @ParameterizedTest
  @CsvSource({
    "{ span.color = `red` }, 1",
    "{ span.color = `blue` }, 1 2",
    "{ span.color != `red` }, 1 2 4 5",
    "{ span.color =~ `r.*` }, 1",
    "{ span.color = nil }, 3",
    "{ span.color != nil }, 1 2 4 5",
    "{ span.color > 5 }, 4 5",
    "{ span.color = `large` }, 4 5",
    "{ span.color = `red` && span.color = `blue` }, 1",
    "{ !(span.color = `red`) }, 2 3 4 5",
    "{ .color = `red` }, 1 3",
    "{ .color = `green` }, 3",
    "{ resource.color = `red` }, 1 2 3 4 5",
    "{ resource.color = `green` }, 1 2 3 4 5"
  })
  void eitherValueOfAnAttributeThatIsThereTwiceMatches(String query, String spans)
      throws Exception {
    ScopeSpans.Builder all = ScopeSpans.newBuilder();
    all.addSpans(span(1, NOW).addAttributes(text("red")).addAttributes(text("blue")));
    all.addSpans(span(2, NOW).addAttributes(text("blue")));
    all.addSpans(span(3, NOW));
    all.addSpans(span(4, NOW).addAttributes(text("large")).addAttributes(number(7)));
    all.addSpans(span(5, NOW).addAttributes(number(7)).addAttributes(text("large")));

    assertEverywhere(all, query, Long.MIN_VALUE, Long.MAX_VALUE, spans);
  }

  /// The same for attributes that have a column of their own in a block.
  @ParameterizedTest
  @CsvSource({
    "{ span.http.method = `GET` }, 1",
    "{ span.http.method = `PUT` }, 1 2",
    "{ span.http.method != `GET` }, 1 2",
    "{ span.http.method = `GET` && span.http.method = `PUT` }, 1",
    "{ span.http.route = `/a` }, 1",
    "{ span.http.route =~ `/[ab]` }, 1 2",
    "{ span.http.status_code = 200 }, 1",
    "{ span.http.status_code >= 500 }, 1 2",
    "{ .http.status_code = 200 }, 1",
    "{ resource.k8s.pod.name = `red` }, 1 2",
    "{ resource.k8s.pod.name = `green` }, 1 2",
    "{ resource.service.name = `red` }, 1 2",
    "{ resource.service.name = `green` }, 1 2",
    "{ .service.name = `red` }, 1 2"
  })
  void soDoesEitherWhereItHasAColumnOfItsOwn(String query, String spans) throws Exception {
    ScopeSpans.Builder all = ScopeSpans.newBuilder();
    all.addSpans(
        span(1, NOW)
            .addAttributes(text("http.method", "GET"))
            .addAttributes(text("http.route", "/a"))
            .addAttributes(number("http.status_code", 200))
            .addAttributes(number("http.status_code", 500))
            .addAttributes(text("http.method", "PUT"))
            .addAttributes(text("http.route", "/b")));
    all.addSpans(
        span(2, NOW)
            .addAttributes(text("http.method", "PUT"))
            .addAttributes(text("http.route", "/b"))
            .addAttributes(number("http.status_code", 500)));

    assertEverywhere(all, query, Long.MIN_VALUE, Long.MAX_VALUE, spans);
  }

  @ParameterizedTest
  @CsvSource({
    "{}, -9223372036854775808, 9223372036854775807, 1 2",
    "{}, 0, 9223372036854775807, 1 2",
    "{}, 1790000000000000000, 9223372036854775807, 1 2",
    "{}, 1790000001000000000, 1790000002000000000, 1 2",
    "{}, 1, 2, ''"
  })
  void timesAfterThoseOfSignedNumbersAreLate(String query, long from, long to, String spans)
      throws Exception {
    ScopeSpans.Builder all = ScopeSpans.newBuilder();
    all.addSpans(span(1, NOW).setEndTimeUnixNano(FAR));
    all.addSpans(span(2, NOW));

    assertEverywhere(all, query, from, to, spans);
  }

  @ParameterizedTest
  @CsvSource({
    "-9223372036854775808, 9223372036854775807, 1",
    "0, 9223372036854775807, 1",
    "1790000000000000000, 9223372036854775807, 1",
    "0, 1790000000000000000, ''"
  })
  void aTraceThatIsAllThereIsFoundWhereTheRangeHasNoEnd(long from, long to, String spans)
      throws Exception {
    ScopeSpans.Builder all = ScopeSpans.newBuilder();
    all.addSpans(span(1, FAR));

    assertEverywhere(all, "{}", from, to, spans);
  }

  private void assertEverywhere(
      ScopeSpans.Builder all, String query, long from, long to, String spans) throws Exception {
    Resource resource =
        Resource.newBuilder()
            .addAttributes(text("red"))
            .addAttributes(text("green"))
            .addAttributes(text("k8s.pod.name", "red"))
            .addAttributes(text("k8s.pod.name", "green"))
            .addAttributes(text("service.name", "red"))
            .addAttributes(text("service.name", "green"))
            .build();
    SpanColumns columns =
        ShreddedSpans.of(
            ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                    ResourceSpans.newBuilder().setResource(resource).addScopeSpans(all))
                .build()
                .toByteArray());
    List<Long> wanted = new ArrayList<>();
    for (String id : spans.isEmpty() ? new String[0] : spans.split(" ")) {
      wanted.add(Long.valueOf(id));
    }
    for (String place : List.of("live", "cut", "complete", "stored")) {
      try (Places places = new Places()) {
        switch (place) {
          case "live" -> places.addLive(columns);
          case "cut" -> places.addHead(columns);
          case "complete" -> places.addLocalBlock(columns);
          default -> places.addStoredBlock(columns, 1 << 20);
        }
        assertThat(found(places, query.replace('`', '"'), from, to)).as(place).isEqualTo(wanted);
      }
    }
  }

  private List<Long> found(Places places, String query, long from, long to) throws Exception {
    StoredBlocks stored = places.stored(places.objects());
    QueryFrontend frontend =
        new QueryFrontend(
            _ -> places,
            stored,
            new BlockTraceIds(stored, 1 << 20),
            pool,
            new QueryLimits(QueryFrontendConfig.DEFAULTS, QuerierConfig.DEFAULTS, 1L << 30),
            new FrontendMetrics(new Metrics()));
    SearchResult result =
        frontend.search(
            Places.TENANT, new SearchLookup(TraceQl.compile(query), from, to, 100, 100));
    List<Long> ids = new ArrayList<>();
    for (TraceMatch match : result.traces()) {
      match
          .spansets()
          .forEach(spanset ->
              spanset.spans().forEach(span -> ids.add(Long.parseLong(span.spanId(), 16))));
    }
    ids.sort(null);
    return ids;
  }

  private static Span.Builder span(long id, long start) {
    return Span.newBuilder()
        .setTraceId(ByteString.copyFrom(ByteBuffer.allocate(16).putLong(1).putLong(1).array()))
        .setSpanId(ByteString.copyFrom(ByteBuffer.allocate(8).putLong(id).array()))
        .setName("step")
        .setStartTimeUnixNano(start)
        .setEndTimeUnixNano(start + 1_000_000_000L);
  }

  private static KeyValue text(String value) {
    return text("color", value);
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static KeyValue number(long value) {
    return number("color", value);
  }

  private static KeyValue number(String key, long value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setIntValue(value))
        .build();
  }
}
