package dev.spoor.storage.objectstore;

import java.security.Security;
import java.time.Duration;

/// How long this process believes a resolved host name.
public final class DnsCache {

  private static final Duration FOUND = Duration.ofSeconds(10);
  private static final Duration NOT_FOUND = Duration.ofSeconds(1);

  private DnsCache() {}

  /// Makes name changes seen within ten seconds, and repaired names within one. Called once, at the
  /// start of the program, before the first look-up: later the JDK no longer asks.
  public static void followChanges() {
    Security.setProperty("networkaddress.cache.ttl", Long.toString(FOUND.toSeconds()));
    Security.setProperty("networkaddress.cache.negative.ttl", Long.toString(NOT_FOUND.toSeconds()));
    Security.setProperty("networkaddress.cache.stale.ttl", "0");
  }
}
