/// Jaeger's formats → OTLP.
@NullMarked
package dev.spoor.wire.jaeger;

import org.jspecify.annotations.NullMarked;
