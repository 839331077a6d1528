/// Failures that a caller can tell apart.
@NullMarked
package dev.spoor.platform.errors;

import org.jspecify.annotations.NullMarked;
