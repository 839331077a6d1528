package dev.spoor.traceql.ast;

import dev.spoor.traceql.Value;
import java.util.List;
import java.util.Optional;

/// What stands in `with(..)`. A hint counts only when its value has the type that it asks for.
public record Hints(List<Hint> hints) {

  public static final Hints NONE = new Hints(List.of());

  public Hints {
    hints = List.copyOf(hints);
  }

  public record Hint(String name, Value value) {}

  public boolean isEmpty() {
    return hints.isEmpty();
  }

  /// Of two hints with one name, the last.
  public Optional<Value> value(String name) {
    return hints.reversed().stream()
        .filter(hint -> hint.name().equals(name))
        .map(Hint::value)
        .findFirst();
  }

  /// Whether the newest traces are asked for, not any.
  public boolean mostRecent() {
    return value("most_recent").equals(Optional.of(new Value.Bool(true)));
  }
}
