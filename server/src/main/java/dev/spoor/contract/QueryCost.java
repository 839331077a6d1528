package dev.spoor.contract;

import dev.spoor.traceql.fetch.FetchCost;

/// What an answer cost, and what could be left out.
///
/// @param blocks stored and local blocks in the time range
/// @param blocksRead of these, how many were looked into
/// @param blockBytes size of the blocks in the time range
/// @param jobs pieces of work that were planned
/// @param jobsDone pieces that were finished before the answer was known
/// @param explanation where all of that comes from
public record QueryCost(
    int blocks,
    int blocksRead,
    long blockBytes,
    int jobs,
    int jobsDone,
    FetchCost fetch,
    Explanation explanation) {

  public static final QueryCost NONE =
      new QueryCost(0, 0, 0, 0, 0, FetchCost.NONE, Explanation.NONE);

  public QueryCost plus(QueryCost other) {
    return new QueryCost(
        blocks + other.blocks,
        blocksRead + other.blocksRead,
        blockBytes + other.blockBytes,
        jobs + other.jobs,
        jobsDone + other.jobsDone,
        fetch.plus(other.fetch),
        explanation.and(other.explanation));
  }

  /// As the response header `Spoor-Cost` has it: `name=value` pairs.
  public String headerText() {
    return "blocks=%d, blocksRead=%d, blockBytes=%d, jobs=%d, jobsDone=%d, bytes=%d, rowGroups=%d, rowGroupsSkipped=%d, pages=%d, pagesSkipped=%d, traces=%d, spans=%d"
        .formatted(
            blocks,
            blocksRead,
            blockBytes,
            jobs,
            jobsDone,
            fetch.bytesRead(),
            fetch.rowGroupsRead(),
            fetch.rowGroupsSkipped(),
            fetch.pagesRead(),
            fetch.pagesSkipped(),
            fetch.traces(),
            fetch.spans());
  }
}
