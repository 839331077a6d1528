package dev.spoor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.listener.Request;
import dev.spoor.model.Bytes;
import dev.spoor.platform.errors.ServiceException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {

  private static final long NOW = 1_760_000_000L;
  private static final long SECOND = 1_000_000_000L;
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(NOW));

  @ParameterizedTest
  @CsvSource({
    "1760000000,                     1760000000000000000",
    "1760000000000000001,            1760000000000000001",
    "1760000000.25,                  1760000000250000000",
    "1.76e9,                         1760000000000000000",
    "2025-10-09T08:53:20Z,           1760000000000000000",
    "2025-10-09T08:53:20.123456789Z, 1760000000123456789",
    "2025-10-09T10:53:20+02:00,      1760000000000000000",
  })
  void aTimeCanBeWrittenInManyWays(String text, long nanos) {
    assertThat(Parameters.time(request("start", text), "start")).contains(nanos);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"yesterday", "-5", "1e40", "99999999999999999999", "2025-10-09T08:53:20", "0x12"})
  void whatIsNoTimeIsRefusedByName(String text) {
    assertThatThrownBy(() -> Parameters.time(request("end", text), "end"))
        .isInstanceOf(ServiceException.class)
        .hasMessageStartingWith("invalid end: '" + text + "' is no time");
  }

  @Test
  void tagsAreLookedForInTheLastQuarterOfAnHour() {
    assertThat(Parameters.tagWindow(request(), CLOCK, Duration.ZERO))
        .isEqualTo(window(NOW - 900, NOW));
  }

  @Test
  void sinceWinsOverStartAndEndOfTags() {
    assertThat(
            Parameters.tagWindow(
                request("since", "1d", "start", "5", "end", "6"), CLOCK, Duration.ofSeconds(10)))
        .isEqualTo(window(NOW - 10 - 86_400, NOW - 10));
  }

  @Test
  void tagsNeedBothBoundsOrNone() {
    assertThatThrownBy(() -> Parameters.tagWindow(request("start", "5"), CLOCK, Duration.ZERO))
        .hasMessage(
            "error parsing date range: only one of start and end provided: must provide both or neither");
  }

  @Test
  void metricsAreOfTheLastHour() {
    assertThat(Parameters.metricsWindow(request(), CLOCK, Duration.ZERO))
        .isEqualTo(window(NOW - 3600, NOW));
  }

  @Test
  void sinceOnlyFillsAMissingStartOfMetrics() {
    assertThat(metrics("since", "2h")).isEqualTo(window(NOW - 7200, NOW));
    assertThat(metrics("since", "2h", "end", "1759990000"))
        .isEqualTo(window(1_759_990_000 - 7200, 1_759_990_000));
    assertThat(metrics("since", "2h", "start", "1759999000")).isEqualTo(window(1_759_999_000, NOW));
  }

  @Test
  void aLaterEndThanNowDoesNotMoveTheStartOfMetrics() {
    assertThat(metrics("end", "1760000600")).isEqualTo(window(NOW - 3600, 1_760_000_600));
  }

  @Test
  void theCutoffPullsTheEndBack() {
    Duration cutoff = Duration.ofSeconds(30);

    assertThat(Parameters.metricsWindow(request(), CLOCK, cutoff))
        .isEqualTo(window(NOW - 30 - 3600, NOW - 30));
    assertThat(
            Parameters.metricsWindow(
                request("start", "1759999990", "end", "1760000000"), CLOCK, cutoff))
        .isEqualTo(window(NOW - 30 - 900, NOW - 30));
  }

  @Test
  void anEndThatIsNotAfterTheStartIsRefused() {
    assertThatThrownBy(() -> metrics("start", "20", "end", "20"))
        .hasMessage("end must be greater than start");
    assertThatThrownBy(() -> metrics("since", "soon"))
        .hasMessageStartingWith("invalid since: could not parse 'soon'");
  }

  @ParameterizedTest
  @CsvSource({"15, 15000000000", "0.25, 250000000", "1m30s, 90000000000", "1d, 86400000000000"})
  void aStepIsANumberOfSecondsOrADuration(String text, long nanos) {
    assertThat(Parameters.step(request("step", text))).contains(nanos);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "0s", "often"})
  void otherStepsAreRefused(String text) {
    assertThatThrownBy(() -> Parameters.step(request("step", text)))
        .isInstanceOf(ServiceException.class)
        .hasMessageStartingWith("invalid step: ");
  }

  @Test
  void anUnreadableLimitOfTagsIsNone() {
    assertThat(Parameters.limitOrNone(request("limit", "7"), "limit")).isEqualTo(7);
    assertThat(Parameters.limitOrNone(request("limit", "many"), "limit")).isZero();
    assertThat(Parameters.limitOrNone(request("limit", "-7"), "limit")).isZero();
    assertThat(Parameters.limitOrNone(request(), "limit")).isZero();
  }

  private static Parameters.NanoWindow metrics(String... parameters) {
    return Parameters.metricsWindow(request(parameters), CLOCK, Duration.ZERO);
  }

  private static Parameters.NanoWindow window(long startSeconds, long endSeconds) {
    return new Parameters.NanoWindow(startSeconds * SECOND, endSeconds * SECOND);
  }

  private static Request request(String... parameters) {
    Map<String, List<String>> query = new HashMap<>();
    for (int i = 0; i < parameters.length; i += 2) {
      query.put(parameters[i], List.of(parameters[i + 1]));
    }
    return new Request("GET", "/", Map.of(), query, Map.of(), Bytes.of(new byte[0]));
  }
}
