package dev.spoor.listener;

import java.util.concurrent.CompletableFuture;

/// Answers requests on the event loop: it must not block, and completes its answer when it is
/// known.
@FunctionalInterface
public interface PushEndpoint {

  /// A failed future is a 500 and is logged.
  CompletableFuture<Response> handle(Request request);
}
