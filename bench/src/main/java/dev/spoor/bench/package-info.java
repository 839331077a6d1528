/// Load generator, the table of speeds, and the demo.
@NullMarked
package dev.spoor.bench;

import org.jspecify.annotations.NullMarked;
