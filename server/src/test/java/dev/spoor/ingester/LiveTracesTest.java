package dev.spoor.ingester;

import static dev.spoor.ingester.LiveTraces.Verdict.ADMITTED;
import static dev.spoor.ingester.LiveTraces.Verdict.TOO_MANY_TRACES;
import static dev.spoor.ingester.LiveTraces.Verdict.TRACE_TOO_LARGE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LiveTracesTest {

  private final LiveTraces traces = new LiveTraces();

  @Test
  void aTraceGrowsUpToItsLimitAndOthersGoOn() {
    assertThat(traces.admit(0, 1, 60, 0, 10, 100)).isEqualTo(ADMITTED);
    assertThat(traces.admit(0, 1, 60, 0, 10, 100)).isEqualTo(TRACE_TOO_LARGE);
    assertThat(traces.admit(0, 1, 40, 0, 10, 100)).isEqualTo(ADMITTED);
    assertThat(traces.admit(0, 2, 60, 0, 10, 100)).isEqualTo(ADMITTED);
  }

  @Test
  void newTracesAreRefusedOverTheLimitAndKnownOnesAreNot() {
    assertThat(traces.admit(0, 1, 1, 0, 1, 0)).isEqualTo(ADMITTED);
    assertThat(traces.admit(0, 2, 1, 0, 1, 0)).isEqualTo(TOO_MANY_TRACES);
    assertThat(traces.admit(0, 1, 1, 0, 1, 0)).isEqualTo(ADMITTED);
    assertThat(traces.count()).isEqualTo(1);
  }

  @Test
  void anIdleTraceMakesRoomButItsSizeIsRemembered() {
    traces.admit(0, 1, 90, 0, 1, 100);
    traces.expire(5_000, 5_000, 30_000, 60_000);

    assertThat(traces.count()).isZero();
    assertThat(traces.admit(0, 1, 20, 6_000, 1, 100)).isEqualTo(TRACE_TOO_LARGE);
    assertThat(traces.admit(0, 1, 10, 6_000, 1, 100)).isEqualTo(ADMITTED);
  }

  @Test
  void aTraceThatWasLongIdleIsForgotten() {
    traces.admit(0, 1, 90, 0, 1, 100);
    traces.expire(60_000, 5_000, 30_000, 60_000);

    assertThat(traces.bytes()).isZero();
    assertThat(traces.admit(0, 1, 90, 60_000, 1, 100)).isEqualTo(ADMITTED);
  }

  @Test
  void whatWasTakenBackDoesNotCount() {
    traces.admit(0, 1, 90, 0, 1, 100);
    traces.takeBack(0, 1, 90);
    assertThat(traces.admit(0, 1, 100, 0, 1, 100)).isEqualTo(ADMITTED);
  }

  @Test
  void remembersManyTraces() {
    for (int i = 0; i < 50_000; i++) {
      assertThat(traces.admit(i * 31L, i, 10, 0, 0, 0)).isEqualTo(ADMITTED);
    }
    for (int i = 0; i < 50_000; i++) {
      traces.admit(i * 31L, i, 10, 1, 0, 0);
    }
    assertThat(traces.count()).isEqualTo(50_000);
    assertThat(traces.created()).isEqualTo(50_000);
    assertThat(traces.bytes()).isEqualTo(1_000_000);
    traces.expire(2, 100, 100, 100);
    assertThat(traces.count()).isEqualTo(50_000);
    traces.expire(200, 100, 100, 100);
    assertThat(traces.count()).isZero();
  }
}
