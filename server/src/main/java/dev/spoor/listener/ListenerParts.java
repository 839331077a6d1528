package dev.spoor.listener;

/// What all ports of a process share.
///
/// @param gate asked for every request
public record ListenerParts(
    BodyBudget budget, ListenerMetrics metrics, TlsMetrics tlsMetrics, Gate gate) {}
