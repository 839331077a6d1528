package dev.spoor.platform.config;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sizes in bytes with units: `64KiB`, `1MB`, `63KiB1023B`, or a plain number.
public final class ByteSizes {

  private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([A-Za-z]*)");
  private static final String[] BINARY = {"EiB", "PiB", "TiB", "GiB", "MiB", "KiB", "B"};

  private ByteSizes() {}

  /// @throws IllegalArgumentException saying what is wrong; the text is quoted in it
  public static long parse(String text) {
    Matcher part = PART.matcher(text);
    BigDecimal bytes = BigDecimal.ZERO;
    int end = 0;
    while (end < text.length() && part.find(end) && part.start() == end) {
      bytes = bytes.add(new BigDecimal(part.group(1)).multiply(bytesOf(part.group(2), text)));
      end = part.end();
    }
    if (text.isEmpty() || end != text.length() || bytes.stripTrailingZeros().scale() > 0) {
      throw notASize(text);
    }
    if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("\"" + text + "\" is too large a size");
    }
    return bytes.longValueExact();
  }

  private static BigDecimal bytesOf(String unit, String text) {
    return switch (unit) {
      case "", "B" -> BigDecimal.ONE;
      case "kB", "KB" -> BigDecimal.valueOf(1_000L);
      case "MB" -> BigDecimal.valueOf(1_000_000L);
      case "GB" -> BigDecimal.valueOf(1_000_000_000L);
      case "TB" -> BigDecimal.valueOf(1_000_000_000_000L);
      case "KiB" -> BigDecimal.valueOf(1L << 10);
      case "MiB" -> BigDecimal.valueOf(1L << 20);
      case "GiB" -> BigDecimal.valueOf(1L << 30);
      case "TiB" -> BigDecimal.valueOf(1L << 40);
      default -> throw notASize(text);
    };
  }

  private static IllegalArgumentException notASize(String text) {
    return new IllegalArgumentException("\"" + text + "\" is not a size such as 64KiB or 65536");
  }

  /// Writes in binary units without rounding: `32MiB`, `63KiB1023B`, `0B`.
  public static String format(long bytes) {
    if (bytes == 0) {
      return "0B";
    }
    StringBuilder text = new StringBuilder();
    long rest = bytes;
    for (int unit = 0; unit < BINARY.length; unit++) {
      long size = 1L << (10 * (BINARY.length - 1 - unit));
      if (rest >= size) {
        text.append(rest / size).append(BINARY[unit]);
        rest %= size;
      }
    }
    return text.toString();
  }
}
