package dev.spoor.storage.head;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.storage.columns.ByteDictionary;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StripeFiltersTest {

  @Test
  void nothingIsLackingBeforeTheStringsWereRead() {
    StripeFilters filters = new StripeFilters(2);
    assertThat(filters.surelyLacks(0, bytes("user-1"))).isFalse();

    filters.keep(0, dictionary("user-1", "user-2"));

    assertThat(filters.surelyLacks(0, bytes("user-1"))).isFalse();
    assertThat(filters.surelyLacks(0, bytes("user-2"))).isFalse();
    assertThat(filters.surelyLacks(0, bytes("somebody else"))).isTrue();
    assertThat(filters.surelyLacks(1, bytes("somebody else"))).isFalse();
  }

  @Test
  void whatIsKeptAfterTheEndTakesNoRoom() {
    for (int i = 0; i < 10_000; i++) {
      StripeFilters filters = new StripeFilters(1);
      filters.close();
      filters.keep(0, dictionary("a", "b", "c".repeat(10_000)));
    }
    StripeFilters filters = new StripeFilters(1);
    filters.keep(0, dictionary("a"));
    assertThat(filters.surelyLacks(0, bytes("nobody"))).isTrue();
    filters.close();
  }

  private static ByteDictionary dictionary(String... texts) {
    ByteDictionary.Builder builder = new ByteDictionary.Builder();
    for (String text : texts) {
      byte[] bytes = bytes(text);
      builder.intern(bytes, 0, bytes.length);
    }
    return builder.build();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
