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

  /// Takes no pushes any more; what is there stays readable. Returns when those that are under way
  /// are answered, or after some seconds.
  void stopTaking(String reason);

  /// Cuts everything and brings it to the object store, again and again until it is there. It can
  /// only be when no pushes are taken any more.
  ///
  /// @return false when the time was over before, or when the rest can't be stored by this process
  /// @throws InterruptedException also when the ingester is closed meanwhile
  boolean storeAll(Duration timeout) throws InterruptedException;

  /// What the object store does not have yet, for people; empty when it has everything.
  Optional<String> notStored();

  /// Why it takes no pushes; empty when it does.
  Optional<String> notReady();

  /// One line for the status page: how the log syncs, and whether it takes records.
  String logStatus();
}
