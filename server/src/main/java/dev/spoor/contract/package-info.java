/// What components ask of each other: interfaces and records. Here or over the network is decided
/// where the process is put together.
@NullMarked
package dev.spoor.contract;

import org.jspecify.annotations.NullMarked;
