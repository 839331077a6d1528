/// Threads, ticks and pools, so that a test can be the time.
@NullMarked
package dev.spoor.platform.threads;

import org.jspecify.annotations.NullMarked;
