package dev.spoor.contract;

import dev.spoor.traceql.Value;
import java.util.List;
import java.util.Optional;

/// Different values of fields.
///
/// @param values in the order of their text
/// @param partial why values may be missing, beyond the limit on entries
public record TagValues(List<Value> values, Optional<String> partial, QueryCost cost) {

  public TagValues {
    values = List.copyOf(values);
  }
}
