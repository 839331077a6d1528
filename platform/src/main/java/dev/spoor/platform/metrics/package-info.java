/// Prometheus metrics under exactly the names we give them.
@NullMarked
package dev.spoor.platform.metrics;

import org.jspecify.annotations.NullMarked;
