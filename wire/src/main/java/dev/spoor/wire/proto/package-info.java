/// The protobuf wire format, read and written without generated classes.
@NullMarked
package dev.spoor.wire.proto;

import org.jspecify.annotations.NullMarked;
