/// Head segments: recent spans as columns in a file, between the log and the block. Ours alone; the
/// format is `docs/formats/head-segment.md`.
@NullMarked
package dev.spoor.storage.head;

import org.jspecify.annotations.NullMarked;
