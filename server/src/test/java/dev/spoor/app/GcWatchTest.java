package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GcWatchTest {

  private long collections;
  private long millis;
  private long asked;
  private long now;
  private final List<String> warnings = new ArrayList<>();

  private final GcWatch watch =
      new GcWatch(
          () -> new GcWatch.Sample(collections, millis, asked, 300L << 20, 512L << 20),
          () -> now,
          warnings::add);

  @Test
  void collectionsThatTakeHalfOfASecondAreWarnedOf() {
    secondWith(1, 499);
    assertThat(warnings).isEmpty();

    secondWith(2, 500);
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith("slow GC: 2 collections took 500 ms")
        .contains("300 of 512 MiB")
        .contains("memory pressure");
  }

  @Test
  void thereIsOneWarningInTenSeconds() {
    for (int second = 0; second < 20; second++) {
      secondWith(1, 900);
    }
    assertThat(warnings).hasSize(2);
  }

  @Test
  void whatWasAskedForIsSlowButNoMemoryPressure() {
    asked += 590;
    secondWith(2, 600);
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith("slow GC: 2 collections took 600 ms")
        .endsWith("590 ms of it to keep the process small");
  }

  @Test
  void besideThoseThatWereAskedForOthersAreMemoryPressure() {
    asked += 300;
    secondWith(5, 800);
    assertThat(warnings).singleElement().asString().contains("memory pressure");
  }

  // ---- helpers

  private void secondWith(int newCollections, int newMillis) {
    now += 1_000_000_000L;
    collections += newCollections;
    millis += newMillis;
    watch.look();
  }
}
