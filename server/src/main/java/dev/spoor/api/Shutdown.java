package dev.spoor.api;

import dev.spoor.contract.IngesterOperations;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The `/shutdown` of an ingester: take nothing more, bring everything to the object store, stay
/// readable. The process goes on.
final class Shutdown {

  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

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

  /// Begins it, once; a second call changes nothing.
  void begin() {
    if (!state.compareAndSet(State.RUNNING, State.FLUSHING)) {
      return;
    }
    log.info("shutdown asked for: the ingester takes no pushes any more and flushes everything");
    ingester.stopTaking("the ingester was shut down by /shutdown");
    Thread.ofVirtual().name("shutdown").start(this::flushAll);
  }

  /// Waits until everything is in the object store.
  boolean await(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (state.get() != State.DONE && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    return state.get() == State.DONE;
  }

  private void flushAll() {
    try {
      while (!flushed()) {
        Thread.sleep(1_000);
      }
      state.set(State.DONE);
      log.info("shutdown complete: everything is in the object store");
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean flushed() throws InterruptedException {
    try {
      ingester.flush(Optional.empty());
      return ingester.awaitFlushed(Duration.ofMinutes(1));
    } catch (IOException failure) {
      log.error("flushing for the shutdown failed, trying again", failure);
      return false;
    }
  }
}
