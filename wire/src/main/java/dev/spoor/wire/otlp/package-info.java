/// OTLP trace export: requests walked as bytes, JSON turned into the same bytes, responses.
@NullMarked
package dev.spoor.wire.otlp;

import org.jspecify.annotations.NullMarked;
