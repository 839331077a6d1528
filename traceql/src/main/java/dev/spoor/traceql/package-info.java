/// The language: parse → check → plan → evaluate. Pure: no I/O, no threads, no network.
@NullMarked
package dev.spoor.traceql;

import org.jspecify.annotations.NullMarked;
