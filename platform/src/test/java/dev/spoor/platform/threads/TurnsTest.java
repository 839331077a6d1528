package dev.spoor.platform.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {

  private final Turns turns = new Turns(1);
  private final List<String> order = Collections.synchronizedList(new ArrayList<>());

  @Test
  void whoHasNoneComesBeforeWhoWasServedBefore() throws Exception {
    turns.take("greedy");
    List<Thread> waiting =
        List.of(waiting("greedy"), waiting("greedy"), waiting("greedy"), waiting("modest"));
    turns.giveBack("greedy");
    for (Thread thread : waiting) {
      thread.join();
    }

    assertThat(order).startsWith("modest").hasSize(4);
  }

  @Test
  void whoIsInterruptedLeavesItsPlace() throws Exception {
    turns.take("a");
    Thread given = waiting("b");
    given.interrupt();
    given.join();
    assertThat(order).isEmpty();

    turns.giveBack("a");
    turns.take("c");
    turns.giveBack("c");
    assertThatThrownBy(() -> turns.giveBack("c")).isInstanceOf(IllegalStateException.class);
  }

  /// A thread that waits for a right, and gives it back at once.
  private Thread waiting(String owner) throws InterruptedException {
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                turns.take(owner);
                order.add(owner);
                turns.giveBack(owner);
              } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
              }
            });
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return thread;
  }
}
