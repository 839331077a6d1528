package dev.spoor.storage.head;

import java.nio.file.Path;
import java.util.List;

/// A head segment that is complete on disk.
///
/// @param bytes length of the file
/// @param traces traces in it
/// @param startNanos earliest start of a trace, nanoseconds since the epoch, unsigned; 0 when a
///   trace has no span with a start, or there are no traces
/// @param endNanos latest end of a trace, unsigned; 0 when there are no traces
/// @param stripes in ascending order of trace ids
public record HeadSegmentInfo(
    Path file,
    HeadSegmentHeader header,
    long bytes,
    long spans,
    long traces,
    long startNanos,
    long endNanos,
    List<StripeInfo> stripes) {

  public HeadSegmentInfo {
    stripes = List.copyOf(stripes);
  }
}
