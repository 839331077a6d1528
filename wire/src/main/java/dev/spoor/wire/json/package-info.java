/// JSON written as the query API prints it, read from bytes, and what is wrong with JSON that was
/// sent.
@NullMarked
package dev.spoor.wire.json;

import org.jspecify.annotations.NullMarked;
