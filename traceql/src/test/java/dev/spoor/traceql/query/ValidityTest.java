package dev.spoor.traceql.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.TraceQlException.Reason;
import dev.spoor.traceql.ast.CanonicalText;
import dev.spoor.traceql.ast.Query;
import dev.spoor.traceql.data.Cases;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ValidityTest {

  @TestFactory
  Stream<DynamicTest> acceptsAndRefusesAsTheTableSays() {
    return Cases.lines("validity.txt").stream()
        .map(line -> {
          String verdict = line.substring(12, 18).strip();
          String query = line.substring(19);
          return dynamicTest(line, () -> assertThat(verdictOn(query)).isEqualTo(verdict));
        });
  }

  @TestFactory
  Stream<DynamicTest> whatIsValidReadsBackFromItsCanonicalText() {
    return Cases.lines("validity.txt").stream()
        .filter(line -> line.startsWith("ok", 12))
        .map(line -> line.substring(19))
        .map(text ->
            dynamicTest(
                text,
                () -> {
                  Query query = TraceQl.parse(text);
                  assertThat(TraceQl.parse(CanonicalText.of(query))).isEqualTo(query);
                }));
  }

  private static String verdictOn(String query) {
    try {
      TraceQl.parse(query);
      return "ok";
    } catch (TraceQlException refused) {
      return refused.reason() == Reason.SYNTAX ? "parse" : "valid";
    }
  }
}
