package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.storage.columns.ConditionTest;
import dev.spoor.storage.parquet.PageBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NumberPlacesTest {

  private static final long SEED = 20261122;

  /// A span of a row has a number.
  private record Placed(long row, int span, long number) {}

  @Test
  void tellsAllPlacesOfNumbersThatSatisfyAComparison() {
    Random random = new Random(SEED);
    List<Placed> all = random(random, 2000, 120);
    NumberPlaces places = places(all, 2000);
    for (int i = 0; i < 50; i++) {
      long min = random.nextInt(130) - 5;
      long max = min + random.nextInt(20);
      NumberPlaces.Found found = places.satisfying(ConditionTest.Numbers.between(min, max));
      assertThat(list(Objects.requireNonNull(found)))
          .as("seed %d: %d to %d", SEED, min, max)
          .isEqualTo(
              all.stream().filter(placed -> placed.number >= min && placed.number <= max).toList());
    }
  }

  @Test
  void tellsNothingOfNumbersThatManySpansHave() {
    List<Placed> all = new ArrayList<>();
    for (int row = 0; row < 3000; row++) {
      all.add(new Placed(row, row % 7, row % 100 == 0 ? 503 : 200));
    }
    NumberPlaces places = places(all, 3000);
    assertThat(places.satisfying(ConditionTest.Numbers.between(200, 599))).isNull();
    NumberPlaces.Found failed = places.satisfying(ConditionTest.Numbers.between(500, 599));
    assertThat(list(Objects.requireNonNull(failed))).hasSize(30);
    NumberPlaces.Found none = places.satisfying(ConditionTest.Numbers.between(300, 399));
    assertThat(list(Objects.requireNonNull(none))).isEmpty();
  }

  @Test
  void isLeftOutOfAnAttributeWithManyNumbers() {
    NumberPlacesBuilder builder = new NumberPlacesBuilder();
    for (int number = 0; number < NumberPlaces.MOST_NUMBERS; number++) {
      builder.add(number, number, 0);
    }
    assertThat(builder.section(100_000)).isNotNull();
    builder.add(-1, 1000, 0);
    assertThat(builder.section(100_000)).isNull();
  }

  @Test
  void theRowsAreThoseOfThePlaces() {
    List<Placed> all = List.of(new Placed(3, 1, 500), new Placed(3, 2, 500), new Placed(4, 0, 500));
    NumberPlaces.Found found =
        Objects.requireNonNull(
            places(all, 1000).satisfying(ConditionTest.Numbers.between(500, 500)));
    assertThat(found.rows().ranges()).isEqualTo(1);
    assertThat(found.rows().from(0)).isEqualTo(3);
    assertThat(found.rows().to(0)).isEqualTo(5);
    assertThat(found.firstIn(4)).isEqualTo(2);
  }

  private static List<Placed> random(Random random, int rows, int numbers) {
    List<Placed> all = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      for (int span = 0; span < 200; span += 1 + random.nextInt(300)) {
        all.add(new Placed(row, span, random.nextInt(numbers)));
      }
    }
    return all;
  }

  private static NumberPlaces places(List<Placed> all, long spans) {
    NumberPlacesBuilder builder = new NumberPlacesBuilder();
    for (Placed placed : all) {
      builder.add(placed.number, placed.row, placed.span);
    }
    PageBytes section = Objects.requireNonNull(builder.section(spans));
    return Objects.requireNonNull(NumberPlaces.of(section.toArray()));
  }

  private static List<Placed> list(NumberPlaces.Found found) {
    List<Placed> list = new ArrayList<>();
    for (int at = 0; at < found.count(); at++) {
      list.add(new Placed(found.row(at), found.span(at), found.number(at)));
    }
    return list;
  }
}
