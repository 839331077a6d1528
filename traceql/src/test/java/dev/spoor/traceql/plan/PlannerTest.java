package dev.spoor.traceql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.traceql.FieldText;
import dev.spoor.traceql.ValueText;
import dev.spoor.traceql.ast.Query;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.query.TraceQl;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlannerTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\'',
      value = {
        "{ .a = 1 && span.b = \"x\" }; .a EQUAL 1, span.b EQUAL x; all; ",
        "{ .a = 1 || span.b = \"x\" }; .a EQUAL 1, span.b EQUAL x; any; ",
        "{ .a = .b }; .a EXISTS, .b EXISTS; all; .a .b",
        "{ .a + 1 > 2 }; .a EXISTS; all; .a",
        "{ .a > 1 + 1 }; .a GREATER 2; all; ",
        "{ .a = 1 } >> { .b = 2 }; .a EQUAL 1, .b EQUAL 2; any; nestedSetLeft nestedSetRight",
        "{ } >> { .b = 2 }; ; all; nestedSetLeft nestedSetRight",
        "{ .a = 1 } | { .b = 2 }; .a EQUAL 1, .b EQUAL 2; all; ",
        "{ .a = 1 } | avg(duration) > 1s; .a EQUAL 1; all; duration",
        "{ .a = 1 } | by(.b); .a EQUAL 1; all; .b",
        "{ .a = 1 } | select(.b) | { .c = 3 }; .a EQUAL 1, .c EQUAL 3; all; ",
        "{ .a = \"x\" } | rate() by (.b); .a EQUAL x; all; ",
        "{ .a = 1 || .a = 2 }; .a IN 1 2; all; ",
        "{ 5 < .a }; .a GREATER 5; all; ",
        "{ !(.a = 1) }; ; all; ",
        "{ .k = 1 && !(.a = 1) }; .k EQUAL 1; all; ",
        "{ (.a = 1) != (.b = 2) }; ; all; .a .b",
        "{ .a = 1 || true }; ; all; ",
        "{ .a = nil && .b != nil }; .a MISSING, .b EXISTS; all; ",
        "{ .a = 1 && (.b = 2 || .c = 3) }; .a EQUAL 1; all; ",
        "{ .a = 1 } | count() > 2 | { .b = 2 }; .a EQUAL 1; all; ",
        "{ .flag }; .flag EQUAL true; all; .flag",
        "{ span:id = \"A1\" }; span:id EQUAL 00000000000000a1; all; ",
        "{ trace:id = \"00A1\" }; trace:id EQUAL a1; all; ",
      })
  void asksStorageForWhatMustHold(String query, String conditions, String mode, String columns) {
    FetchRequest request = plan(query).request(1, 2, Set.of());
    assertThat(
            request.conditions().stream().map(PlannerTest::shown).collect(Collectors.joining(", ")))
        .isEqualTo(conditions == null ? "" : conditions);
    assertThat(request.allConditions()).isEqualTo(mode.equals("all"));
    assertThat(
            request.columns().stream()
                .map(FieldText::canonical)
                .sorted()
                .collect(Collectors.joining(" ")))
        .isEqualTo(columns == null ? "" : columns);
  }

  @ParameterizedTest
  @CsvSource({
    "{ 5 < 4 }, true",
    "{ false } && { .a = 1 }, true",
    "{ false } || { .a = 1 }, false",
    "{ .a = 1 } | { false }, true",
    "{ .a = 1 && false }, true",
  })
  void knowsWhatCannotMatch(String query, boolean nothing) {
    assertThat(plan(query).isEmpty()).isEqualTo(nothing);
  }

  @ParameterizedTest
  @CsvSource({
    "{ .a = 1 }, false",
    "{ .a = 1 } || { .b = 1 }, false",
    "{ .a = 1 } && { .b = 1 }, true",
    "{ .a = 1 } > { .b = 1 }, true",
    "{ .a = 1 } | count() > 1, true",
    "{ .a = 1 } | by(.b), false",
    "{ traceDuration > 1s }, true",
    "{ nestedSetParent < 0 }, true",
  })
  void knowsWhatTakesTheWholeTrace(String query, boolean whole) {
    assertThat(plan(query).wholeTraces()).isEqualTo(whole);
  }

  @Test
  void showsWhatTheQueryMentionsInItsOrder() {
    assertThat(plan("{ .b = 1 && name = \"x\" } | by(kind) | select(.a, .b, duration)").shown())
        .map(FieldText::bare)
        .containsExactly("b", "name", "kind", "a");
  }

  private static Plan plan(String text) {
    return switch (TraceQl.parse(text)) {
      case Query.Search search -> Planner.plan(search.pipeline());
      case Query.Metrics metrics -> Planner.plan(metrics.pipeline());
      case Query.Combination math -> throw new IllegalArgumentException(math.toString());
    };
  }

  private static String shown(Condition condition) {
    String operands =
        condition.operands().stream()
            .map(v -> " " + ValueText.plain(v))
            .collect(Collectors.joining());
    return FieldText.canonical(condition.field()) + " " + condition.operator() + operands;
  }
}
