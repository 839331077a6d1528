package dev.spoor.storage.head;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TraceFilterTest {

  private static final int TRACES = 20_000;

  @Test
  void knowsEveryTraceAndFewOthers() {
    SplittableRandom random = new SplittableRandom(7);
    long[] ids = random.longs(TRACES).toArray();
    TraceFilter filter = TraceFilter.forTraces(TRACES);
    for (long id : ids) {
      filter.add(id, ~id);
    }

    int others = 0;
    for (long id : ids) {
      assertThat(filter.mayContain(id, ~id)).isTrue();
      others += filter.mayContain(id, id) ? 1 : 0;
    }
    assertThat(others).isLessThan(TRACES / 60);
  }

  @Test
  void smallNumbersAreSpreadAsWell() {
    TraceFilter filter = TraceFilter.forTraces(TRACES);
    for (int i = 0; i < TRACES; i++) {
      filter.add(0, i);
    }
    int others = 0;
    for (int i = TRACES; i < 2 * TRACES; i++) {
      others += filter.mayContain(0, i) ? 1 : 0;
    }
    assertThat(others).isLessThan(TRACES / 60);
  }

  @Test
  void isPartOfTheFormat() {
    TraceFilter filter = TraceFilter.forTraces(1);
    filter.add(1, 2);
    filter.add(0x0123456789abcdefL, 0xfedcba9876543210L);
    assertThat(filter.words()).hasSize(1);
    assertThat(Long.toHexString(filter.words()[0])).isEqualTo("10020083f080104");
  }

  @Test
  void anEmptyOneHasNothing() {
    assertThat(TraceFilter.forTraces(0).mayContain(1, 2)).isFalse();
    assertThat(new TraceFilter(new long[0]).mayContain(1, 2)).isFalse();
  }
}
