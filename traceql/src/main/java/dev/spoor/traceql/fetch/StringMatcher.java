package dev.spoor.traceql.fetch;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A regular expression of the language, compiled: RE2, anchored at both ends, `.` matches newlines
/// (`^(?s:P)$`).
///
/// What most people write needs no automaton: literals, alternatives of literals, and literals with
/// `.*` or `.+` before or behind are recognised and compared directly. Immutable; any number of
/// threads.
public final class StringMatcher implements Predicate<String> {

  private static final String SPECIAL = "\\.+*?()|[]{}^$";

  private final String pattern;
  private final Predicate<String> test;

  private StringMatcher(String pattern, Predicate<String> test) {
    this.pattern = pattern;
    this.test = test;
  }

  /// @throws PatternSyntaxException when the pattern is not RE2
  public static StringMatcher compile(String pattern) {
    Pattern compiled = Pattern.compile(pattern, Pattern.DOTALL);
    Predicate<String> direct = direct(pattern);
    return new StringMatcher(
        pattern, direct != null ? direct : text -> compiled.matcher(text).matches());
  }

  @Override
  public boolean test(String text) {
    return test.test(text);
  }

  /// As written.
  public String pattern() {
    return pattern;
  }

  /// Null when it takes an automaton.
  private static @Nullable Predicate<String> direct(String pattern) {
    Wildcard before = Wildcard.at(pattern, 0);
    String rest = pattern.substring(before.text.length());
    Wildcard behind = Wildcard.atEnd(rest);
    String literal = rest.substring(0, rest.length() - behind.text.length());
    if (isLiteral(literal)) {
      return between(before, literal, behind);
    }
    return before == Wildcard.NONE && behind == Wildcard.NONE ? alternatives(pattern) : null;
  }

  private static Predicate<String> between(Wildcard before, String literal, Wildcard behind) {
    int least = before.least + behind.least;
    if (before == Wildcard.NONE && behind == Wildcard.NONE) {
      return literal::equals;
    }
    if (literal.isEmpty()) {
      return text -> text.codePointCount(0, text.length()) >= least;
    }
    if (before == Wildcard.NONE) {
      return text -> text.startsWith(literal) && text.length() >= literal.length() + behind.least;
    }
    if (behind == Wildcard.NONE) {
      return text -> text.endsWith(literal) && text.length() >= literal.length() + before.least;
    }
    return text -> {
      int at = text.indexOf(literal, before.least);
      return at >= 0 && at + literal.length() + behind.least <= text.length();
    };
  }

  private static @Nullable Predicate<String> alternatives(String pattern) {
    Set<String> literals = new TreeSet<>();
    for (String alternative : pattern.split("\\|", -1)) {
      if (!isLiteral(alternative)) {
        return null;
      }
      literals.add(alternative);
    }
    return Set.copyOf(literals)::contains;
  }

  private static boolean isLiteral(String text) {
    return text.chars().allMatch(c -> SPECIAL.indexOf(c) < 0 && !Character.isSurrogate((char) c));
  }

  private enum Wildcard {
    NONE("", 0),
    ANY(".*", 0),
    SOME(".+", 1);

    private final String text;
    private final int least;

    Wildcard(String text, int least) {
      this.text = text;
      this.least = least;
    }

    static Wildcard at(String pattern, int offset) {
      return pattern.startsWith(ANY.text, offset)
          ? ANY
          : pattern.startsWith(SOME.text, offset) ? SOME : NONE;
    }

    static Wildcard atEnd(String pattern) {
      return pattern.endsWith(ANY.text) ? ANY : pattern.endsWith(SOME.text) ? SOME : NONE;
    }
  }

  @Override
  public String toString() {
    return pattern;
  }
}
