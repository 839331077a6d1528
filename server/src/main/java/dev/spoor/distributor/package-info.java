/// Limits, and which ingesters a push goes to.
@NullMarked
package dev.spoor.distributor;

import org.jspecify.annotations.NullMarked;
