package dev.spoor.storage.columns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Numbers of byte strings.
class ByteDictionaryTest {

  private final ByteDictionary.Builder builder = new ByteDictionary.Builder();

  @Test
  void aViewHasWhatThereWasAndIsNotChangedByWhatComes() {
    int first = builder.intern("first");
    ByteDictionary before = builder.view();
    for (int i = 0; i < 10_000; i++) {
      builder.intern("later " + i);
    }
    ByteDictionary after = builder.view();

    assertThat(before.size()).isEqualTo(2);
    assertThat(before.utf8(first)).isEqualTo("first");
    assertThat(after.size()).isEqualTo(10_002);
    assertThat(after.utf8(first)).isEqualTo("first");
    assertThat(after.utf8(10_001)).isEqualTo("later 9999");
    assertThat(builder.intern("later 7")).isEqualTo(9);
  }

  @Test
  void onlyALaterViewOfTheSameBuilderContinuesAnother() {
    ByteDictionary before = builder.view();
    builder.intern("more");
    ByteDictionary after = builder.view();
    ByteDictionary copy = builder.build();

    assertThat(after.continues(before)).isTrue();
    assertThat(after.continues(after)).isTrue();
    assertThat(before.continues(after)).isFalse();
    assertThat(copy.continues(before)).isFalse();
    assertThat(new ByteDictionary.Builder().view().continues(before)).isFalse();
  }

  @Test
  void manyFewStringsOneAfterTheOtherNeedNoLargeTable() {
    for (int round = 0; round < 100; round++) {
      for (int i = 0; i < 100; i++) {
        builder.intern(i + " in round " + round);
      }
      assertThat(builder.size()).isEqualTo(101);
      builder.clear();
    }

    assertThat(builder.slots()).isEqualTo(new ByteDictionary.Builder().slots());
    assertThat(builder.size()).isEqualTo(1);
  }

  @Test
  void viewsTogetherTakeWhatTheirStringsTake() {
    builder.intern("x".repeat(1000));
    long first = builder.view().memoryBytes();
    builder.intern("y".repeat(3000));
    long second = builder.view().memoryBytes();

    assertThat(first).isBetween(1000L, 1100L);
    assertThat(second).isBetween(3000L, 3100L);
  }
}
