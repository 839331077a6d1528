package dev.spoor.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "300ms, PT0.3S, 300ms",
    "1.5h, PT1H30M, 1h30m0s",
    "2h45m, PT2H45M, 2h45m0s",
    "0, PT0S, 0s",
    "1us, PT0.000001S, 1µs",
    "1µs, PT0.000001S, 1µs",
    "10ns, PT0.00000001S, 10ns",
    "-1m, PT-1M, -1m0s",
    ".5s, PT0.5S, 500ms",
    "336h, PT336H, 336h0m0s",
    "1m0.25s, PT1M0.25S, 1m0.25s",
    "2562047h47m16.854775807s, PT2562047H47M16.854775807S, 2562047h47m16.854775807s"
  })
  void readsAndWritesGoDurations(String text, Duration expected, String written) {
    assertThat(Durations.parseGo(text)).isEqualTo(expected);
    assertThat(Durations.formatGo(expected)).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1d", "2w", "1y", "5", "1.2", "", "-", "s", "1h 30m", "1h30", "abc", "1M", "1e3s"})
  void refusesWhatGoRefuses(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Durations.parseGo(text))
        .withMessageContaining('"' + text + '"');
  }

  @Test
  void refusesMoreThanGoCanHold() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Durations.parseGo("2562048h"))
        .withMessageContaining("too long");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Durations.parsePrometheus("300y"))
        .withMessageContaining("too long");
  }

  @Property
  void goDurationsSurviveWritingAndReading(@ForAll long nanos) {
    Duration duration = Duration.ofNanos(Math.max(nanos, -Long.MAX_VALUE));
    assertThat(Durations.parseGo(Durations.formatGo(duration))).isEqualTo(duration);
  }

  @ParameterizedTest
  @CsvSource({
    "1d, PT24H, 1d",
    "2w, PT336H, 2w",
    "14d, PT336H, 2w",
    "1y, PT8760H, 1y",
    "1h30m, PT1H30M, 1h30m",
    "10s, PT10S, 10s",
    "0, PT0S, 0s",
    "1d12h, PT36H, 1d12h",
    "250ms, PT0.25S, 250ms"
  })
  void readsAndWritesPrometheusDurations(String text, Duration expected, String written) {
    assertThat(Durations.parsePrometheus(text)).isEqualTo(expected);
    assertThat(Durations.formatPrometheus(expected)).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5h", "5", "", "h", "1m1h", "1us", "-1d", "1d 2h"})
  void refusesWhatPrometheusRefuses(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Durations.parsePrometheus(text))
        .withMessageContaining('"' + text + '"');
  }

  @Property
  void prometheusDurationsSurviveWritingAndReading(
      @ForAll @LongRange(min = 0, max = 9_000_000_000_000L) long millis) {
    Duration duration = Duration.ofMillis(millis);
    assertThat(Durations.parsePrometheus(Durations.formatPrometheus(duration))).isEqualTo(duration);
  }

  @ParameterizedTest
  @CsvSource({
    "64KiB, 65536, 64KiB",
    "1MB, 1000000, 976KiB576B",
    "63KiB1023B, 65535, 63KiB1023B",
    "32MiB, 33554432, 32MiB",
    "1.5KiB, 1536, 1KiB512B",
    "12, 12, 12B",
    "0B, 0, 0B"
  })
  void readsAndWritesSizes(String text, long bytes, String written) {
    assertThat(ByteSizes.parse(text)).isEqualTo(bytes);
    assertThat(ByteSizes.format(bytes)).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"64K", "", "KiB", "-1KiB", "1.5B", "64 KiB of", "99999999TiB"})
  void refusesWhatIsNoSize(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ByteSizes.parse(text));
  }
}
