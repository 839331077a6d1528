package dev.spoor.traceql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.stream.Collectors;

/// How values are written: in the canonical text of a query, and as text in answers.
public final class ValueText {

  private static final long MICRO = 1_000L;
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000_000_000L;
  private static final int LARGEST_PLAIN_EXPONENT = 5;
  private static final int SMALLEST_PLAIN_EXPONENT = -4;

  private ValueText() {}

  /// The plain text of a value, without quotes: `GET`, `4`, `1.5`, `true`, `1.2s`, `error`, `nil`.
  public static String plain(Value value) {
    return switch (value) {
      case Value.Str(String text) -> text;
      case Value.Array(List<Value> elements) ->
          elements.stream().map(ValueText::plain).collect(Collectors.joining(", ", "[", "]"));
      case Value.Nil _,
          Value.Int _,
          Value.Float _,
          Value.Bool _,
          Value.Duration _,
          Value.Status _,
          Value.Kind _,
          Value.Opaque _ ->
          literal(value);
    };
  }

  /// The text that reads back as the value in a query; a string is quoted.
  public static String literal(Value value) {
    return switch (value) {
      case Value.Nil _ -> "nil";
      case Value.Int(long number) -> integer(number);
      case Value.Float(double number) -> number(number);
      case Value.Str(String text) -> quoted(text);
      case Value.Bool(boolean bool) -> Boolean.toString(bool);
      case Value.Duration(long nanos) -> duration(nanos);
      case Value.Status(Value.SpanStatus status) -> status.text();
      case Value.Kind(Value.SpanKind kind) -> kind.text();
      case Value.Array(List<Value> elements) ->
          elements.stream().map(ValueText::literal).collect(Collectors.joining(", ", "[", "]"));
      case Value.Opaque _ -> "opaque";
    };
  }

  /// A duration with its largest unit first: `1h30m0s`, `1.2s`, `306.666666ms`, `7ns`, `0s`.
  public static String duration(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    BigInteger magnitude = BigInteger.valueOf(nanos).abs();
    String sign = nanos < 0 ? "-" : "";
    BigInteger[] secondsAndRest = magnitude.divideAndRemainder(BigInteger.valueOf(SECOND));
    long seconds = secondsAndRest[0].longValueExact();
    long rest = secondsAndRest[1].longValueExact();
    if (seconds == 0) {
      return sign + belowSecond(rest);
    }
    StringBuilder text = new StringBuilder(sign);
    if (seconds >= 3600) {
      text.append(seconds / 3600).append('h');
    }
    if (seconds >= 60) {
      text.append(seconds / 60 % 60).append('m');
    }
    return text.append(decimal(seconds % 60 * SECOND + rest, SECOND)).append('s').toString();
  }

  /// A float, shortest that reads back, with a point or an exponent: `1.0`, `0.25`, `1.5e+09`.
  public static String number(double number) {
    String text = shortest(number);
    boolean looksLikeInt = text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
    return looksLikeInt ? text + ".0" : text;
  }

  private static String integer(long number) {
    return number == Long.MIN_VALUE ? "minInt" : Long.toString(number);
  }

  private static String belowSecond(long nanos) {
    if (nanos >= MILLI) {
      return decimal(nanos, MILLI) + "ms";
    }
    if (nanos >= MICRO) {
      return decimal(nanos, MICRO) + "µs";
    }
    return nanos + "ns";
  }

  private static String decimal(long amount, long unit) {
    return BigDecimal.valueOf(amount)
        .divide(BigDecimal.valueOf(unit))
        .stripTrailingZeros()
        .toPlainString();
  }

  private static String shortest(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "+Inf" : "-Inf";
    }
    if (number == 0) {
      return 1 / number < 0 ? "-0" : "0";
    }
    BigDecimal decimal = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (exponent >= SMALLEST_PLAIN_EXPONENT && exponent <= LARGEST_PLAIN_EXPONENT) {
      return decimal.toPlainString();
    }
    String digits = decimal.unscaledValue().abs().toString();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    String sign = number < 0 ? "-" : "";
    return "%s%s%se%s%02d"
        .formatted(sign, digits.charAt(0), fraction, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  /// In backquotes where possible, since there nothing has to be escaped.
  private static String quoted(String text) {
    if (text.indexOf('`') < 0 && text.indexOf('\r') < 0) {
      return '`' + text + '`';
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
