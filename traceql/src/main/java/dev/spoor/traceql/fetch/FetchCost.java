package dev.spoor.traceql.fetch;

/// What reading cost, and what it could leave out. Sums of parts are sums of fields.
///
/// @param bytesRead bytes taken from disk or the object store (caches excluded), compressed
/// @param rowGroupsRead row groups (of a block) or stripes (of a head segment) looked into
/// @param rowGroupsSkipped those that statistics or dictionaries ruled out
/// @param rowGroupsOutOfTime of these, how many were ruled out by time alone
/// @param pagesRead pages decoded
/// @param pagesSkipped pages ruled out
/// @param batchesSkipped windows of a row group, or stripes, whose values were looked at and held
///   nothing that is wanted
/// @param traces traces looked at
/// @param spans spans looked at
public record FetchCost(
    long bytesRead,
    long rowGroupsRead,
    long rowGroupsSkipped,
    long rowGroupsOutOfTime,
    long pagesRead,
    long pagesSkipped,
    long batchesSkipped,
    long traces,
    long spans) {

  public static final FetchCost NONE = new FetchCost(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /// Of a part that was ruled out by time alone.
  public static final FetchCost OUT_OF_TIME = new FetchCost(0, 0, 1, 1, 0, 0, 0, 0, 0);

  public FetchCost plus(FetchCost other) {
    return new FetchCost(
        bytesRead + other.bytesRead,
        rowGroupsRead + other.rowGroupsRead,
        rowGroupsSkipped + other.rowGroupsSkipped,
        rowGroupsOutOfTime + other.rowGroupsOutOfTime,
        pagesRead + other.pagesRead,
        pagesSkipped + other.pagesSkipped,
        batchesSkipped + other.batchesSkipped,
        traces + other.traces,
        spans + other.spans);
  }
}
