/// JSON written as the query API prints it, and what is wrong with JSON that was sent.
@NullMarked
package dev.spoor.wire.json;

import org.jspecify.annotations.NullMarked;
