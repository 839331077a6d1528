/// Blocks in, blocks out: which ones are merged, and how.
@NullMarked
package dev.spoor.storage.compact;

import org.jspecify.annotations.NullMarked;
