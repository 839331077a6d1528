/// The public query API over HTTP.
@NullMarked
package dev.spoor.api;

import org.jspecify.annotations.NullMarked;
