package dev.spoor.contract;

import dev.spoor.model.TraceId;
import java.time.Instant;
import java.util.Optional;

/// Which trace, and where to look.
///
/// @param from blocks that end before are not read; a hint, spans are not cut
/// @param to blocks that start after are not read
/// @param maxBytes of the answer in OTLP protobuf; 0 for any size
public record TraceLookup(
    TraceId id, Optional<Instant> from, Optional<Instant> to, Where where, long maxBytes) {

  /// The `mode` parameter.
  public enum Where {
    ALL,
    INGESTERS,
    BLOCKS,
    /// Other Tempos that are asked too: there are none.
    EXTERNAL;

    public boolean hasIngesters() {
      return this == ALL || this == INGESTERS;
    }

    public boolean hasBlocks() {
      return this == ALL || this == BLOCKS;
    }
  }
}
