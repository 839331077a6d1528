package dev.spoor.storage.wal;

/// What became of one record. Exactly one of the two is called, once.
///
/// `appended` is called by the log's one writer thread, and so is `refused` when the record had
/// been taken into the queue: hand the answer on, and do nothing that waits or computes. A record
/// that is refused at the door is refused on the caller's thread, before `append` returns.
public interface AppendCallback {

  /// The record is in the log, as safe as [SyncMode] says.
  void appended(long sequence);

  /// The record was not acknowledged. After a failed write or sync it may still be found by the
  /// next replay.
  void refused(WalRefusedException refusal);
}
