package dev.spoor.platform.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as Go and as Prometheus write them.
public final class Durations {

  /// The longest duration Go knows, which Tempo uses for "never": some 292 years.
  public static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  private static final Pattern GO_PART = Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)([a-zµμ]*)");
  private static final Pattern PROMETHEUS =
      Pattern.compile(
          "(?:([0-9]+)y)?(?:([0-9]+)w)?(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?"
              + "(?:([0-9]+)s)?(?:([0-9]+)ms)?");
  private static final String[] PROMETHEUS_UNITS = {"y", "w", "d", "h", "m", "s", "ms"};
  private static final long[] PROMETHEUS_MILLIS = {
    365L * 86_400_000, 7L * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000, 1
  };

  private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final long SECOND = 1_000_000_000L;

  private Durations() {}

  /// Reads a Go duration: `300ms`, `1.5h`, `2h45m`, `-1s`, `0`.
  ///
  /// @throws IllegalArgumentException saying what is wrong; the text is quoted in it
  public static Duration parseGo(String text) {
    boolean negative = text.startsWith("-");
    String rest = negative || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return Duration.ZERO;
    }
    Matcher part = GO_PART.matcher(rest);
    BigDecimal nanos = BigDecimal.ZERO;
    int end = 0;
    while (end < rest.length() && part.find(end) && part.start() == end) {
      nanos = nanos.add(new BigDecimal(part.group(1)).multiply(nanosOf(part.group(2), text)));
      end = part.end();
    }
    if (rest.isEmpty() || end != rest.length()) {
      throw new IllegalArgumentException("\"" + text + "\" is not a duration such as 1m30s");
    }
    if (nanos.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("\"" + text + "\" is too long a duration");
    }
    long whole = nanos.setScale(0, RoundingMode.DOWN).longValueExact();
    return Duration.ofNanos(negative ? -whole : whole);
  }

  private static BigDecimal nanosOf(String unit, String text) {
    long nanos =
        switch (unit) {
          case "ns" -> 1L;
          case "us", "µs", "μs" -> 1_000L;
          case "ms" -> 1_000_000L;
          case "s" -> SECOND;
          case "m" -> 60 * SECOND;
          case "h" -> 3_600 * SECOND;
          case "" ->
              throw new IllegalArgumentException("\"" + text + "\" is a duration without a unit");
          default ->
              throw new IllegalArgumentException(
                  "\"" + text + "\" has the unit " + unit + ", but only ns, us, ms, s, m, h exist");
        };
    return BigDecimal.valueOf(nanos);
  }

  /// Writes as Go does: `1h0m0s`, `1.5s`, `300ms`, `0s`.
  public static String formatGo(Duration duration) {
    long nanos = saturatedNanos(duration);
    if (nanos == 0) {
      return "0s";
    }
    // Widened, for the shortest of all durations has no positive counterpart in a long.
    BigDecimal size = BigDecimal.valueOf(nanos).abs();
    String sign = nanos < 0 ? "-" : "";
    if (size.compareTo(BigDecimal.valueOf(SECOND)) < 0) {
      return sign + belowOneSecond(Math.abs(nanos));
    }
    long wholeSeconds = size.movePointLeft(9).longValue();
    String seconds = plain(size.movePointLeft(9).remainder(BigDecimal.valueOf(60))) + "s";
    long minutes = wholeSeconds / 60;
    if (minutes == 0) {
      return sign + seconds;
    }
    long hours = minutes / 60;
    return sign + (hours == 0 ? "" : hours + "h") + minutes % 60 + "m" + seconds;
  }

  private static String belowOneSecond(long nanos) {
    BigDecimal size = BigDecimal.valueOf(nanos);
    if (nanos < 1_000) {
      return nanos + "ns";
    }
    return nanos < 1_000_000
        ? plain(size.movePointLeft(3)) + "µs"
        : plain(size.movePointLeft(6)) + "ms";
  }

  private static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  /// Reads a Prometheus duration: `2w`, `1d12h`, `0`; units in falling order, whole numbers.
  ///
  /// @throws IllegalArgumentException saying what is wrong; the text is quoted in it
  public static Duration parsePrometheus(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher match = PROMETHEUS.matcher(text);
    if (text.isEmpty() || !match.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a duration such as 1d12h (units y, w, d, h, m, s, ms)");
    }
    BigDecimal millis = BigDecimal.ZERO;
    for (int unit = 0; unit < PROMETHEUS_MILLIS.length; unit++) {
      String count = match.group(unit + 1);
      if (count != null) {
        millis =
            millis.add(new BigDecimal(count).multiply(BigDecimal.valueOf(PROMETHEUS_MILLIS[unit])));
      }
    }
    if (millis.movePointRight(6).compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("\"" + text + "\" is too long a duration");
    }
    return Duration.ofMillis(millis.longValueExact());
  }

  /// Writes as Prometheus does: `2w`, `1d12h`, `0s`. Years and weeks are used only when nothing is
  /// left over.
  public static String formatPrometheus(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0s";
    }
    StringBuilder text = new StringBuilder();
    for (int unit = 0; unit < PROMETHEUS_MILLIS.length; unit++) {
      long size = PROMETHEUS_MILLIS[unit];
      boolean onlyWhole = unit < 2;
      if (millis >= size && (!onlyWhole || millis % size == 0)) {
        text.append(millis / size).append(PROMETHEUS_UNITS[unit]);
        millis %= size;
      }
    }
    return text.toString();
  }

  private static long saturatedNanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException tooLong) {
      return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }
}
