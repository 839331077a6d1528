package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Contents and what they are known as, beside a map that has them all.
class KnownContentsTest {

  private static final long SEED = 20261201;

  private final KnownContents known = new KnownContents();

  @Test
  void contentsAreFoundAgainThroughEveryGrowthOfTheTable() {
    Random random = new Random(SEED);
    Map<List<Long>, Integer> all = new HashMap<>();
    for (int round = 0; round < 60_000; round++) {
      List<Long> content =
          LongStream.range(0, random.nextInt(5)).mapToObj(i -> (long) random.nextInt(20)).toList();
      Integer expected = all.get(content);
      assertThat(find(content)).as("seed %d, round %d", SEED, round).isEqualTo(orNone(expected));
      if (expected == null) {
        all.put(content, all.size());
        assertThat(known.keep(all.size() - 1)).isEqualTo(all.size() - 1);
      }
    }
    assertThat(all).hasSizeGreaterThan(10_000);
  }

  @Test
  void aContentIsNotItsBeginningNorItsNeighbours() {
    keep(List.of(1L, 2L), 5);
    keep(List.of(3L), 6);

    assertThat(find(List.of(1L))).isEqualTo(-1);
    assertThat(find(List.of(2L, 3L))).isEqualTo(-1);
    assertThat(find(List.of(1L, 2L, 3L))).isEqualTo(-1);
    assertThat(find(List.of())).isEqualTo(-1);
    assertThat(find(List.of(1L, 2L))).isEqualTo(5);
    assertThat(find(List.of(3L))).isEqualTo(6);
  }

  @Test
  void whatWasLookedUpAndNotKeptIsForgotten() {
    find(List.of(1L, 2L));
    keep(List.of(7L), 1);

    assertThat(find(List.of(7L))).isEqualTo(1);
    assertThat(find(List.of(1L, 2L))).isEqualTo(-1);
  }

  @Test
  void beyondAQuarterOfAMillionPartsItBeginsAnew() {
    long[] parts = new long[(1 << 18) + 1];
    List<Long> large = LongStream.of(parts).boxed().toList();
    keep(List.of(9L), 3);
    keep(large, 4);

    assertThat(find(List.of(9L))).as("forgotten").isEqualTo(-1);
    assertThat(known.keep(8)).isEqualTo(8);
    assertThat(find(List.of(9L))).isEqualTo(8);
    assertThat(find(large)).isEqualTo(-1);
  }

  @Test
  void nothingIsLeftWhenItIsCleared() {
    keep(List.of(1L), 1);
    known.clear();

    assertThat(find(List.of(1L))).isEqualTo(-1);
  }

  /// The hash is 64 bits wide with a secret start, so that equal ones can't be made on purpose; of
  /// the half that is compared, some are equal among so many.
  @Test
  void contentsWithEqualHashesAreToldApart() {
    for (long i = 0; i < 200_000; i++) {
      if (find(List.of(i)) != -1) {
        throw new AssertionError("found " + i);
      }
      known.keep((int) i);
    }
    for (long i = 0; i < 200_000; i++) {
      if (find(List.of(i)) != i) {
        throw new AssertionError("lost " + i);
      }
    }
  }

  private void keep(List<Long> content, int number) {
    assertThat(find(content)).isEqualTo(-1);
    known.keep(number);
  }

  private int find(List<Long> content) {
    known.begin();
    content.forEach(known::add);
    return known.find();
  }

  private static int orNone(@Nullable Integer number) {
    return number == null ? -1 : number;
  }
}
