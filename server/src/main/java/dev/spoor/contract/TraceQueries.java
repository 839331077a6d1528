package dev.spoor.contract;

import dev.spoor.model.Tenant;
import dev.spoor.model.Tenants;

/// Answers queries over everything that was acknowledged: what ingesters hold and what is in the
/// object store.
///
/// A query over several tenants answers as if their spans were one tenant's, apart from searches by
/// structure, which look at each tenant's part of a trace by itself.
public interface TraceQueries {

  /// @throws dev.spoor.platform.errors.ServiceException UNAVAILABLE when it can't be known whether
  ///   the trace exists, since the blocklist could not be read yet
  /// @throws InterruptedException when the caller does not want the answer any more
  TraceResult traceById(Tenants tenants, TraceLookup lookup) throws InterruptedException;

  /// @throws dev.spoor.platform.errors.ServiceException as above
  /// @throws InterruptedException when the caller does not want the answer any more
  SearchResult search(Tenants tenants, SearchLookup lookup, Progress<SearchResult> progress)
      throws InterruptedException;

  /// Likewise, when nobody looks on.
  default SearchResult search(Tenants tenants, SearchLookup lookup) throws InterruptedException {
    return search(tenants, lookup, Progress.unwatched());
  }

  /// The names of the attributes that spans have.
  ///
  /// @throws dev.spoor.platform.errors.ServiceException as above
  /// @throws InterruptedException when the caller does not want the answer any more
  TagNames tagNames(Tenants tenants, TagNamesLookup lookup, Progress<TagNames> progress)
      throws InterruptedException;

  /// Likewise, when nobody looks on.
  default TagNames tagNames(Tenants tenants, TagNamesLookup lookup) throws InterruptedException {
    return tagNames(tenants, lookup, Progress.unwatched());
  }

  /// The values that fields of spans have.
  ///
  /// @throws dev.spoor.platform.errors.ServiceException as above
  /// @throws InterruptedException when the caller does not want the answer any more
  TagValues tagValues(Tenants tenants, TagValuesLookup lookup, Progress<TagValues> progress)
      throws InterruptedException;

  /// Likewise, when nobody looks on.
  default TagValues tagValues(Tenants tenants, TagValuesLookup lookup) throws InterruptedException {
    return tagValues(tenants, lookup, Progress.unwatched());
  }

  /// Time series out of spans, each of which counts once.
  ///
  /// @throws dev.spoor.platform.errors.ServiceException as above
  /// @throws InterruptedException when the caller does not want the answer any more
  MetricsAnswer metrics(Tenants tenants, MetricsLookup lookup, Progress<MetricsAnswer> progress)
      throws InterruptedException;

  /// Likewise, when nobody looks on.
  default MetricsAnswer metrics(Tenants tenants, MetricsLookup lookup) throws InterruptedException {
    return metrics(tenants, lookup, Progress.unwatched());
  }

  // ---- of one tenant

  default TraceResult traceById(Tenant tenant, TraceLookup lookup) throws InterruptedException {
    return traceById(Tenants.of(tenant), lookup);
  }

  default SearchResult search(Tenant tenant, SearchLookup lookup) throws InterruptedException {
    return search(Tenants.of(tenant), lookup);
  }

  default TagNames tagNames(Tenant tenant, TagNamesLookup lookup) throws InterruptedException {
    return tagNames(Tenants.of(tenant), lookup);
  }

  default TagValues tagValues(Tenant tenant, TagValuesLookup lookup) throws InterruptedException {
    return tagValues(Tenants.of(tenant), lookup);
  }

  default MetricsAnswer metrics(Tenant tenant, MetricsLookup lookup) throws InterruptedException {
    return metrics(Tenants.of(tenant), lookup);
  }
}
