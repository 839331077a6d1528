package dev.spoor.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StringFilterTest {

  @Test
  void holdsEveryStringAndFewOthers() throws MalformedException {
    ByteStrings strings = new ByteStrings();
    for (int i = 0; i < 20_000; i++) {
      byte[] user = bytes("user-" + i);
      strings.reserve(1, user.length);
      strings.append(user, 0, user.length);
    }
    StringFilter filter = StringFilter.of(strings);
    int wrong = 0;
    for (int i = 0; i < 20_000; i++) {
      assertThat(filter.mayHold(bytes("user-" + i))).isTrue();
      wrong += filter.mayHold(bytes("nobody-" + i)) ? 1 : 0;
    }
    assertThat(wrong).isLessThan(600);
    assertThat(filter.memoryBytes()).isLessThan(26_000);
  }

  @Test
  void ofNoStringsHoldsNothing() {
    StringFilter filter = StringFilter.of(new ByteStrings());
    assertThat(filter.mayHold(bytes(""))).isFalse();
    assertThat(filter.mayHold(bytes("any"))).isFalse();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
