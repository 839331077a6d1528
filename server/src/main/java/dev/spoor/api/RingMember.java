package dev.spoor.api;

import java.util.List;
import java.util.function.Supplier;

/// The one member of a ring.
///
/// @param component such as `compactor`
/// @param instance its name
/// @param state what it is doing now
/// @param tokens its tokens now
public record RingMember(
    String component, String instance, Supplier<State> state, Supplier<List<Long>> tokens) {

  /// As Tempo names them.
  public enum State {
    ACTIVE,
    LEAVING,
    PENDING,
    JOINING
  }
}
