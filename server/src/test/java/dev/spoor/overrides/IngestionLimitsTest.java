package dev.spoor.overrides;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IngestionLimitsTest {

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "5, 0, 5", "0, 7, 7", "5, 7, 5", "7, 5, 5"})
  void aSingleIngesterHasTheStricterOfBothLimitsOfLiveTraces(int local, int global, int expected) {
    IngestionLimits limits =
        new IngestionLimits(IngestionLimits.RateStrategy.LOCAL, 1, 1, local, global, 0, true);

    assertThat(limits.liveTraces()).isEqualTo(expected);
  }
}
