/// What tells from memory that a string is not somewhere on disk.
@NullMarked
package dev.spoor.storage.filter;

import org.jspecify.annotations.NullMarked;
