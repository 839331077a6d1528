package dev.spoor.contract;

import dev.spoor.model.Bytes;
import java.util.Optional;

/// A trace, or that there is none. Whoever asked closes it when the answer was sent, since a large
/// trace takes memory that others wait for.
///
/// @param trace a `tempopb.Trace` message; empty when nothing was found
/// @param tooLarge spans were left out for the limit of the lookup
/// @param partial why spans may be missing (blocks that could not be read); empty when none can be
/// @param release gives that memory back; does nothing the second time
public record TraceResult(
    Optional<Bytes> trace,
    boolean tooLarge,
    Optional<String> partial,
    QueryCost cost,
    Runnable release)
    implements AutoCloseable {

  @Override
  public void close() {
    release.run();
  }
}
