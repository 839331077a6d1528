/// The one door to files: log, head segments and the local store go through it, so that a test can
/// crash, tear, fill or slow a disk.
@NullMarked
package dev.spoor.platform.disk;

import org.jspecify.annotations.NullMarked;
