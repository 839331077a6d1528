/// Thrift's binary and compact protocols, read without generated classes.
@NullMarked
package dev.spoor.wire.thrift;

import org.jspecify.annotations.NullMarked;
