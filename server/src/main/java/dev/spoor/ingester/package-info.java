/// The log, live traces, head block and flush.
@NullMarked
package dev.spoor.ingester;

import org.jspecify.annotations.NullMarked;
