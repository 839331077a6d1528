package dev.spoor.traceql.parse;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

class ParserFuzzTest {

  @FuzzTest
  void anyBytesAreReadOrRefused(FuzzedDataProvider data) {
    ParserTest.readOrRefused(data.consumeRemainingAsString());
  }
}
