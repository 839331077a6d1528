package dev.spoor.contract;

/// Spans of a push that were not stored while the rest was.
///
/// @param spans how many, at least 1
/// @param message for the sender, such as `TRACE_TOO_LARGE: max size of trace (5000000) exceeded`
public record Rejection(DiscardReason reason, int spans, String message) {}
