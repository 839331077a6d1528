package dev.spoor.contract;

import dev.spoor.model.Tenant;

/// What an ingester holds and can answer for: everything it acknowledged and has not yet left to
/// the object store alone.
public interface RecentSpans {

  /// What is there now. Everything that was acknowledged before the call is in the answer.
  RecentSnapshot snapshot(Tenant tenant);
}
