package dev.spoor.traceql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.traceql.parse.DurationText;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueTextTest {

  @ParameterizedTest
  @CsvSource({
    "5400000000000, 1h30m0s",
    "129600000000000, 36h0m0s",
    "90000000000, 1m30s",
    "1200000000, 1.2s",
    "306666666, 306.666666ms",
    "20000000, 20ms",
    "1500, 1.5µs",
    "7, 7ns",
    "0, 0s",
    "-1200000000, -1.2s",
    "3600000000001, 1h0m0.000000001s",
  })
  void durationsBeginWithTheirLargestUnit(long nanos, String text) {
    assertThat(ValueText.duration(nanos)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1.0",
    "0.25, 0.25",
    "1.5e9, 1.5e+09",
    "1e21, 1e+21",
    "123456, 123456.0",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "-2.5, -2.5",
    "1234567, 1.234567e+06"
  })
  void floatsAreAsShortAsPossible(double number, String text) {
    assertThat(ValueText.number(number)).isEqualTo(text);
  }

  @Property
  void floatsReadBack(@ForAll double number) {
    assertThat(Double.parseDouble(ValueText.number(number))).isEqualTo(number);
  }

  @Property
  void durationsReadBack(@ForAll @LongRange(min = 0) long nanos) {
    assertThat(DurationText.parse(ValueText.duration(nanos))).hasValue(nanos);
  }
}
