package dev.spoor.traceql.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

class StringMatcherTest {

  private static final List<String> EXPRESSIONS =
      List.of(
          "",
          "a",
          "a.b",
          "a\\.b",
          ".*",
          ".+",
          "a.*",
          ".*a",
          ".*a.*",
          ".*a\\.*",
          "a\\.*",
          "^a$",
          "^a.*$",
          "a|b",
          "(a|b)",
          "(a)|(b)",
          "^a|b$",
          "a|",
          "|",
          "(a|b)|(c)",
          "(a|b)(c|d)",
          "a\\$",
          "$",
          "^",
          "^$",
          "[ab]",
          "a{2}",
          "(?i)A",
          "ä.*",
          ".*.*",
          ".*$",
          "\\d+",
          "a\\|b",
          "..*",
          ".*.",
          "(?s).",
          "(a|b",
          "a)|(b",
          "\\",
          "a\\",
          "\\Qa|b\\E",
          "\\Qa.*",
          "(?:a|b)",
          "(?i:a)",
          "a.*|b",
          "^.*$",
          "^^a",
          "a$$",
          "\\^",
          ".*^a",
          "a$.*",
          "x.*a\\.?",
          "a.+b",
          "a+b?",
          "xa*",
          "x.*a{0}.*",
          "a[.|]b",
          "(a|x)?a*",
          "(x(a|[)]))x*",
          "[^]a]a",
          "a{1,2}",
          "a{,2}",
          "[[:alpha:]]a",
          "\\x61b",
          "\\x{61}b",
          "\\pLa",
          "\\p{L}a.*",
          "\\141b",
          "\\d7*");

  private static final List<String> TEXTS =
      List.of(
          "", "a", "b", "A", "ab", "ba", "a.b", "axb", "a.", "a...", "aa", "a\nb", "\n", "ä", "äx",
          "ac", "c", "xaa", "x)", "a{,2}", "a$", "a|b", "^", "7", "77", "xa", "xa.", "xax", "^a",
          "a|", "🙂", "\\");

  @Test
  void fastPathsAgreeWithTheAutomaton() {
    for (String expression : EXPRESSIONS) {
      Pattern pattern;
      try {
        pattern = Pattern.compile(expression, Pattern.DOTALL);
      } catch (RuntimeException malformed) {
        assertThatThrownBy(() -> StringMatcher.regex(expression))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("invalid regex: `" + expression + "`");
        continue;
      }
      for (String text : TEXTS) {
        assertThat(StringMatcher.regex(expression).matches(text))
            .as("%s on %s", expression, text)
            .isEqualTo(pattern.matcher(text).matches());
      }
    }
  }

  @Test
  void comparesBytewise() {
    assertThat(matcher(Condition.Operator.LESS, "z").matches("a")).isTrue();
    assertThat(matcher(Condition.Operator.LESS, "z").matches("ä")).isFalse();
    assertThat(matcher(Condition.Operator.GREATER_EQUAL, "a").matches("a")).isTrue();
    assertThat(matcher(Condition.Operator.NOT_EQUAL, "a").matches("a")).isFalse();
    assertThat(matcher(Condition.Operator.NOT_REGEX, "a.*").matches("b")).isTrue();
    assertThat(matcher(Condition.Operator.CONTAINS, "bc").matches("abcd")).isTrue();
    assertThat(matcher(Condition.Operator.CONTAINS, "bd").matches("abcd")).isFalse();
    assertThat(matcher(Condition.Operator.IN, "c", "", "b").matches("")).isTrue();
    assertThat(matcher(Condition.Operator.IN, "c", "", "b").matches("a")).isFalse();
  }

  @Test
  void operandsThatAreNoStringsMatchNothing() {
    Condition condition =
        Condition.of(Field.Intrinsic.NAME, Condition.Operator.NOT_EQUAL, new Value.Int(1));
    assertThat(StringMatcher.of(condition).matches("a")).isFalse();
  }

  @Test
  void looksAtTheRangeAlone() {
    byte[] text = "xxabyy".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    for (String expression : List.of("ab", "a.*", ".*b", ".*a.*", "ab|c", "[a]b")) {
      assertThat(StringMatcher.regex(expression).matches(text, 2, 2)).as(expression).isTrue();
      assertThat(StringMatcher.regex(expression).matches(text, 1, 2))
          .as(expression)
          .isEqualTo(expression.equals(".*a.*"));
    }
  }

  private static StringMatcher matcher(Condition.Operator operator, String... operands) {
    List<Value> literals = java.util.Arrays.stream(operands).<Value>map(Value.Str::new).toList();
    return StringMatcher.of(new Condition(Field.Intrinsic.NAME, operator, literals));
  }
}
