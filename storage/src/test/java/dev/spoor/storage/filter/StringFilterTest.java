package dev.spoor.storage.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StringFilterTest {

  @Test
  void holdsEveryStringAndFewOthers() {
    StringFilter.Builder builder = new StringFilter.Builder(20_000);
    for (int i = 0; i < 20_000; i++) {
      byte[] user = bytes("user-" + i);
      builder.add(user, 0, user.length);
    }
    StringFilter filter = builder.build();
    int wrong = 0;
    for (int i = 0; i < 20_000; i++) {
      assertThat(filter.mayHold(bytes("user-" + i))).isTrue();
      wrong += filter.mayHold(bytes("nobody-" + i)) ? 1 : 0;
    }
    assertThat(wrong).isLessThan(600);
    assertThat(filter.memoryBytes()).isEqualTo(StringFilter.memoryBytes(20_000)).isLessThan(26_000);
  }

  @Test
  void ofNoStringsHoldsNothing() {
    StringFilter filter = new StringFilter.Builder(0).build();
    assertThat(filter.mayHold(bytes(""))).isFalse();
    assertThat(filter.mayHold(bytes("any"))).isFalse();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
