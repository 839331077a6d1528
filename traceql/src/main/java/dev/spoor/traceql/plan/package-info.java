/// From a checked syntax tree to what storage is asked for.
@NullMarked
package dev.spoor.traceql.plan;

import org.jspecify.annotations.NullMarked;
