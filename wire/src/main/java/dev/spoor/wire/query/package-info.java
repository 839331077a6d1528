/// What the query API answers, in protobuf and in JSON: traces, search results, tags.
@NullMarked
package dev.spoor.wire.query;

import org.jspecify.annotations.NullMarked;
