package dev.spoor.platform.config;

import dev.spoor.platform.config.YamlNode.Scalar;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.regex.Pattern;

/// What single YAML values mean where a certain type is expected, in the dialect of YAML 1.1 that
/// Go programs read.
///
/// All methods throw [IllegalArgumentException] with a message that says what is wrong and can
/// follow the name of the key. Quoted text is text, never a number or a boolean.
final class Scalars {

  private static final Pattern WHOLE =
      Pattern.compile("[-+]?(0x[0-9a-fA-F]+|0b[01]+|0o?[0-7]+|0|[1-9][0-9]*)");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

  private Scalars() {}

  static boolean bool(Scalar scalar) {
    if (scalar.plain()) {
      switch (scalar.text()) {
        case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON" -> {
          return true;
        }
        case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF" -> {
          return false;
        }
        default -> {}
      }
    }
    throw not("true or false", scalar);
  }

  static long wholeNumber(Scalar scalar) {
    String text = scalar.plain() ? scalar.text().replace("_", "") : "";
    try {
      if (WHOLE.matcher(text).matches()) {
        return parseWhole(text);
      }
      if (FLOAT.matcher(text).matches()) {
        return new BigDecimal(text).longValueExact();
      }
    } catch (ArithmeticException | NumberFormatException unfit) {
      throw new IllegalArgumentException(
          "\"" + scalar.text() + "\" is not a whole number of 64 bits", unfit);
    }
    throw not("a whole number", scalar);
  }

  private static long parseWhole(String text) {
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String sign = text.startsWith("-") ? "-" : "";
    String digits = (signed ? text.substring(1) : text).toLowerCase(Locale.ROOT);
    if (digits.startsWith("0x")) {
      return Long.parseLong(sign + digits.substring(2), 16);
    }
    if (digits.startsWith("0b")) {
      return Long.parseLong(sign + digits.substring(2), 2);
    }
    if (digits.startsWith("0o")) {
      return Long.parseLong(sign + digits.substring(2), 8);
    }
    boolean octal = digits.length() > 1 && digits.startsWith("0");
    return Long.parseLong(sign + digits, octal ? 8 : 10);
  }

  static int smallNumber(Scalar scalar) {
    long number = wholeNumber(scalar);
    if (number != (int) number) {
      throw new IllegalArgumentException("\"" + scalar.text() + "\" is too large");
    }
    return (int) number;
  }

  static double decimal(Scalar scalar) {
    String text = scalar.plain() ? scalar.text().replace("_", "") : "";
    return switch (text) {
      case ".inf", ".Inf", ".INF", "+.inf" -> Double.POSITIVE_INFINITY;
      case "-.inf", "-.Inf", "-.INF" -> Double.NEGATIVE_INFINITY;
      default -> {
        if (!FLOAT.matcher(text).matches()) {
          throw not("a number", scalar);
        }
        yield Double.parseDouble(text);
      }
    };
  }

  static Duration goDuration(Scalar scalar) {
    // A bare number is an integer to YAML, and so the nanoseconds that a Go duration holds.
    if (scalar.plain() && WHOLE.matcher(scalar.text()).matches()) {
      return Duration.ofNanos(wholeNumber(scalar));
    }
    return Durations.parseGo(scalar.text());
  }

  static Duration prometheusDuration(Scalar scalar) {
    return Durations.parsePrometheus(scalar.text());
  }

  static long byteSize(Scalar scalar) {
    boolean number = scalar.plain() && FLOAT.matcher(scalar.text()).matches();
    return number ? wholeNumber(scalar) : ByteSizes.parse(scalar.text());
  }

  static Instant time(Scalar scalar) {
    try {
      return OffsetDateTime.parse(scalar.text()).toInstant();
    } catch (DateTimeException unfit) {
      throw new IllegalArgumentException(
          "\"" + scalar.text() + "\" is not a time such as 2026-01-31T12:00:00Z", unfit);
    }
  }

  private static IllegalArgumentException not(String expected, Scalar scalar) {
    String quoted =
        scalar.plain() ? "\"" + scalar.text() + "\"" : "the quoted text \"" + scalar.text() + "\"";
    return new IllegalArgumentException(quoted + " is not " + expected);
  }
}
