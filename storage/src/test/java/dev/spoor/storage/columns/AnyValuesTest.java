package dev.spoor.storage.columns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.traceql.Value;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnyValuesTest {

  @Test
  void arraysOfOneTypeAreArraysAndOneElementIsItself() {
    assertThat(read(AnyValueBytes.array(List.of(AnyValueBytes.string("a"), text("ä")))))
        .isEqualTo(new Value.Array(List.of(new Value.Str("a"), new Value.Str("ä"))));
    assertThat(read(AnyValueBytes.array(List.of(number(1), number(-1)))))
        .isEqualTo(new Value.Array(List.of(new Value.Int(1), new Value.Int(-1))));
    assertThat(read(AnyValueBytes.array(List.of(AnyValueBytes.decimal(1.5)))))
        .isEqualTo(new Value.Float(1.5));
    assertThat(read(AnyValueBytes.array(List.of(AnyValueBytes.bool(true)))))
        .isEqualTo(new Value.Bool(true));
  }

  @Test
  void everythingElseIsThereWithoutAValue() {
    assertThat(read(new byte[0])).isEqualTo(Value.OPAQUE);
    assertThat(read(AnyValueBytes.bytes(new byte[] {1}))).isEqualTo(Value.OPAQUE);
    assertThat(read(AnyValueBytes.map("k", number(1)))).isEqualTo(Value.OPAQUE);
    assertThat(read(AnyValueBytes.array(List.of()))).isEqualTo(Value.OPAQUE);
    assertThat(read(AnyValueBytes.array(List.of(number(1), text("1"))))).isEqualTo(Value.OPAQUE);
    assertThat(read(AnyValueBytes.array(List.of(AnyValueBytes.array(List.of(number(1)))))))
        .isEqualTo(Value.OPAQUE);
    assertThat(read(AnyValueBytes.array(List.of(new byte[0])))).isEqualTo(Value.OPAQUE);
  }

  @Test
  void whateverBytesComeThereIsAValue() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      if (bytes.length > 1 && random.nextBoolean()) {
        bytes[0] = (byte) (5 << 3 | 2);
        bytes[1] = (byte) (bytes.length - 2);
      }
      assertThat(read(bytes)).as("seed %d", seed).isNotNull();
    }
  }

  private static byte[] text(String text) {
    return AnyValueBytes.string(text);
  }

  private static byte[] number(long number) {
    return AnyValueBytes.integer(number);
  }

  private static Value read(byte[] message) {
    ByteDictionary.Builder strings = new ByteDictionary.Builder();
    strings.intern("before");
    int id = strings.intern(message, 0, message.length);
    strings.intern("after");
    return AnyValues.read(strings.build(), id);
  }
}
