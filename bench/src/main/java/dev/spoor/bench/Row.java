package dev.spoor.bench;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// A line of the table.
///
/// @param goal what we hold ourselves to; empty for figures that are there to be known
/// @param limit what the same costs with less around it, measured in the same run
/// @param limitName what that is
record Row(
    String what,
    String unit,
    Optional<Goal> goal,
    double ours,
    OptionalDouble limit,
    String limitName) {

  static final String HEADER =
      """
      | what | must | aim | ours | | limit | ours : limit | what the limit is |
      |---|---:|---:|---:|---|---:|---:|---|
      """;

  /// @param atMost whether less is better
  record Goal(boolean atMost, double must, double aim) {

    static Goal atMost(double must, double aim) {
      return new Goal(true, must, aim);
    }

    static Goal atLeast(double must, double aim) {
      return new Goal(false, must, aim);
    }

    private boolean meets(double value, double bound) {
      return atMost ? value <= bound : value >= bound;
    }

    String verdict(double value) {
      if (meets(value, aim)) {
        return "aim met";
      }
      return meets(value, must)
          ? "must met"
          : "**misses must, factor %.1f**".formatted(atMost ? value / must : must / value);
    }

    String text(double bound) {
      return (atMost ? "≤ " : "≥ ") + number(bound);
    }
  }

  String markdown() {
    return "| %s, %s | %s | %s | **%s** | %s | %s | %s | %s |%n"
        .formatted(
            what,
            unit,
            goal.map(g -> g.text(g.must())).orElse(""),
            goal.map(g -> g.text(g.aim())).orElse(""),
            number(ours),
            goal.map(g -> g.verdict(ours)).orElse(""),
            limit.isPresent() ? number(limit.getAsDouble()) : "",
            limit.isPresent() ? "%.2f".formatted(ours / limit.getAsDouble()) : "",
            limitName);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) >= 1000 ? "%,.0f" : "%.3g", value);
  }
}
