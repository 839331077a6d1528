/// Write-ahead log, live traces, head segments, blocks, flush.
@NullMarked
package dev.spoor.ingester;

import org.jspecify.annotations.NullMarked;
