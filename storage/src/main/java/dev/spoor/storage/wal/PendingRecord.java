package dev.spoor.storage.wal;

import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;

/// A record that waits for the writer.
record PendingRecord(
    Tenant tenant, Bytes payload, int payloadCrc, long receivedMillis, AppendCallback callback) {

  /// Its length in a segment.
  long length() {
    return (long) RecordHeader.lengthFor(tenant) + payload.length();
  }

  RecordHeader header(long sequence) {
    return new RecordHeader(
        payload.length(), payloadCrc, sequence, receivedMillis, RecordType.PUSH, tenant);
  }
}
