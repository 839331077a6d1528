package dev.spoor.storage.wal;

import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;

/// A record as it was found in the log.
///
/// @param sequence its number; numbers rise, with gaps, and are not given twice
/// @param receivedMillis when it was appended, since the epoch
/// @param payload its own array, which may be kept
public record WalRecord(
    long sequence, RecordType type, Tenant tenant, long receivedMillis, Bytes payload) {}
