/// Runs the jobs of queries against blocks and recent spans.
@NullMarked
package dev.spoor.querier;

import org.jspecify.annotations.NullMarked;
