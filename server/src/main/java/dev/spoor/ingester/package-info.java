/// The component that keeps recent spans: log, live traces, columns, blocks.
@NullMarked
package dev.spoor.ingester;

import org.jspecify.annotations.NullMarked;
