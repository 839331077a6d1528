package dev.spoor.platform.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CpuPoolTest {

  @Test
  void noMoreComputeAtOnceThanThereAreProcessors() throws Exception {
    AtomicInteger computing = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (CpuPool pool = new CpuPool("test", 2, 16)) {
      List<Future<Boolean>> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        all.add(
            pool.submit(() -> {
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

  @Test
  void whoeverWaitsLetsOthersCompute() throws Exception {
    CountDownLatch computed = new CountDownLatch(3);
    try (CpuPool pool = new CpuPool("test", 1, 4)) {
      Future<Boolean> waits = pool.submit(() -> CpuPool.waiting(() -> await(computed)));
      for (int i = 0; i < 3; i++) {
        pool.submit(() -> {
          computed.countDown();
          return true;
        });
      }
      assertThat(waits.get(2, TimeUnit.MINUTES)).isTrue();
    }
  }

  private static void compute(AtomicInteger computing, AtomicInteger most) {
    most.accumulateAndGet(computing.incrementAndGet(), Math::max);
    Thread.onSpinWait();
    computing.decrementAndGet();
  }

  private static boolean await(CountDownLatch latch) throws IOException {
    try {
      return latch.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException stopped) {
      throw new IOException(stopped);
    }
  }
}
