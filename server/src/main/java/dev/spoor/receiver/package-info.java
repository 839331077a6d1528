/// Spans from outside → [dev.spoor.contract.SpanIntake].
@NullMarked
package dev.spoor.receiver;

import org.jspecify.annotations.NullMarked;
