package dev.spoor.querier;

import dev.spoor.model.Bytes;

/// A trace as it is answered.
///
/// @param trace a `tempopb.Trace` in protobuf
/// @param spanCount how many spans are in it
/// @param partial whether spans are missing since the trace is larger than the limit
public record EncodedTrace(Bytes trace, int spanCount, boolean partial) {}
