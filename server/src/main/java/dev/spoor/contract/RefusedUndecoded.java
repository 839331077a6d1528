package dev.spoor.contract;

/// A push that was refused before it was decoded.
///
/// @param spans how many it holds, at least 1
public record RefusedUndecoded(int spans, PushOutcome.Refused outcome) {}
