package dev.spoor.listener;

/// Answers requests, one virtual thread each: it may block.
@FunctionalInterface
public interface Endpoint {

  /// @throws dev.spoor.platform.errors.ServiceException to answer with the status of its kind and
  ///   its message as plain text; anything else is a 500 and is logged
  /// @throws InterruptedException when the client went away
  Response handle(Request request) throws Exception;
}
