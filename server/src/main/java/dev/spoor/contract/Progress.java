package dev.spoor.contract;

import java.util.function.Function;
import java.util.function.Supplier;

/// Is told that a running query has come further.
@FunctionalInterface
public interface Progress<T> {

  /// Called after each piece of work by the thread that did it, several at once. It must be quick
  /// and must not block.
  ///
  /// @param soFar makes the answer as it would be if the query ended now. Any thread may call it,
  ///   as long as it wants; it costs as much as putting together the answer. What it says is
  ///   missing may still come
  void advanced(Supplier<T> soFar);

  /// Makes of each answer another one.
  default <S> Progress<S> of(Function<S, T> form) {
    return soFar -> advanced(() -> form.apply(soFar.get()));
  }

  static <T> Progress<T> unwatched() {
    return soFar -> {};
  }
}
