package dev.spoor.storage.objectstore;

import java.time.Duration;

/// Told of every request to an object store that ended. Quick, and never throws.
public interface RequestObserver {

  /// What a request does, in the words of HTTP; `LIST` only where a listing is no `GET`.
  enum Operation {
    GET,
    PUT,
    POST,
    DELETE,
    HEAD,
    LIST
  }

  RequestObserver NONE = (operation, status, duration) -> {};

  /// @param status of the answer; as [ObjectStoreException#status] where there was none
  void ended(Operation operation, int status, Duration duration);

  /// A further request was sent since the first one was slow.
  default void hedged() {}
}
