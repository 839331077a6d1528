package dev.spoor.ingester;

import dev.spoor.model.Bytes;

/// A push that is in the log and not yet in columns.
///
/// @param sequence its number in the log
/// @param arrivedMillis by the ingester's clock
/// @param weight as [PushWeight] says, or [#UNKNOWN]
record Logged(long sequence, Bytes body, long arrivedMillis, long weight) {

  /// It was replayed, which is to be over soon.
  static final long UNKNOWN = -1;

  /// What the memory budget was told of it.
  long charged() {
    return weight == UNKNOWN ? body.length() : weight;
  }
}
