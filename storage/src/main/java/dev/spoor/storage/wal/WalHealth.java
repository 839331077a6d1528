package dev.spoor.storage.wal;

/// Whether the log takes records now.
public sealed interface WalHealth {

  record Healthy() implements WalHealth {}

  /// No room; it goes on by itself when there is.
  record Full(String reason) implements WalHealth {}

  /// A write or sync failed, or the directory was taken away; only a restart helps.
  record Failed(String reason) implements WalHealth {}

  record Closed() implements WalHealth {}
}
