package dev.spoor.storage.compact;

import static dev.spoor.platform.config.Requirements.require;

/// How much a merge holds in memory.
///
/// @param spansPerBatch about how many spans are read of an input at a time
/// @param maxTraceSpans a trace with more spans is cut into parts
/// @param maxTraceBytes or one that takes more memory as columns
/// @param rowBytes of memory for the columns of traces that are too large for a batch, of all
///   inputs together
/// @param columnBytes that one column of such a trace may take by itself while it is decoded; a
///   block with a larger one can't be merged
public record MergerConfig(
    int spansPerBatch, int maxTraceSpans, long maxTraceBytes, long rowBytes, long columnBytes) {

  public static final MergerConfig DEFAULTS = new MergerConfig(4096, 1 << 16, 16L << 20);

  /// An eighth of the heap for rows of large traces, and one for the column that is decoded.
  public MergerConfig(int spansPerBatch, int maxTraceSpans, long maxTraceBytes) {
    this(
        spansPerBatch,
        maxTraceSpans,
        maxTraceBytes,
        Runtime.getRuntime().maxMemory() / 8,
        Runtime.getRuntime().maxMemory() / 8);
  }

  public MergerConfig {
    require(spansPerBatch > 0, "spansPerBatch", "must be positive");
    require(maxTraceSpans > 0, "maxTraceSpans", "must be positive");
    require(maxTraceBytes > 0, "maxTraceBytes", "must be positive");
    require(rowBytes > 0, "rowBytes", "must be positive");
    require(columnBytes > 0, "columnBytes", "must be positive");
  }
}
