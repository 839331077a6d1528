/// Blocks at rest: what a block is made of beside its Parquet file, and how it is opened and read.
@NullMarked
package dev.spoor.storage.block;

import org.jspecify.annotations.NullMarked;
