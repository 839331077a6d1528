package dev.spoor.traceql.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class StringMatcherTest {

  @Test
  void isAnchoredAndLetsTheDotMatchNewlines() {
    assertThat(StringMatcher.compile("db").test("db.query")).isFalse();
    assertThat(StringMatcher.compile("db.*").test("db\nquery")).isTrue();
    assertThat(StringMatcher.compile("").test("")).isTrue();
    assertThat(StringMatcher.compile("").test("x")).isFalse();
    assertThat(StringMatcher.compile("(?i)GET.*|store").test("get /x")).isTrue();
  }

  @Test
  void whatIsNotRe2IsRefused() {
    assertThatThrownBy(() -> StringMatcher.compile("(?<=a)b"))
        .isInstanceOf(PatternSyntaxException.class);
    assertThatThrownBy(() -> StringMatcher.compile("(a)\\1"))
        .isInstanceOf(PatternSyntaxException.class);
  }

  @Property(tries = 3000)
  void agreesWithTheAutomaton(@ForAll long seed) {
    Random random = new Random(seed);
    String pattern =
        text(random, new String[] {"a", "b", ".*", ".+", "|", ".", "ab", "\uD83D\uDE00"});
    String text = text(random, new String[] {"a", "b", "\n", "ab", "\uD83D\uDE00"});
    StringMatcher matcher;
    try {
      matcher = StringMatcher.compile(pattern);
    } catch (PatternSyntaxException refused) {
      assertThat(refused.getPattern()).isNotNull();
      return;
    }
    assertThat(matcher.test(text))
        .as("%s on %s", pattern, text)
        .isEqualTo(Pattern.compile("^(?s:" + pattern + ")$").matches(text));
  }

  private static String text(Random random, String[] pieces) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    return text.toString();
  }
}
