package dev.spoor.storage.head;

import dev.spoor.model.TraceId;

/// Where a stripe stands in its file, and what it holds.
///
/// @param offset of its first byte in the file
/// @param length in bytes
/// @param headLength bytes at its start that say where its sections are
/// @param first smallest trace id
/// @param last greatest trace id
/// @param startNanos earliest start of a trace, nanoseconds since the epoch, unsigned; 0 when a
///   trace has no span with a start
/// @param endNanos latest end of a trace, unsigned
public record StripeInfo(
    long offset,
    int length,
    int headLength,
    TraceId first,
    TraceId last,
    int spans,
    int traces,
    long startNanos,
    long endNanos) {}
