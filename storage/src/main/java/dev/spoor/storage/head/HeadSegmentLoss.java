package dev.spoor.storage.head;

/// What can't be read any more of a damaged head segment.
///
/// @param bytes of the file that nothing could be made of; a damaged header or footer counts, and
///   may have cost nothing
/// @param spans that are known to be lost: those of damaged stripes whose number of spans can still
///   be read
/// @param reason the first thing that was found wrong, with file and offset
public record HeadSegmentLoss(long bytes, long spans, String reason) {

  /// For logs and answers.
  @Override
  public String toString() {
    return "%d bytes can't be read, at least %d spans are lost: %s".formatted(bytes, spans, reason);
  }
}
