package dev.spoor.distributor;

import dev.spoor.model.Tenant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// A token bucket of bytes for each tenant. Safe for many threads.
final class RateLimiter {

  private final LongSupplier nanoClock;
  private final Map<Tenant, Bucket> buckets = new ConcurrentHashMap<>();

  /// @param nanoClock as `System.nanoTime`
  RateLimiter(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /// Takes `bytes` out of the tenant's bucket, or nothing when there are not so many.
  ///
  /// @param rate bytes a second
  /// @param burst bytes the bucket holds
  boolean admit(Tenant tenant, long bytes, long rate, long burst) {
    return bucketOf(tenant, burst).take(bytes, rate, burst, nanoClock.getAsLong());
  }

  /// Whether [#admit] would say yes now. Takes nothing.
  boolean wouldAdmit(Tenant tenant, long bytes, long rate, long burst) {
    return bucketOf(tenant, burst).holds(bytes, rate, burst, nanoClock.getAsLong());
  }

  private Bucket bucketOf(Tenant tenant, long burst) {
    return buckets.computeIfAbsent(tenant, t -> new Bucket(burst, nanoClock.getAsLong()));
  }

  private static final class Bucket {

    private double available;
    private long filledAt;

    Bucket(long burst, long now) {
      available = burst;
      filledAt = now;
    }

    synchronized boolean take(long bytes, long rate, long burst, long now) {
      if (!holds(bytes, rate, burst, now)) {
        return false;
      }
      available -= bytes;
      return true;
    }

    synchronized boolean holds(long bytes, long rate, long burst, long now) {
      available = Math.min(burst, available + (now - filledAt) * 1e-9 * rate);
      filledAt = now;
      return bytes <= available;
    }
  }
}
