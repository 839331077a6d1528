package dev.spoor.traceql.fetch;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// What all queries of a process may hold in memory together. Where there are several tenants, the
/// queries of one hold three quarters of it at most; a query over several counts for each of them.
/// Safe for many threads.
public final class QueryMemory {

  private final long maxBytes;
  private final boolean ofTenants;
  private final AtomicLong held = new AtomicLong();

  /// Bytes of each tenant that holds any.
  private final Map<String, Long> heldByTenant = new ConcurrentHashMap<>();

  /// @param maxBytes 0 for any number
  public QueryMemory(long maxBytes) {
    this(maxBytes, false);
  }

  /// @param maxBytes 0 for any number
  /// @param ofTenants whether there are several tenants, who share it
  public QueryMemory(long maxBytes, boolean ofTenants) {
    this.maxBytes = maxBytes;
    this.ofTenants = ofTenants;
  }

  /// 0 for any number.
  public long maxBytes() {
    return maxBytes;
  }

  /// Bytes held now.
  public long heldBytes() {
    return held.get();
  }

  /// Takes memory, unless there is not so much left.
  ///
  /// @param tenants whose query it is; none for nobody in particular
  /// @return why nothing was taken; empty when it was
  String take(List<String> tenants, long bytes) {
    if (maxBytes == 0) {
      held.addAndGet(bytes);
      return "";
    }
    if (!takeShares(tenants, bytes)) {
      return "all queries of one tenant together may hold %d bytes of memory, which was not enough"
          .formatted(mostOfOne());
    }
    long all = held.addAndGet(bytes);
    if (all > maxBytes) {
      giveBack(tenants, bytes);
      return "all queries together may hold %d bytes of memory, which was not enough"
          .formatted(maxBytes);
    }
    return "";
  }

  void giveBack(List<String> tenants, long bytes) {
    held.addAndGet(-bytes);
    if (ofTenants) {
      tenants.forEach(tenant -> giveShareBack(tenant, bytes));
    }
  }

  private void giveShareBack(String tenant, long bytes) {
    heldByTenant.computeIfPresent(
        tenant, (_, before) -> before <= bytes ? null : Long.valueOf(before - bytes));
  }

  private long mostOfOne() {
    return maxBytes / 4 * 3;
  }

  private boolean takeShares(List<String> tenants, long bytes) {
    if (ofTenants) {
      for (int i = 0; i < tenants.size(); i++) {
        if (!takeShare(tenants.get(i), bytes)) {
          tenants.subList(0, i).forEach(tenant -> giveShareBack(tenant, bytes));
          return false;
        }
      }
    }
    return true;
  }

  private boolean takeShare(String tenant, long bytes) {
    boolean[] fits = {false};
    heldByTenant.compute(
        tenant,
        (_, before) -> {
          long now = (before == null ? 0 : before) + bytes;
          fits[0] = now <= mostOfOne();
          return fits[0] ? Long.valueOf(now) : before;
        });
    return fits[0];
  }
}
