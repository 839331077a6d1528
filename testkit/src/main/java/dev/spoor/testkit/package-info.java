/// Trace builders, seeded randomness, manual clock and ticks, for tests and benchmarks.
@NullMarked
package dev.spoor.testkit;

import org.jspecify.annotations.NullMarked;
