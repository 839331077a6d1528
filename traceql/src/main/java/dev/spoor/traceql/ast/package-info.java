/// What a query says: the syntax tree, and its canonical text.
@NullMarked
package dev.spoor.traceql.ast;

import org.jspecify.annotations.NullMarked;
