package dev.spoor.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/// What is done eight levels at a time comes out as one by one.
class LevelsTest {

  private static final long SEED = 20261122;
  private static final int ROUNDS = 2000;

  private final Random random = new Random(SEED);

  @Test
  void countsAndFindsPlaces() {
    for (int round = 0; round < ROUNDS; round++) {
      byte[] reps = levels();
      byte[] defs = levels(reps.length);
      int from = random.nextInt(reps.length + 1);
      int to = random.nextInt(from, reps.length + 1);
      int level = random.nextInt(6);
      int definition = random.nextInt(6);
      int before = random.nextInt(12);
      IntPredicate same = i -> reps[i] == level;
      IntPredicate upTo = i -> reps[i] <= level;
      IntPredicate owner = i -> reps[i] <= level && defs[i] >= definition;
      String name = "seed %d, round %d".formatted(SEED, round);
      assertThat(Levels.count(reps, from, to, level)).as(name).isEqualTo(count(from, to, same));
      assertThat(Levels.countUpTo(reps, from, to, level)).as(name).isEqualTo(count(from, to, upTo));
      assertThat(Levels.countOwners(reps, defs, from, to, level, definition))
          .as(name)
          .isEqualTo(count(from, to, owner));
      assertThat(Levels.place(reps, from, to, level, before))
          .as(name)
          .isEqualTo(place(from, to, before, same));
      assertThat(Levels.placeUpTo(reps, from, to, level, before))
          .as(name)
          .isEqualTo(place(from, to, before, upTo));
      assertThat(Levels.placeOfOwner(reps, defs, from, to, level, definition, before))
          .as(name)
          .isEqualTo(place(from, to, before, owner));
    }
  }

  private byte[] levels() {
    return levels(random.nextInt(80));
  }

  /// Mostly small ones, as they are; now and then the largest that there can be.
  private byte[] levels(int length) {
    byte[] levels = new byte[length];
    for (int i = 0; i < length; i++) {
      levels[i] = (byte) (random.nextInt(20) == 0 ? 127 : random.nextInt(6));
    }
    return levels;
  }

  private static int count(int from, int to, IntPredicate counts) {
    int count = 0;
    for (int i = from; i < to; i++) {
      count += counts.test(i) ? 1 : 0;
    }
    return count;
  }

  private static int place(int from, int to, int before, IntPredicate counts) {
    int left = before;
    for (int i = from; i < to; i++) {
      if (counts.test(i) && left-- == 0) {
        return i;
      }
    }
    return to;
  }
}
