package dev.spoor.listener;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// How many bytes of request bodies may be in memory at once, over all ports. Bodies that do not
/// fit are refused, retryable; so a flood of large requests costs bounded memory. Where there are
/// several tenants, none of them has more than half of it, unless with a single body: one that is
/// within the limits is never refused for ever. Safe for many threads.
public final class BodyBudget {

  private final long limit;
  private final boolean ofTenants;
  private final AtomicLong used = new AtomicLong();

  /// Bytes of each tenant that has any.
  private final Map<String, Long> usedByTenant = new ConcurrentHashMap<>();

  public BodyBudget(long limitBytes) {
    this(limitBytes, false);
  }

  /// @param ofTenants whether requests name tenants, who share it
  public BodyBudget(long limitBytes, boolean ofTenants) {
    this.limit = limitBytes;
    this.ofTenants = ofTenants;
  }

  /// Takes room for `bytes` more, unless that would pass the limit.
  boolean take(long bytes) {
    long now = used.addAndGet(bytes);
    if (now > limit) {
      used.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /// Likewise, for a body that is said to be this tenant's.
  ///
  /// @param held what was taken for that body before
  boolean take(String tenant, long held, long bytes) {
    if (!ofTenants) {
      return take(bytes);
    }
    boolean[] fits = {false};
    usedByTenant.compute(
        tenant,
        (_, before) -> {
          long others = (before == null ? 0 : before) - held;
          long now = others + held + bytes;
          fits[0] = others == 0 || now <= limit / 2;
          return fits[0] ? Long.valueOf(now) : before;
        });
    if (fits[0] && !take(bytes)) {
      giveShareBack(tenant, bytes);
      return false;
    }
    return fits[0];
  }

  void giveBack(long bytes) {
    used.addAndGet(-bytes);
  }

  void giveBack(String tenant, long bytes) {
    giveBack(bytes);
    if (ofTenants) {
      giveShareBack(tenant, bytes);
    }
  }

  private void giveShareBack(String tenant, long bytes) {
    usedByTenant.computeIfPresent(
        tenant, (_, before) -> before <= bytes ? null : Long.valueOf(before - bytes));
  }

  public long usedBytes() {
    return used.get();
  }
}
