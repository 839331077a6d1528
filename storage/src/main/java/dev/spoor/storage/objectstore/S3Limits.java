package dev.spoor.storage.objectstore;

import java.time.Duration;

/// How patient an [S3ObjectStore] is.
///
/// @param connect until a connection stands, TLS included
/// @param idle without a byte from the store
/// @param read a whole request that reads, lists or deletes
/// @param write a whole request that sends content; a part of a large object is one request
/// @param attempts tries of a request that may be repeated and met a broken connection or an error
///   of the store; at least 1. Callers retry too, on a longer scale
/// @param connections most at a time
public record S3Limits(
    Duration connect, Duration idle, Duration read, Duration write, int attempts, int connections) {

  public static final S3Limits DEFAULTS =
      new S3Limits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          Duration.ofMinutes(5),
          2,
          400);
}
