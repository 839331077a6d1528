package dev.spoor.storage.blocklist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.Tenant;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SharedListingsTest {

  private static final Tenant ACME = new Tenant("acme");

  private final SharedListings listings = new SharedListings(Duration.ZERO);
  private final AtomicReference<IOException> failure = new AtomicReference<>();
  private final AtomicInteger listed = new AtomicInteger();

  @Test
  void whoWaitsListsByItselfWhenTheOneWhoListedWasInterrupted() throws Exception {
    CountDownLatch firstBegan = new CountDownLatch(1);
    CountDownLatch firstEnds = new CountDownLatch(1);
    CountDownLatch secondBegan = new CountDownLatch(1);
    Thread first = Thread.ofPlatform().start(() -> list(() -> awaited(firstBegan, firstEnds)));
    firstBegan.await();
    Thread second = waiting(() -> list(() -> awaited(secondBegan, new CountDownLatch(1))));
    Thread third =
        waiting(() -> {
          list(listed::incrementAndGet);
          failure.set(last.get());
        });

    firstEnds.countDown();
    first.join();
    secondBegan.await();
    second.interrupt(); // such as a client that goes away
    second.join();
    third.join();

    assertThat(failure.get()).isNull();
    assertThat(listed.get()).isEqualTo(1);
  }

  @Test
  void whoWaitsSharesTheFailureOfAListingThatBeganAfterItCame() throws Exception {
    CountDownLatch firstBegan = new CountDownLatch(1);
    CountDownLatch firstEnds = new CountDownLatch(1);
    Thread first = Thread.ofPlatform().start(() -> list(() -> awaited(firstBegan, firstEnds)));
    firstBegan.await();
    Thread second =
        waiting(() ->
            list(() -> {
              throw new IOException("bucket unreachable");
            }));
    Thread third =
        waiting(() -> {
          list(listed::incrementAndGet);
          failure.set(last.get());
        });

    firstEnds.countDown();
    first.join();
    second.join();
    third.join();

    assertThat(failure.get()).hasMessage("bucket unreachable");
    assertThat(listed.get()).isZero();
  }

  /// What became of the call, of the thread that made it.
  private final ThreadLocal<IOException> last = new ThreadLocal<>();

  private void list(SharedListings.Listing listing) {
    try {
      listings.await(ACME, () -> false, listing);
    } catch (IOException failed) {
      last.set(failed);
    }
  }

  private static Thread waiting(Runnable task) {
    Thread thread = Thread.ofPlatform().start(task);
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return thread;
  }

  private static void awaited(CountDownLatch began, CountDownLatch ends) throws IOException {
    began.countDown();
    try {
      ends.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException(stopped);
    }
  }
}
