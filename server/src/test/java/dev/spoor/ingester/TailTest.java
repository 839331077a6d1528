package dev.spoor.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;

class TailTest {

  private final Tail tail = new Tail();

  @Test
  void pushesStayUntilTheyAreRemoved() {
    Logged first = logged(1, "one");
    Logged second = logged(2, "two");
    tail.add(first);
    tail.add(second);
    List<Logged> seen = tail.all();
    Logged third = logged(3, "three");
    tail.add(third);

    assertThat(seen).containsExactly(first, second);
    assertThat(tail.all()).containsExactly(first, second, third);
    tail.removeOldest(2);
    assertThat(tail.all()).containsExactly(third);
    assertThat(tail.firstSequence()).isEqualTo(3);
    tail.removeOldest(1);
    assertThat(tail.isEmpty()).isTrue();
    assertThat(tail.firstSequence()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void isRipeByWhatIsLeftInIt() {
    tail.add(logged(1, "0123456789"));
    assertThat(tail.isRipe(0, 10, 1_000)).isTrue();
    tail.removeOldest(1);
    tail.add(logged(2, "012"));

    assertThat(tail.isRipe(0, 10, 1_000)).isFalse();
    assertThat(tail.isRipe(1_000, 10, 1_000)).isTrue();
  }

  private static Logged logged(long sequence, String body) {
    return new Logged(sequence, Bytes.utf8(body), 0, 3);
  }
}
