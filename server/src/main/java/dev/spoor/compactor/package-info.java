/// Merges small blocks into larger ones, retires and deletes old ones, and clears away what was
/// never finished.
@NullMarked
package dev.spoor.compactor;

import org.jspecify.annotations.NullMarked;
