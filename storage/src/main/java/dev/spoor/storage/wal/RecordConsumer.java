package dev.spoor.storage.wal;

import java.io.IOException;

/// Takes the records of a replay, in the order of their numbers.
@FunctionalInterface
public interface RecordConsumer {

  /// What it throws ends the replay; it may be started again, from the beginning.
  void accept(WalRecord walRecord) throws IOException;
}
