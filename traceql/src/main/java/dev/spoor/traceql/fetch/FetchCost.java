package dev.spoor.traceql.fetch;

/// What reading cost, and what it could leave out. Sums of parts are sums of fields.
///
/// @param bytesRead bytes taken from disk or the object store (caches excluded), compressed
/// @param rowGroupsRead row groups (of a block) or stripes (of a head segment) looked into
/// @param rowGroupsSkipped those that statistics or dictionaries ruled out
/// @param pagesRead pages decoded
/// @param pagesSkipped pages ruled out
/// @param traces traces looked at
/// @param spans spans looked at
public record FetchCost(
    long bytesRead,
    long rowGroupsRead,
    long rowGroupsSkipped,
    long pagesRead,
    long pagesSkipped,
    long traces,
    long spans) {

  public static final FetchCost NONE = new FetchCost(0, 0, 0, 0, 0, 0, 0);

  public FetchCost plus(FetchCost other) {
    return new FetchCost(
        bytesRead + other.bytesRead,
        rowGroupsRead + other.rowGroupsRead,
        rowGroupsSkipped + other.rowGroupsSkipped,
        pagesRead + other.pagesRead,
        pagesSkipped + other.pagesSkipped,
        traces + other.traces,
        spans + other.spans);
  }
}
