/// Traffic of a simulated fleet of services: for benchmarks, for fault campaigns and for the demo.
@NullMarked
package dev.spoor.testkit.fleet;

import org.jspecify.annotations.NullMarked;
