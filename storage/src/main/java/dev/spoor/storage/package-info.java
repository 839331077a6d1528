/// The store of blocks, its front door.
@NullMarked
package dev.spoor.storage;

import org.jspecify.annotations.NullMarked;
