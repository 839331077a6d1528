/// From text to a syntax tree.
@NullMarked
package dev.spoor.traceql.parse;

import org.jspecify.annotations.NullMarked;
