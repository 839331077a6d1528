package dev.spoor.storage.wal;

/// When a record counts as written.
public enum SyncMode {
  /// After a sync that is shared by all who wait: nothing acknowledged is lost by a power cut.
  GROUP,

  /// After the write; synced every [WalConfig#syncInterval]. A killed process loses nothing, a
  /// power cut loses the interval.
  INTERVAL,

  /// After the write; the kernel decides when it reaches the disk.
  NONE
}
