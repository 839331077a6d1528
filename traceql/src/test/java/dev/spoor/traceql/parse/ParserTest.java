package dev.spoor.traceql.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.TraceQlException.Reason;
import dev.spoor.traceql.ast.CanonicalText;
import dev.spoor.traceql.ast.Query;
import dev.spoor.traceql.query.TraceQl;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParserTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\'',
      value = {
        "{ .a || .b && .c = 1 }; { (.a || .b) && (.c = 1) }",
        "{ !.a = true }; { (!.a) = true }",
        "{ -.a * .b > 1 }; { (-(.a * .b)) > 1 }",
        "{ -.a + .b > 1 }; { ((-.a) + .b) > 1 }",
        "{ .a ^ -.b * .c = 1 }; { (.a ^ (-(.b * .c))) = 1 }",
        "{ .a ^ .b ^ .c = 1 }; { (.a ^ (.b ^ .c)) = 1 }",
        "{ .a = .b = true }; { (.a = .b) = true }",
        "{ .a = nil = true }; { (.a = nil) = true }",
        "{ nil != .a }; { .a != nil }",
        "{ nil = nil }; { false }",
        "{ .a > 10 * 1024 }; { .a > 10240 }",
        "{ duration > 1s + 500ms }; { duration > 1.5e+09 }",
        "{ 3 * 4 = 12 }; { true }",
        "{ .a = -5 }; { .a = -5 }",
        "{ .a = minInt }; { .a = minInt }",
        "{ span:kind = server && trace:rootService = \"x\" }; { (kind = server) && (rootServiceName = `x`) }",
        "{ span.\"a b\" = `x` }; { span.\"a b\" = `x` }",
        "{ .a-b/*c*/ = 1 }; { .a-b/*c*/ = 1 }",
        "{}; { true }",
        "{ .a } && { .b } >> { .c }; { .a } && ({ .b } >> { .c })",
        "{ .a } > { .b } > { .c }; ({ .a } > { .b }) > { .c }",
        "{ } | count() > 2 + 2; { true }|count() > 4",
        "((count())) > 2; count() > 2",
        "{ } | by(.a) | avg(duration) >= 1h30m; { true }|by(.a)|avg(duration) >= 1h30m0s",
        "{ } | rate() by (.a, name); { true }|rate()by(.a,name)",
        "{ } | quantile_over_time(duration, .5, 1); { true }|quantile_over_time(duration,0.50000,1.00000)",
        "{ } | rate() | topk(3) > 1.5; { true }|rate()|topk(3) > 1.5",
        "60 * ({ } | rate()) with (sample=0.25); 60 * ({ true }|rate()) with(sample=0.25)",
        "({ } | rate()) / ({ } | rate()) * 100 > 5; (({ true }|rate()) / ({ true }|rate())) * 100 > 5",
        "({ .a } | count() > 1) && ({ .b }); ({ .a }|count() > 1) && ({ .b })",
      })
  void readsByPrecedenceAndPrintsCanonically(String query, String canonical) {
    assertThat(CanonicalText.of(Parser.parse(query))).isEqualTo(canonical);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\'',
      value = {
        "{ .a = 'x; parse error at line 1, col 8: literal not terminated",
        "{ duration > 10 ms }; parse error at line 1, col 17: syntax error: unexpected IDENTIFIER",
        "{ span. cpu = 1 }; parse error at line 0, col 3: syntax error: unexpected END_ATTRIBUTE, expecting IDENTIFIER",
        "{ .a = oops }; parse error at line 1, col 8: unknown identifier: oops",
        "{ .a = erorr }; parse error at line 1, col 8: unknown identifier: erorr, did you mean error?",
        "{ .a = 1; parse error at line 1, col 9: syntax error: unexpected $end, expecting }",
        "{ .a = 1 && }; parse error at line 1, col 13: syntax error: unexpected }",
        "{ .a == 1 }; parse error at line 1, col 7: syntax error: unexpected =",
        "{ .a = \"\\d\" }; parse error at line 1, col 8: invalid char escape",
        "{ .a = 08 }; parse error at line 1, col 8: invalid digit '8' in octal literal",
        "{ .a = 0x1F }; parse error at line 1, col 8: strconv.Atoi: parsing \"0x1F\": invalid syntax",
        "{ .a = 9223372036854775808 }; parse error at line 1, col 8: strconv.Atoi: parsing \"9223372036854775808\": value out of range",
        "{ } /* x; parse error at line 1, col 5: comment not terminated",
        "{ .\"x; parse error at line 1, col 3: unexpected EOF, expecting \"",
        "{ .a = 1 and .b = 2 }; parse error at line 1, col 10: syntax error: unexpected IDENTIFIER (write && for and), expecting }",
      })
  void saysWhereAndWhatIsWrong(String query, String message) {
    assertThatThrownBy(() -> Parser.parse(query))
        .isInstanceOf(TraceQlException.class)
        .extracting(Throwable::getMessage)
        .satisfies(actual ->
            assertThat(actual).startsWith(message.replaceAll("( \\(write| expecting }$).*", "")));
  }

  @Test
  void linesAreCounted() {
    assertThatThrownBy(() -> Parser.parse("{ .a = 1\n  && by }"))
        .hasMessageStartingWith("parse error at line 2, col 6: syntax error: unexpected by");
  }

  @Test
  void nestingIsBounded() {
    for (String nested :
        new String[] {
          "{" + "(".repeat(60_000) + "true" + ")".repeat(60_000) + "}",
          "{" + "!".repeat(100_000) + ".a}",
          "{" + "- ".repeat(60_000) + ".a = 1}",
          "{ .a" + " ^ .a".repeat(20_000) + " = 1}",
          "{ .a" + " + .a".repeat(20_000) + " = 1}",
          "(".repeat(100_000) + "{}",
          "{}" + ">{}".repeat(20_000),
          "{} | count() > " + "-".repeat(100_000) + "1",
          "{} | count() > 1" + "+count()".repeat(10_000),
        }) {
      assertThatThrownBy(() -> TraceQl.parse(nested))
          .isInstanceOf(TraceQlException.class)
          .hasMessageStartingWith("parse error at line");
    }
  }

  @Test
  void longChainsOfAlternativesAreNoNesting() {
    String chain = "{ .a = 0" + " || .a = 1".repeat(8_000) + "}";
    Query query = TraceQl.parse(chain);
    assertThat(Parser.parse(CanonicalText.of(query))).isEqualTo(query);
  }

  @Test
  void tooLongIsRefused() {
    String fits = "{ .a = \"" + "x".repeat(Parser.MAX_BYTES - 11) + "\" }";
    assertThat(Parser.parse(fits)).isInstanceOf(Query.Search.class);
    assertThatThrownBy(() -> Parser.parse(fits + " "))
        .isInstanceOfSatisfying(
            TraceQlException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.TOO_LONG))
        .hasMessageContaining("131072");
  }

  /// Pieces of the language in any order: whatever comes, it is a query or a refusal.
  @Property(tries = 3000)
  void anyTextIsReadOrRefused(@ForAll long seed) {
    Random random = new Random(seed);
    String[] pieces = {
      "{",
      "}",
      "(",
      ")",
      "|",
      "&&",
      "||",
      ">>",
      "!~",
      ".a",
      "span.b",
      "\"x\"",
      "`y`",
      "1",
      "2.5",
      "3s",
      "-",
      "!",
      "=",
      "nil",
      "count()",
      "by(",
      "name",
      "rate()",
      "with(",
      "topk(",
      ",",
      "error",
      "compare(",
      "x",
      "*",
      "^",
      "avg(",
      "event:name",
      "parent.x",
      "select("
    };
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "{" : "");
    int count = random.nextInt(1, 25);
    for (int i = 0; i < count; i++) {
      text.append(pieces[random.nextInt(pieces.length)]).append(random.nextInt(4) == 0 ? "" : " ");
    }
    readOrRefused(text.toString());
  }

  static void readOrRefused(String text) {
    try {
      Query query = TraceQl.parse(text);
      String canonical = CanonicalText.of(query);
      assertThat(CanonicalText.of(Parser.parse(canonical))).isEqualTo(canonical);
    } catch (TraceQlException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }
}
