package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeapTrimmerTest {

  private long used;
  private long left;
  private long now;
  private int collections;
  private long takes = 10;
  private boolean merging;

  private final HeapTrimmer trimmer =
      new HeapTrimmer(() -> merging, Optional.of(() -> used), 800, () -> now, this::collect);

  @Test
  void collectsWhenTheOldGenerationReachesFiveSixteenthsOfTheHeap() {
    looksAt(249);
    assertThat(collections).isZero();
    looksAt(250);
    assertThat(collections).isEqualTo(1);
  }

  @Test
  void whatIsReallyInUseIsNotCollectedAgainAndAgain() {
    left = 225;
    looksAt(250);
    now += 1_000;
    looksAt(449);
    assertThat(collections).isEqualTo(1);
    looksAt(450);
    assertThat(collections).isEqualTo(2);
  }

  @Test
  void aCollectionTakesNoMoreThanATenthOfTheTime() {
    looksAt(250);
    now += 99;
    looksAt(700);
    assertThat(collections).isEqualTo(1);
    now += 1;
    looksAt(700);
    assertThat(collections).isEqualTo(2);
  }

  @Test
  void collectsEarlierAndMoreOftenWhileBlocksAreMerged() {
    merging = true;
    left = 180;
    looksAt(199);
    assertThat(collections).isZero();
    looksAt(200);
    assertThat(collections).isEqualTo(1);
    now += 29;
    looksAt(260);
    assertThat(collections).isEqualTo(1);
    now += 1;
    looksAt(259);
    assertThat(collections).isEqualTo(1);
    looksAt(260);
    assertThat(collections).isEqualTo(2);
  }

  @Test
  void collectsEarlierStillWhenMergingIsAtRest() {
    merging = true;
    used = 159;
    trimmer.atRest();
    assertThat(collections).isZero();
    used = 160;
    trimmer.atRest();
    assertThat(collections).isEqualTo(1);
    now += 19;
    used = 160;
    trimmer.atRest();
    assertThat(collections).isEqualTo(1);
    now += 1;
    trimmer.atRest();
    assertThat(collections).isEqualTo(2);
  }

  @Test
  void whatIsInUseIsNotCollectedAgainAndAgainWhenMergingIsAtRest() {
    left = 155;
    used = 160;
    trimmer.atRest();
    now += 1_000;
    used = 194;
    trimmer.atRest();
    assertThat(collections).isEqualTo(1);
    used = 195;
    trimmer.atRest();
    assertThat(collections).isEqualTo(2);
  }

  @Test
  void nothingIsCollectedEarlyWhenThatTakesLong() {
    merging = true;
    takes = 200_000_001;
    looksAt(200);
    assertThat(collections).as("the first is short as far as is known").isEqualTo(1);
    now += 10 * takes;
    used = 249;
    trimmer.look();
    trimmer.atRest();
    assertThat(collections).isEqualTo(1);

    takes = 200_000_000;
    looksAt(250);
    assertThat(collections).isEqualTo(2);
    now += 3 * takes;
    looksAt(200);
    assertThat(collections).as("one was short again").isEqualTo(3);
    assertThat(trimmer.tookMillis()).isEqualTo(600);
  }

  // ---- helpers

  private void looksAt(long bytes) {
    used = bytes;
    trimmer.look();
  }

  private void collect() {
    collections++;
    used = left;
    now += takes;
  }
}
