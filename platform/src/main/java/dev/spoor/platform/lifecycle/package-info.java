/// Components: built without touching the outside, started once, closed once.
@NullMarked
package dev.spoor.platform.lifecycle;

import org.jspecify.annotations.NullMarked;
