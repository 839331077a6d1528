package dev.spoor.contract;

import dev.spoor.model.Tenant;

/// Answers queries over everything that was acknowledged: what ingesters hold and what is in the
/// object store.
public interface TraceQueries {

  /// @throws dev.spoor.platform.errors.ServiceException UNAVAILABLE when it can't be known whether
  ///   the trace exists, since the list of blocks could not be read yet
  /// @throws InterruptedException when the caller does not want the answer any more
  TraceResult traceById(Tenant tenant, TraceLookup lookup) throws InterruptedException;

  /// @throws dev.spoor.platform.errors.ServiceException as above
  /// @throws InterruptedException when the caller does not want the answer any more
  SearchResult search(Tenant tenant, SearchLookup lookup, Progress<SearchResult> progress)
      throws InterruptedException;

  /// Likewise, when nobody looks on.
  default SearchResult search(Tenant tenant, SearchLookup lookup) throws InterruptedException {
    return search(tenant, lookup, Progress.unwatched());
  }

  /// The names of the attributes that spans have.
  ///
  /// @throws dev.spoor.platform.errors.ServiceException as above
  /// @throws InterruptedException when the caller does not want the answer any more
  TagNames tagNames(Tenant tenant, TagNamesLookup lookup, Progress<TagNames> progress)
      throws InterruptedException;

  /// Likewise, when nobody looks on.
  default TagNames tagNames(Tenant tenant, TagNamesLookup lookup) throws InterruptedException {
    return tagNames(tenant, lookup, Progress.unwatched());
  }

  /// The values that fields of spans have.
  ///
  /// @throws dev.spoor.platform.errors.ServiceException as above
  /// @throws InterruptedException when the caller does not want the answer any more
  TagValues tagValues(Tenant tenant, TagValuesLookup lookup, Progress<TagValues> progress)
      throws InterruptedException;

  /// Likewise, when nobody looks on.
  default TagValues tagValues(Tenant tenant, TagValuesLookup lookup) throws InterruptedException {
    return tagValues(tenant, lookup, Progress.unwatched());
  }

  /// Time series out of spans, each of which counts once.
  ///
  /// @throws dev.spoor.platform.errors.ServiceException as above
  /// @throws InterruptedException when the caller does not want the answer any more
  MetricsAnswer metrics(Tenant tenant, MetricsLookup lookup, Progress<MetricsAnswer> progress)
      throws InterruptedException;

  /// Likewise, when nobody looks on.
  default MetricsAnswer metrics(Tenant tenant, MetricsLookup lookup) throws InterruptedException {
    return metrics(tenant, lookup, Progress.unwatched());
  }
}
