/// Limits, split by trace, write to the ingesters.
@NullMarked
package dev.spoor.distributor;

import org.jspecify.annotations.NullMarked;
