package dev.spoor.contract;

import dev.spoor.model.Tenant;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// What an operator may ask of an ingester.
public interface IngesterOperations {

  /// Cuts everything into blocks and queues them for upload.
  ///
  /// @param only one tenant, or all
  /// @return false when that tenant has nothing here
  boolean flush(Optional<Tenant> only) throws IOException;

  /// Waits until all blocks are in the object store.
  ///
  /// @return false when the time was over before
  boolean awaitFlushed(Duration timeout) throws InterruptedException;

  /// Blocks that wait for their upload or are being uploaded.
  int blocksToFlush();

  /// Takes no pushes any more; what is there stays readable.
  void stopTaking(String reason);

  /// Why it takes no pushes; empty when it does.
  Optional<String> notReady();

  /// One line for the status page: how the log syncs, and whether it takes records.
  String logStatus();
}
