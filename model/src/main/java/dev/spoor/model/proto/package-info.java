/// The protobuf wire format, read and written without generated classes.
@NullMarked
package dev.spoor.model.proto;

import org.jspecify.annotations.NullMarked;
