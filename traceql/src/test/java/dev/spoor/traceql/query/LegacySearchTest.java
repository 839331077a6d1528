package dev.spoor.traceql.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.data.ShopTraces;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LegacySearchTest {

  private static final SearchLimits PLENTY =
      new SearchLimits(1000, 100, false, Long.MIN_VALUE, Long.MAX_VALUE);

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\'',
      value = {
        "; ABC",
        "service.name=shop; A",
        "service.name=log; BC",
        "name=insert; A",
        "http.method=POS; A",
        "http.status_code=402; A",
        "http.status_code=40; ",
        "http.status_code=500; B",
        "db.system=postgres; A",
        "db.system=post; ",
        "rows=4; A",
        "cache.hit=true; A",
        "cache.hit=false; C",
        "region=eu; A",
        "status.code=error; AB",
        "error=true; AB",
        "root.service.name=job; B",
        "root.name=checkout; A",
        "db.system=postgres user.tier=gold; A",
        "db.system=mysql user.tier=gold; ",
        "name=\"GET /items\"; BC",
      })
  void findsTracesByTags(String tags, String traces) throws IOException {
    Map<String, String> parsed = LegacySearch.parseTags(tags == null ? "" : tags);
    CompiledQuery query = LegacySearch.compile(parsed, OptionalLong.empty(), OptionalLong.empty());
    assertThat(found(query)).isEqualTo(traces == null ? "" : traces);
  }

  @ParameterizedTest
  @CsvSource({"1s, , AB", ", 1200ms, AC", "1s, 2s, A", "0, 1.2s, AC"})
  void findsTracesByDuration(String min, String max, String traces) throws IOException {
    CompiledQuery query =
        LegacySearch.compile(Map.of(), nanos("minDuration", min), nanos("maxDuration", max));
    assertThat(found(query)).isEqualTo(traces);
  }

  @Test
  void tagsAreReadAsLogfmt() {
    assertThat(LegacySearch.parseTags(" a=1  b=\"x y\\\"z\" c "))
        .containsExactly(Map.entry("a", "1"), Map.entry("b", "x y\"z"), Map.entry("c", ""));
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThatThrownBy(() -> LegacySearch.parseTags("a=1 a=2"))
        .isInstanceOf(TraceQlException.class)
        .hasMessageContaining("tag a has been set twice");
    assertThatThrownBy(() -> LegacySearch.parseTags("a=\"x"))
        .hasMessageContaining("invalid tags")
        .hasMessageContaining("position 3");
    assertThatThrownBy(() -> LegacySearch.parseTags("a=b=c")).hasMessageContaining("position 4");
    assertThatThrownBy(() -> LegacySearch.parseDuration("minDuration", "5"))
        .hasMessageContaining("invalid minDuration");
    assertThatThrownBy(() -> LegacySearch.compile(Map.of(), OptionalLong.of(2), OptionalLong.of(1)))
        .hasMessageContaining("must be greater than minDuration");
  }

  private static OptionalLong nanos(String parameter, String text) {
    return text == null
        ? OptionalLong.empty()
        : OptionalLong.of(LegacySearch.parseDuration(parameter, text));
  }

  private static String found(CompiledQuery query) throws IOException {
    StringBuilder found = new StringBuilder();
    query.search(
        ShopTraces.batch(),
        PLENTY,
        match -> {
          found.append(match.id().toShortHex().substring(0, 1).toUpperCase());
          return true;
        });
    return found.toString();
  }
}
