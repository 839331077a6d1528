package dev.spoor.traceql.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.traceql.ValueText;
import dev.spoor.traceql.data.ShopTraces;
import dev.spoor.traceql.fetch.TraceSummary.ServiceStats;
import dev.spoor.traceql.query.TraceMatch.MatchedSpan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ResultTest {

  private static final long MILLI = 1_000_000L;
  private static final SearchLimits PLENTY =
      new SearchLimits(1000, 100, false, Long.MIN_VALUE, Long.MAX_VALUE);

  @Test
  void spansComeWithWhatTheQueryMentions() throws IOException {
    assertThat(spans("{ span.http.status_code >= 400 }"))
        .containsExactly("A3 {http.status_code=402}", "C1 {http.status_code=404}");
    assertThat(spans("{ .region = \"eu\" }"))
        .containsExactly("A1 {region=eu}", "A2 {region=eu}", "A3 {region=eu}", "A5 {region=eu}");
    assertThat(spans("{ kind = producer } | by(resource.service.name) | select(span.retries)"))
        .containsExactly("B4 {kind=producer, service.name=jobs, retries=-1}");
    assertThat(spans("{ span.tags = \"card\" } | select(span.tags)"))
        .containsExactly("A3 {tags=[retry, card]}");
  }

  @Test
  void theNameAndTheFirstEventAreShownWhenSelected() throws IOException {
    assertThat(
            spans(
                "{ status = error }"
                    + " | select(name, span.http.status_code, event:name, nestedSetLeft)"))
        .containsExactly(
            "A3 charge {status=error, http.status_code=402, event:name=retry, nestedSetLeft=4}",
            "B1 nightly {status=error, http.status_code=500, event:name=, nestedSetLeft=1}",
            "B2 fetch {status=error, event:name=exception, nestedSetLeft=2}");
  }

  @Test
  void aTraceIsSummedUpAndItsSpansAreCut() throws IOException {
    SearchLimits limits = new SearchLimits(20, 2, false, Long.MIN_VALUE, Long.MAX_VALUE);
    TraceMatch match = search("{ resource.region = \"eu\" }", limits).getFirst();
    assertThat(match.id().toShortHex()).isEqualTo("a1a1a1a1a1a1a1a1");
    assertThat(match.startNanos()).isEqualTo(ShopTraces.T0);
    assertThat(match.durationNanos()).isEqualTo(1200 * MILLI);
    assertThat(match.rootServiceName()).isEqualTo("shop-web");
    assertThat(match.rootName()).isEqualTo("POST /checkout");
    assertThat(match.services())
        .containsExactly(new ServiceStats("payments", 3, 1), new ServiceStats("shop-web", 2, 0));
    assertThat(match.spansets().getFirst().matched()).isEqualTo(5);
    assertThat(match.spansets().getFirst().spans()).hasSize(2);
  }

  @Test
  void atMostAsManyTracesAsWantedAndOnRequestTheNewest() throws IOException {
    assertThat(search("{ }", new SearchLimits(2, 3, false, Long.MIN_VALUE, Long.MAX_VALUE)))
        .hasSize(2);
    assertThat(search("{ }", new SearchLimits(1, 3, true, Long.MIN_VALUE, Long.MAX_VALUE)))
        .map(match -> match.id().toShortHex().substring(0, 1))
        .containsExactly("c");
  }

  @Test
  void tracesOutsideTheTimeDoNotCount() throws IOException {
    long from = ShopTraces.T0 + 1201 * MILLI;
    long to = ShopTraces.T0 + 29_999 * MILLI;
    assertThat(search("{ }", new SearchLimits(20, 3, false, from, to)))
        .map(match -> match.id().toShortHex().substring(0, 1))
        .containsExactly("b");
    assertThat(search("{ }", new SearchLimits(20, 3, false, from - MILLI, to + MILLI))).hasSize(3);
  }

  @Test
  void theSearchEndsWhenNothingMoreIsWanted() throws IOException {
    List<TraceMatch> found = new ArrayList<>();
    boolean more =
        TraceQl.compile("{ }")
            .search(
                ShopTraces.batch(),
                PLENTY,
                match -> {
                  found.add(match);
                  return false;
                });
    assertThat(more).isFalse();
    assertThat(found).hasSize(1);
  }

  private static List<TraceMatch> search(String query, SearchLimits limits) throws IOException {
    List<TraceMatch> found = new ArrayList<>();
    TraceQl.compile(query).search(ShopTraces.batch(), limits, found::add);
    return found;
  }

  private static List<String> spans(String query) throws IOException {
    return search(query, PLENTY).stream()
        .flatMap(match -> match.spansets().stream())
        .flatMap(spanset -> spanset.spans().stream())
        .map(ResultTest::shown)
        .toList();
  }

  private static String shown(MatchedSpan span) {
    String attributes =
        span.attributes().stream()
            .map(attribute -> attribute.key() + "=" + ValueText.plain(attribute.value()))
            .collect(Collectors.joining(", "));
    String id = span.spanId().substring(0, 1).toUpperCase() + span.spanId().charAt(15);
    return id + span.name().map(name -> " " + name).orElse("") + " {" + attributes + "}";
  }
}
