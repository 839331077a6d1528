/// The binary: command line, configuration as a whole, and what is started.
@NullMarked
package dev.spoor.app;

import org.jspecify.annotations.NullMarked;
