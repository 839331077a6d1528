package dev.spoor.platform.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CpuPoolTest {

  private final List<String> order = Collections.synchronizedList(new ArrayList<>());
  private final Watcher watcher = new Watcher();
  private final CpuPool pool = new CpuPool("test", 1, 1, 4, watcher);

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void whoComesWithOnePieceWaitsForOneStepOfTheOthersOnly() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Semaphore steps = new Semaphore(0);
    AtomicInteger done = new AtomicInteger();
    pool.start();
    Future<?> first = pool.submitSteps("greedy", () -> step(begun, steps, done, "greedy 1", 50));
    Future<?> second = pool.submitSteps("greedy", () -> step(begun, steps, done, "greedy 2", 100));
    begun.await();

    Future<?> modest = pool.submit("modest", () -> order.add("modest"));
    steps.release(1_000);

    modest.get(1, TimeUnit.MINUTES);
    first.get(1, TimeUnit.MINUTES);
    second.get(1, TimeUnit.MINUTES);
    assertThat(order.indexOf("modest")).isEqualTo(1);
  }

  @Test
  void stepsOfSeveralOwnersTakeTurns() throws Exception {
    AtomicInteger ofA = new AtomicInteger();
    AtomicInteger ofB = new AtomicInteger();
    Future<?> a = pool.submitSteps("a", () -> order.add("a") && ofA.incrementAndGet() < 3);
    Future<?> b = pool.submitSteps("b", () -> order.add("b") && ofB.incrementAndGet() < 3);
    pool.start();

    a.get(1, TimeUnit.MINUTES);
    b.get(1, TimeUnit.MINUTES);
    assertThat(order).hasSize(6);
    for (int i = 1; i < 6; i++) {
      assertThat(order.get(i)).isNotEqualTo(order.get(i - 1));
    }
  }

  @Test
  void howMuchWaitsIsThatOfTheOwnerWithMost() throws Exception {
    List<Future<?>> all =
        List.of(
            pool.submit("a", () -> order.add("a")),
            pool.submit("b", () -> order.add("b")),
            pool.submit("b", () -> order.add("b")));
    assertThat(pool.longestQueue()).isEqualTo(2);
    assertThat(pool.mostWaiting()).isEqualTo(4);
    assertThat(pool.threadsAlive()).isZero();

    pool.start();
    assertThat(pool.threadsAlive()).isEqualTo(1);
    for (Future<?> each : all) {
      each.get(1, TimeUnit.MINUTES);
    }
    assertThat(pool.longestQueue()).isZero();
  }

  @Test
  void theWorkOfOneOwnerIsDoneInItsOrder() throws Exception {
    AtomicInteger left = new AtomicInteger(3);
    Future<?> first = pool.submitSteps("a", () -> order.add("first") && left.decrementAndGet() > 0);
    Future<?> second = pool.submit("a", () -> order.add("second"));
    pool.start();

    first.get(1, TimeUnit.MINUTES);
    second.get(1, TimeUnit.MINUTES);
    assertThat(order).containsExactly("first", "first", "first", "second");
  }

  @Test
  void aProcessorGoesToWhoeverHasNone() throws Exception {
    try (CpuPool wide = new CpuPool("wide", 1, 3, 100, CpuPool.Observer.NONE)) {
      CountDownLatch bothOfAWait = new CountDownLatch(2);
      CountDownLatch go = new CountDownLatch(1);
      wide.start();
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        all.add(
            wide.submit(
                "a",
                () -> {
                  CpuPool.waiting(() -> {
                    bothOfAWait.countDown();
                    return awaited(go);
                  });
                  return order.add("a");
                }));
      }
      bothOfAWait.await();
      all.add(wide.submit("b", () -> order.add("b")));

      all.getLast().get(1, TimeUnit.MINUTES);
      assertThat(order).containsExactly("b");
      go.countDown();
      for (Future<?> each : all) {
        each.get(1, TimeUnit.MINUTES);
      }
      assertThat(order).containsExactly("b", "a", "a");
    }
  }

  @Test
  void whoeverHasTooMuchWaitingIsRefusedAndNobodyElse() {
    for (int i = 0; i < 4; i++) {
      pool.submit("greedy", () -> true);
    }

    assertThatThrownBy(() -> pool.submit("greedy", () -> true))
        .isInstanceOfSatisfying(
            ServiceException.class,
            refusal -> assertThat(refusal.kind()).isEqualTo(ErrorKind.RESOURCE_EXHAUSTED))
        .hasMessage("job queue full");
    assertThat(pool.submit("modest", () -> true)).isNotNull();
    assertThat(watcher.refused).containsExactly("greedy");
  }

  @Test
  void whatIsGivenUpDoesNotWaitAnyMore() {
    List<Future<Boolean>> given = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      given.add(pool.submit("a", () -> true));
    }

    given.forEach(future -> future.cancel(true));

    assertThat(watcher.waiting).isZero();
    assertThat(pool.submit("a", () -> true).isCancelled()).isFalse();
  }

  @Test
  void anInterruptOfOneWorkDoesNotReachTheNext() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Future<Boolean> stuck =
        pool.submit(
            "a",
            () -> {
              begun.countDown();
              return new CountDownLatch(1).await(1, TimeUnit.HOURS);
            });
    pool.start();
    begun.await();
    stuck.cancel(true);

    Future<Boolean> next = pool.submit("a", () -> Thread.currentThread().isInterrupted());

    assertThat(next.get(1, TimeUnit.MINUTES)).isFalse();
  }

  @Test
  void aStepThatFailsEndsItsWork() {
    Future<?> failing =
        pool.submitSteps(
            "a",
            () -> {
              throw new IllegalStateException("no");
            });
    pool.start();

    assertThatThrownBy(() -> failing.get(1, TimeUnit.MINUTES))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("no");
  }

  @Test
  void closingGivesUpWhatWaits() {
    Future<Boolean> waiting = pool.submit("a", () -> true);

    pool.close();

    assertThatThrownBy(waiting::get).isInstanceOf(CancellationException.class);
    assertThatThrownBy(() -> pool.submit("a", () -> true)).isInstanceOf(ServiceException.class);
  }

  @Test
  void noMoreComputeAtOnceThanThereAreProcessors() throws Exception {
    AtomicInteger computing = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (CpuPool wide = new CpuPool("wide", 2, 16, 1_000, CpuPool.Observer.NONE)) {
      wide.start();
      List<Future<Boolean>> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        all.add(
            wide.submit(
                "a",
                () -> {
                  compute(computing, most);
                  CpuPool.waiting(() -> true);
                  compute(computing, most);
                  return true;
                }));
      }
      for (Future<Boolean> one : all) {
        assertThat(one.get(1, TimeUnit.MINUTES)).isTrue();
      }
    }
    assertThat(most.get()).isBetween(1, 2);
  }

  private static void compute(AtomicInteger computing, AtomicInteger most) {
    most.accumulateAndGet(computing.incrementAndGet(), Math::max);
    Thread.onSpinWait();
    computing.decrementAndGet();
  }

  private static boolean awaited(CountDownLatch latch) {
    try {
      return latch.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  private boolean step(
      CountDownLatch begun, Semaphore steps, AtomicInteger done, String name, int upTo)
      throws InterruptedException {
    begun.countDown();
    steps.acquire();
    order.add(name);
    return done.incrementAndGet() < upTo;
  }

  private static final class Watcher implements CpuPool.Observer {

    private final List<String> refused = new ArrayList<>();
    private volatile int waiting;

    @Override
    public void waiting(String owner, int jobs) {
      waiting = jobs;
    }

    @Override
    public void waited(long nanos) {
      assertThat(nanos).isNotNegative();
    }

    @Override
    public void refused(String owner) {
      refused.add(owner);
    }
  }
}
