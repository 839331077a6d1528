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
  SearchResult search(Tenant tenant, SearchLookup lookup) throws InterruptedException;
}
