package dev.spoor.api;

import dev.spoor.contract.IngesterOperations;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The `/shutdown` of an ingester: take nothing more, bring everything to the object store, stay
/// readable. The process goes on.
final class Shutdown {

  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

  private static final Duration PAUSE = Duration.ofSeconds(10);

  /// How often the log tells what is left.
  private static final Duration REPORTS = Duration.ofMinutes(1);

  enum State {
    RUNNING,
    FLUSHING,
    DONE
  }

  private final IngesterOperations ingester;
  private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);

  Shutdown(IngesterOperations ingester) {
    this.ingester = ingester;
  }

  State state() {
    return state.get();
  }

  /// What the object store does not have yet, for people; empty when it has everything.
  String notStored() {
    return ingester.notStored().orElse("");
  }

  /// Begins it, once; a second call changes nothing.
  void begin() {
    if (!state.compareAndSet(State.RUNNING, State.FLUSHING)) {
      return;
    }
    log.info("shutdown asked for: the ingester takes no pushes any more and flushes everything");
    ingester.stopTaking("the ingester was shut down by /shutdown");
    Thread.ofVirtual().name("shutdown").start(this::storeAll);
  }

  /// Waits until everything is in the object store.
  boolean await(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (state.get() != State.DONE && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    return state.get() == State.DONE;
  }

  private void storeAll() {
    try {
      while (!isStored()) {
        Thread.sleep(PAUSE);
      }
      state.set(State.DONE);
      log.info("shutdown complete: nothing is left to bring to the object store");
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isStored() throws InterruptedException {
    try {
      boolean all = ingester.storeAll(REPORTS);
      if (!all) {
        log.warn("shutdown goes on, not yet in the object store: {}", notStored());
      }
      return all;
    } catch (RuntimeException | Error failure) { // nobody else would go on
      log.error("storing everything for the shutdown failed, trying again", failure);
      return false;
    }
  }
}
