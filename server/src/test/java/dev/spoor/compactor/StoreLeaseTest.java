package dev.spoor.compactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.compactor.Lease.LeaseLostException;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.storage.objectstore.FaultyObjectStore;
import dev.spoor.storage.objectstore.LocalObjectStore;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import dev.spoor.storage.objectstore.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreLeaseTest {

  private static final Duration TTL = Duration.ofSeconds(60);

  private final FaultyObjectStore store = new FaultyObjectStore(new MemoryObjectStore());
  private final AtomicLong nanos = new AtomicLong(-5);

  @Test
  void theFirstToComeHasIt() throws Exception {
    StoreLease first = lease(store, "first");
    StoreLease second = lease(store, "second");

    assertThat(first.refresh()).isTrue();
    assertThat(second.refresh()).isFalse();
    assertThat(first.isHeld()).isTrue();
    assertThat(second.isHeld()).isFalse();
    first.confirm();
  }

  @Test
  void whoRenewsKeepsIt() throws Exception {
    StoreLease first = lease(store, "first");
    StoreLease second = lease(store, "second");
    first.refresh();
    for (int i = 0; i < 20; i++) {
      pass(15);
      assertThat(first.refresh()).isTrue();
      assertThat(second.refresh()).isFalse();
    }
  }

  @Test
  void whoIsSilentStopsBelievingBeforeAnotherTakesOver() throws Exception {
    StoreLease first = lease(store, "first");
    StoreLease second = lease(store, "second");
    first.refresh();
    second.refresh();
    int silent = 0;
    while (!second.refresh()) {
      pass(1);
      silent++;
      assertThat(first.isHeld()).isEqualTo(silent < 40);
    }
    assertThat(silent).isEqualTo(60);

    assertThatThrownBy(first::confirm).isInstanceOf(LeaseLostException.class);
    assertThat(first.refresh()).isFalse();
    second.confirm();
  }

  /// A process that stood still, in a long collection say, finds out before it changes anything.
  @Test
  void whoWasAsleepFindsOutThatItIsLost() throws Exception {
    AtomicLong slow = new AtomicLong();
    StoreLease sleeper = new StoreLease(store, "sleeper", TTL, slow::get, InstantSource.system());
    StoreLease second = lease(store, "second");
    sleeper.refresh();
    second.refresh();
    pass(61);
    assertThat(second.refresh()).isTrue();

    assertThat(sleeper.isHeld()).isTrue();
    assertThatThrownBy(sleeper::confirm)
        .isInstanceOf(LeaseLostException.class)
        .hasMessageContaining("second");
    assertThat(sleeper.isHeld()).isFalse();
  }

  @Test
  void whoGivesItBackKeepsNobodyWaiting() throws Exception {
    StoreLease first = lease(store, "first");
    StoreLease second = lease(store, "second");
    first.refresh();
    first.release();

    assertThat(first.isHeld()).isFalse();
    assertThat(second.refresh()).isTrue();
  }

  @Test
  void theSameProcessHasItAgainAfterARestart() throws Exception {
    lease(store, "first").refresh();

    assertThat(lease(store, "first").refresh()).isTrue();
  }

  /// Two processes of one owner, as with a copied log folder: the later one has it, the other
  /// waits.
  @Test
  void ofTwoCopiesOfAProcessOneHasIt() throws Exception {
    StoreLease original = lease(store, "same");
    original.refresh();
    StoreLease copy = lease(store, "same");
    assertThat(copy.refresh()).isTrue();

    assertThatThrownBy(original::confirm).isInstanceOf(LeaseLostException.class);
    for (int i = 0; i < 20; i++) {
      assertThat(original.refresh()).isFalse();
      assertThat(original.isHeld()).isFalse();
      assertThat(copy.refresh()).isTrue();
      copy.confirm();
      pass(15);
    }
  }

  @Test
  void theTermTellsThatItWasLostForAWhile() throws Exception {
    StoreLease first = lease(store, "first");
    first.refresh();
    long term = first.term();
    pass(15);
    first.refresh();
    first.confirm(term);

    StoreLease second = lease(store, "second");
    store.delete(StoreLease.KEY);
    second.refresh();
    assertThat(first.refresh()).isFalse();
    second.release();
    assertThat(first.refresh()).isTrue();
    first.confirm();
    assertThatThrownBy(() -> first.confirm(term)).isInstanceOf(LeaseLostException.class);
  }

  @Test
  void aWriteWhoseAnswerWasLostIsFoundDone() throws Exception {
    StoreLease first = lease(store, "first");
    first.refresh();
    store.failAfter(call -> call.operation().equals("putIfMatch"));
    assertThatThrownBy(first::refresh).isInstanceOf(IOException.class);
    assertThat(first.isHeld()).isTrue();
    store.heal();
    first.confirm();

    assertThat(first.refresh()).isTrue();
    first.confirm();
  }

  @Test
  void theTimeOfAWriteWhoseAnswerWasLostCountsFromThatWrite() throws Exception {
    StoreLease first = lease(store, "first");
    first.refresh();
    pass(10);
    store.failAfter(call -> call.operation().equals("putIfMatch"));
    assertThatThrownBy(first::refresh).isInstanceOf(IOException.class);
    store.heal();
    pass(10);
    assertThat(first.refresh()).isTrue();

    pass(29);
    assertThat(first.isHeld()).isTrue();
    pass(1);
    assertThat(first.isHeld()).isFalse();
  }

  @Test
  void whileTheStoreIsDownItIsHeldUntilItsTimeIsOver() throws Exception {
    StoreLease first = lease(store, "first");
    first.refresh();
    store.failWhen(call -> true);
    pass(39);
    assertThatThrownBy(first::refresh).isInstanceOf(IOException.class);
    assertThat(first.isHeld()).isTrue();
    pass(1);
    assertThat(first.isHeld()).isFalse();
  }

  @Test
  void itWorksInAFolder(@TempDir Path folder) throws Exception {
    StoreLease first = lease(new LocalObjectStore(new RealDisk(), folder), "first");
    StoreLease second = lease(new LocalObjectStore(new RealDisk(), folder), "second");

    assertThat(first.refresh()).isTrue();
    assertThat(second.refresh()).isFalse();
    pass(59);
    assertThat(second.refresh()).isFalse();
    pass(2);
    assertThat(second.refresh()).isTrue();
    assertThatThrownBy(first::confirm).isInstanceOf(LeaseLostException.class);
  }

  private StoreLease lease(ObjectStore in, String owner) {
    return new StoreLease(in, owner, TTL, nanos::get, InstantSource.system());
  }

  private void pass(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }
}
