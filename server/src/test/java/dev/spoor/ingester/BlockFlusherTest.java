package dev.spoor.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.ingester.IngesterOnDisk.Setup;
import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.storage.objectstore.FaultyObjectStore;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class BlockFlusherTest {

  @Test
  void anUploadThatTakesLongerThanFlushOpTimeoutIsGivenUpCountedAndTriedAgain() throws Exception {
    FaultyObjectStore store = new FaultyObjectStore(new MemoryObjectStore());
    CountDownLatch stuck = new CountDownLatch(1);
    try (IngesterOnDisk spoor =
        new IngesterOnDisk(
            new SimulatedDisk(), store, Setup.BY_HAND.flushOpTimeout(Duration.ofMillis(20)))) {
      store.interruptibleAt(stuck);
      spoor.push(new TraceId(1, 1), 3);
      spoor.ingester.flush(Optional.empty());
      stuck.await();
      while (spoor.metric("tempo_ingester_failed_flushes_total") == 0) {
        Thread.onSpinWait();
      }
      assertThat(spoor.ingester.blocksToFlush()).isEqualTo(1);

      store.heal();
      assertThat(spoor.ingester.awaitFlushed(Duration.ofMinutes(1))).isTrue();
      assertThat(spoor.metric("tempo_ingester_flush_retries_total")).isPositive();
      assertThat(spoor.metric("tempo_ingester_blocks_flushed_total")).isEqualTo(1);
    }
  }

  @Test
  void whoAsksWhileAnUploadFailsDoesNotWaitForThePause() throws Exception {
    FaultyObjectStore store = new FaultyObjectStore(new MemoryObjectStore());
    CountDownLatch stuck = new CountDownLatch(1);
    Setup setup = Setup.BY_HAND.backoff(Duration.ofDays(1)).flushOpTimeout(Duration.ofMillis(500));
    try (IngesterOnDisk spoor = new IngesterOnDisk(new SimulatedDisk(), store, setup)) {
      store.interruptibleAt(stuck);
      spoor.push(new TraceId(1, 1), 3);
      spoor.ingester.flush(Optional.empty());
      stuck.await();
      store.heal(); // what is stuck stays stuck, until its time is over
      spoor.ingester.flush(Optional.empty());

      assertThat(spoor.ingester.awaitFlushed(Duration.ofMinutes(1))).isTrue();
      assertThat(spoor.metric("tempo_ingester_failed_flushes_total")).isEqualTo(1);
    }
  }
}
