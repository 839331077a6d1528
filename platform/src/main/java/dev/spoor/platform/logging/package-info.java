/// Structured logs: logfmt or JSON, one line an event.
@NullMarked
package dev.spoor.platform.logging;

import org.jspecify.annotations.NullMarked;
