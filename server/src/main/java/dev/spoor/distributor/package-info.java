/// Limits on what comes in; hands pushes to the ingester.
@NullMarked
package dev.spoor.distributor;

import org.jspecify.annotations.NullMarked;
