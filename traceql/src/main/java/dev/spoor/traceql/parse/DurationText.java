package dev.spoor.traceql.parse;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Reads durations in both notations of the language. Failure, overflow included, is empty.
public final class DurationText {

  private record Unit(String name, long nanos) {}

  private static final long SECOND = 1_000_000_000L;

  /// In the order in which they must come. `ms` stands last, since it is the smallest.
  private static final List<Unit> DESCENDING =
      List.of(
          new Unit("y", 365 * 24 * 3600 * SECOND),
          new Unit("w", 7 * 24 * 3600 * SECOND),
          new Unit("d", 24 * 3600 * SECOND),
          new Unit("h", 3600 * SECOND),
          new Unit("m", 60 * SECOND),
          new Unit("s", SECOND),
          new Unit("ms", 1_000_000L));

  private static final List<Unit> ANY_ORDER =
      List.of(
          new Unit("h", 3600 * SECOND),
          new Unit("m", 60 * SECOND),
          new Unit("s", SECOND),
          new Unit("ms", 1_000_000L),
          new Unit("us", 1_000L),
          new Unit("µs", 1_000L),
          new Unit("ns", 1L));

  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

  /// Longer numbers cannot be within the range, whatever their unit.
  private static final int MAX_DIGITS = 64;

  private DurationText() {}

  /// Whole numbers with units in descending order (`1d12h`), or else parts with fractions in any
  /// order (`2.5s`, `1m1h`), without days, weeks and years. In nanoseconds.
  public static OptionalLong parse(String text) {
    OptionalLong whole = parseDescending(text);
    return whole.isPresent() ? whole : parseAnyOrder(text);
  }

  private static OptionalLong parseDescending(String text) {
    return parse(text, DESCENDING, false, true);
  }

  /// Parts with fractions in any order, units `h m s ms us µs ns`; no sign. In nanoseconds.
  public static OptionalLong parseAnyOrder(String text) {
    return parse(text, ANY_ORDER, true, false);
  }

  private static OptionalLong parse(
      String text, List<Unit> units, boolean fractions, boolean descending) {
    BigInteger total = BigInteger.ZERO;
    int firstUnit = 0;
    int position = 0;
    while (position < text.length()) {
      int numberEnd = position;
      while (numberEnd < text.length() && isNumberCharacter(text.charAt(numberEnd), fractions)) {
        numberEnd++;
      }
      int unitEnd = numberEnd;
      while (unitEnd < text.length() && !isNumberCharacter(text.charAt(unitEnd), true)) {
        unitEnd++;
      }
      int unit = indexOf(units, firstUnit, text.substring(numberEnd, unitEnd));
      if (unit < 0) {
        return OptionalLong.empty();
      }
      BigDecimal number = number(text.substring(position, numberEnd));
      if (number == null) {
        return OptionalLong.empty();
      }
      total = total.add(number.multiply(BigDecimal.valueOf(units.get(unit).nanos)).toBigInteger());
      if (total.compareTo(MAX) > 0) {
        return OptionalLong.empty();
      }
      firstUnit = descending ? unit + 1 : 0;
      position = unitEnd;
    }
    return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(total.longValueExact());
  }

  private static int indexOf(List<Unit> units, int from, String name) {
    for (int i = from; i < units.size(); i++) {
      if (units.get(i).name.equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private static @Nullable BigDecimal number(String text) {
    int digits = 0;
    int points = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '.') {
        points++;
      } else {
        digits++;
      }
    }
    if (digits == 0 || points > 1 || digits > MAX_DIGITS) {
      return null;
    }
    return new BigDecimal(
        text.startsWith(".") ? "0" + text : text.endsWith(".") ? text + "0" : text);
  }

  private static boolean isNumberCharacter(char c, boolean fractions) {
    return (c >= '0' && c <= '9') || (fractions && c == '.');
  }
}
