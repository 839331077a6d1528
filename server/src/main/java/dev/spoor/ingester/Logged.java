package dev.spoor.ingester;

import dev.spoor.model.Bytes;

/// A push that is in the log and not yet in columns.
///
/// @param sequence its number in the log
/// @param arrivedMillis by the ingester's clock
record Logged(long sequence, Bytes body, long arrivedMillis) {}
