/// What a tenant may do: limits for all, and for each.
@NullMarked
package dev.spoor.overrides;

import org.jspecify.annotations.NullMarked;
