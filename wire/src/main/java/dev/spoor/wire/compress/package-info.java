/// Compressed request bodies made plain, with memory bounded whatever their headers say.
@NullMarked
package dev.spoor.wire.compress;

import org.jspecify.annotations.NullMarked;
