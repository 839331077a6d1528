package dev.spoor.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.contract.PushOutcome;
import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.platform.disk.SimulatedDisk.Fault;
import dev.spoor.platform.disk.SimulatedDisk.Kind;
import dev.spoor.platform.disk.SimulatedDisk.Operation;
import dev.spoor.storage.objectstore.FaultyObjectStore;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import dev.spoor.wire.otlp.OtlpDecoder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// The end of an ingester: it says that all is stored when it is, and not before.
class StoreAllTest {

  private static final TraceId ID = new TraceId(1, 1);
  private static final Duration AT_ONCE = Duration.ZERO;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final FaultyObjectStore store = new FaultyObjectStore(new MemoryObjectStore());

  @Test
  void aPushThatWasLetInBeforeIsWaitedForAndStored() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch syncing = new CountDownLatch(1);
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      holdNextSyncOfTheLog(syncing, go);
      CompletableFuture<PushOutcome> push =
          spoor.ingester.push(
              IngesterOnDisk.TENANT, OtlpDecoder.decode(IngesterOnDisk.export(ID, 3)));
      syncing.await();
      Thread stopping = Thread.ofVirtual().start(() -> spoor.ingester.stopTaking("for a test"));

      boolean storedEarly = spoor.ingester.storeAll(AT_ONCE);
      Optional<String> notStored = spoor.ingester.notStored();
      go.countDown();
      stopping.join();

      assertThat(storedEarly).isFalse();
      assertThat(notStored).contains("1 pushes are under way");
      assertThat(push.get()).isInstanceOf(PushOutcome.Stored.class);
      assertThat(spoor.ingester.storeAll(PATIENCE)).isTrue();
      assertThat(spoor.ingester.notStored()).isEmpty();
      assertThat(storedBlocks()).isEqualTo(1);
      assertThat(spoor.spansOf(ID)).isEqualTo(3);
      assertThat(
              spoor
                  .ingester
                  .push(IngesterOnDisk.TENANT, OtlpDecoder.decode(IngesterOnDisk.export(ID, 3)))
                  .get())
          .isInstanceOf(PushOutcome.Refused.class);
    }
  }

  @Test
  void whatCannotBeCutOrUploadedIsSaidAndTriedAgain() throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      spoor.push(ID, 3);
      spoor.ingester.stopTaking("for a test");
      disk.failWhen(operation -> isOfHead(operation), Fault.EIO);
      assertThat(spoor.ingester.storeAll(AT_ONCE)).isFalse();
      assertThat(spoor.ingester.notStored()).contains("spans of 1 tenants are in no block");
      assertThat(spoor.metric("tempo_ingester_failed_flushes_total")).isPositive();

      disk.heal();
      store.failWhen(call -> call.operation().equals("put"));
      assertThat(spoor.ingester.storeAll(AT_ONCE)).isFalse();
      assertThat(spoor.ingester.notStored()).contains("1 blocks wait");

      store.heal();
      assertThat(spoor.ingester.storeAll(PATIENCE)).isTrue();
      assertThat(storedBlocks()).isEqualTo(1);
    }
  }

  @Test
  void whatAStartDidNotReadOfTheLogIsNotCalledStored() throws Exception {
    disk.failWhen(operation -> isOfHead(operation), Fault.EIO);
    try (IngesterOnDisk first = new IngesterOnDisk(disk, store)) {
      first.push(ID, 3);
    }
    disk.heal();
    try (IngesterOnDisk second = IngesterOnDisk.withoutRecovery(disk, store)) {
      second.ingester.stopTaking("for a test");
      assertThat(second.ingester.storeAll(PATIENCE)).isFalse();
      assertThat(second.ingester.notStored())
          .hasValueSatisfying(left -> assertThat(left).contains("unread/"));
    }
  }

  private static boolean isOfHead(Operation operation) {
    return operation.path().startsWith(IngesterOnDisk.FOLDER.resolve("head"));
  }

  private void holdNextSyncOfTheLog(CountDownLatch reached, CountDownLatch go) {
    AtomicBoolean armed = new AtomicBoolean(true);
    disk.observe(operation -> {
      if (operation.kind() == Kind.SYNC && armed.compareAndSet(true, false)) {
        reached.countDown();
        try {
          go.await();
        } catch (InterruptedException stopped) {
          Thread.currentThread().interrupt();
        }
      }
    });
  }

  private long storedBlocks() {
    return store.keysOf("put").stream()
        .filter(key -> key.endsWith("/meta.json"))
        .distinct()
        .count();
  }
}
