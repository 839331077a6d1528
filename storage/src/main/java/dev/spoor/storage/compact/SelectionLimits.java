package dev.spoor.storage.compact;

import static dev.spoor.platform.config.Requirements.require;

import java.time.Duration;

/// What blocks may be merged into one.
///
/// @param window blocks whose ends fall into the same window are merged
/// @param maxObjects traces that the inputs may have together
/// @param maxBytes of data that the inputs may have together
public record SelectionLimits(Duration window, long maxObjects, long maxBytes) {

  public SelectionLimits {
    require(window.toSeconds() > 0, "compaction_window", "must be at least a second");
    require(maxObjects > 0, "max_compaction_objects", "must be positive");
    require(maxBytes > 0, "max_block_bytes", "must be positive");
  }
}
