/// The write-ahead log of an ingester: one log for all tenants, in one directory. [Wal] is the
/// front door; the format is in `docs/formats/wal.md`.
@NullMarked
package dev.spoor.storage.wal;

import org.jspecify.annotations.NullMarked;
