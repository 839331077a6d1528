/// Zipkin's formats → OTLP.
@NullMarked
package dev.spoor.wire.zipkin;

import org.jspecify.annotations.NullMarked;
