package dev.spoor.contract;

/// When to stop looking for names or values; 0 is no limit.
///
/// @param entries names of a scope, or values, in the answer
/// @param bytes length of all names or values in the answer
/// @param blocks stored blocks that are looked into, the newest ones
/// @param staleSources sources one after the other that had nothing new
public record TagLimits(int entries, long bytes, int blocks, int staleSources) {}
