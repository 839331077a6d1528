/// Spans as columns in memory: what ingest shreds into, what head segments hold, what blocks are
/// written from and read back into. The common currency of the write and the read path.
@NullMarked
package dev.spoor.storage.columns;

import org.jspecify.annotations.NullMarked;
