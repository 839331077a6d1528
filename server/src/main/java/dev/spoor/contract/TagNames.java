package dev.spoor.contract;

import dev.spoor.traceql.Scope;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Names of attributes.
///
/// @param names sorted; scopes without names are left out
/// @param partial why names may be missing, beyond the limit on entries
public record TagNames(Map<Scope, List<String>> names, Optional<String> partial, QueryCost cost) {

  public TagNames {
    names = Map.copyOf(names);
  }
}
