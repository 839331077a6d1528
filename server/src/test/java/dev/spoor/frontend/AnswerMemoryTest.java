package dev.spoor.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class AnswerMemoryTest {

  private static final long MB = 1 << 20;

  private static final List<String> A = List.of("a");
  private static final List<String> B = List.of("b");

  private final AnswerMemory memory = new AnswerMemory(100 * MB, true);

  @Test
  void oneAnswerMayBeLargerThanAllThereIs() throws Exception {
    AnswerMemory.Turn large = memory.take(A, 500 * MB);

    assertThat(memory.takenBytes()).isEqualTo(500 * MB);
    large.shrinkTo(0);
    assertThat(memory.takenBytes()).isZero();
  }

  @Test
  void theSecondAnswerOfATenantWaitsForTheFirst() throws Exception {
    AnswerMemory.Turn first = memory.take(A, 40 * MB);
    FutureTask<AnswerMemory.Turn> second = started(A, 40 * MB);

    assertWaits(second);
    first.shrinkTo(5 * MB);

    second.get().shrinkTo(0);
    assertThat(memory.takenBytes()).isEqualTo(5 * MB);
  }

  @Test
  void nobodyWaitsForTheSlowReadersOfAnotherTenant() throws Exception {
    memory.take(A, 60 * MB);
    FutureTask<AnswerMemory.Turn> more = started(A, 60 * MB);
    assertWaits(more);

    AnswerMemory.Turn other = memory.take(B, 60 * MB);

    assertThat(memory.takenBytes()).isEqualTo(120 * MB);
    assertThat(more.isDone()).isFalse();
    other.shrinkTo(0);
  }

  @Test
  void allTogetherAreOverTheLimitByOneAnswerAtMost() throws Exception {
    AnswerMemory.Turn first = memory.take(A, 60 * MB);
    memory.take(B, 60 * MB);
    FutureTask<AnswerMemory.Turn> third = started(List.of("c"), 10 * MB);
    assertWaits(third);

    first.shrinkTo(0);

    third.get();
    assertThat(memory.takenBytes()).isEqualTo(70 * MB);
  }

  @Test
  void answersOfOneTenantComeInTheOrderInWhichTheyWereAskedFor() throws Exception {
    AnswerMemory.Turn first = memory.take(A, 45 * MB);
    FutureTask<AnswerMemory.Turn> large = started(A, 45 * MB);
    assertWaits(large);
    FutureTask<AnswerMemory.Turn> small = started(A, 2 * MB);
    assertWaits(small);

    first.shrinkTo(0);

    large.get();
    small.get();
  }

  @Test
  void anAnswerOverSeveralTenantsCountsForEachOfThem() throws Exception {
    memory.take(List.of("a", "b"), 40 * MB);

    assertWaits(started(A, 40 * MB));
    assertWaits(started(B, 40 * MB));
  }

  @Test
  void whoNoLongerWantsAnAnswerLeavesTheQueue() throws Exception {
    AnswerMemory.Turn first = memory.take(A, 50 * MB);
    Thread gone =
        Thread.ofVirtual()
            .start(() ->
                assertThatThrownBy(() -> memory.take(A, 50 * MB))
                    .isInstanceOf(InterruptedException.class));
    gone.interrupt();
    gone.join();

    first.shrinkTo(0);

    memory.take(A, 50 * MB).shrinkTo(0);
    assertThat(memory.takenBytes()).isZero();
  }

  @Test
  void smallAnswersAreNotCounted() throws Exception {
    memory.take(A, MB - 1);

    assertThat(memory.takenBytes()).isZero();
  }

  private FutureTask<AnswerMemory.Turn> started(List<String> tenants, long bytes)
      throws InterruptedException {
    CountDownLatch runs = new CountDownLatch(1);
    FutureTask<AnswerMemory.Turn> task =
        new FutureTask<>(() -> {
          runs.countDown();
          return memory.take(tenants, bytes);
        });
    Thread.ofVirtual().start(task);
    runs.await();
    return task;
  }

  private static void assertWaits(FutureTask<?> task) {
    assertThatThrownBy(() -> task.get(50, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class)
        .isNotInstanceOf(ExecutionException.class);
  }
}
