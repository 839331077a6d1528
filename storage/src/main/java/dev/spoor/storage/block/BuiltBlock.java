package dev.spoor.storage.block;

/// A block that was built.
///
/// @param spanCount spans in it
/// @param duplicateSpans spans that came more than once, not counting their first time
/// @param byteSize all its files together
public record BuiltBlock(BlockMeta meta, long spanCount, long duplicateSpans, long byteSize) {}
