package dev.spoor.contract;

import dev.spoor.model.Bytes;
import java.util.Optional;

/// A trace, or that there is none.
///
/// @param trace a `tempopb.Trace` message; empty when nothing was found
/// @param tooLarge spans were left out for the limit of the lookup
/// @param partial why spans may be missing (blocks that could not be read); empty when none can be
public record TraceResult(
    Optional<Bytes> trace, boolean tooLarge, Optional<String> partial, QueryCost cost) {}
