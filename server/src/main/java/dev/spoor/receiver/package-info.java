/// What senders speak: OTLP, Jaeger, Zipkin; all of it becomes spans for the distributor.
@NullMarked
package dev.spoor.receiver;

import org.jspecify.annotations.NullMarked;
