package dev.spoor.traceql.parse;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;

/// Searched for some seconds at the end of `mvn verify`, and as long as wanted by `it/campaign
/// fuzz`.
class ParserFuzzTest {

  @FuzzTest
  @DictionaryEntries({
    "span.",
    "resource.",
    "event:",
    "link:",
    "trace:",
    "parent.",
    "instrumentation:",
    "&&",
    "||",
    ">>",
    "<<",
    "&>>",
    "!>>",
    "=~",
    "!~",
    ">=",
    "!=",
    "nil",
    "true",
    "status",
    "kind",
    "error",
    "server",
    "duration",
    "rootName",
    "1.5s",
    "0x1F",
    "-7",
    "\"\\n\"",
    "`raw`",
    "count()",
    "avg(",
    "by(",
    "select(",
    "coalesce()",
    "rate()",
    "quantile_over_time(",
    "histogram_over_time(",
    "compare(",
    "topk(5)",
    "with(most_recent=true)"
  })
  void anyBytesAreReadOrRefused(FuzzedDataProvider data) {
    ParserTest.readOrRefused(data.consumeRemainingAsString());
  }
}
