package dev.spoor.traceql.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.CanonicalText;
import dev.spoor.traceql.ast.FieldExpression.Comparison;
import dev.spoor.traceql.data.Cases;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AutocompleteFilterTest {

  @TestFactory
  Stream<DynamicTest> takesWhatTheTableSays() {
    return Cases.lines("autocomplete.txt").stream()
        .map(line -> {
          int arrow = line.lastIndexOf(" => ");
          AutocompleteFilter filter = AutocompleteFilter.of(line.substring(0, arrow));
          return dynamicTest(
              line, () -> assertThat(shown(filter)).isEqualTo(line.substring(arrow + 4)));
        });
  }

  @Test
  void anEqualityWithTheFieldItselfIsAllThereIsToSuggest() {
    AutocompleteFilter filter = AutocompleteFilter.of("{ name = \"x\" && .a = 1 }");
    assertThat(filter.valueOf(Field.Intrinsic.NAME)).contains(new Value.Str("x"));
    assertThat(filter.valueOf(Field.Intrinsic.KIND)).isEmpty();
  }

  @Test
  void isAQueryForTheSpans() {
    assertThat(AutocompleteFilter.of("{ .a = 1 && .b = 2 || name = \"c\" && .d").query())
        .map(CompiledQuery::toString)
        .contains("{ ((.a = 1) && (.b = 2)) || (name = `c`) }");
    assertThat(AutocompleteFilter.NONE.query()).isEmpty();
  }

  @Test
  void tooManyAlternativesAreRefused() {
    String both = "(.a = 1 || .b = 2)";
    String text = "{" + String.join(" && ", java.util.Collections.nCopies(7, both)) + "}";
    assertThatThrownBy(() -> AutocompleteFilter.of(text))
        .isInstanceOf(TraceQlException.class)
        .hasMessageContaining("100 alternatives");
  }

  private static String shown(AutocompleteFilter filter) {
    return filter.isEmpty()
        ? "none"
        : filter.alternatives().stream()
            .map(alternative ->
                alternative.stream()
                    .map((Comparison comparison) -> CanonicalText.of(comparison))
                    .collect(Collectors.joining(", ")))
            .collect(Collectors.joining(" | "));
  }
}
