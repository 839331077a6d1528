package dev.spoor.traceql.fetch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What all queries of a process may hold in memory together. Where there are several tenants, the
/// queries of one hold three quarters of it at most. Safe for many threads.
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
  /// @param tenant who asks; null for nobody in particular
  /// @return why nothing was taken; empty when it was
  String take(@Nullable String tenant, long bytes) {
    if (maxBytes == 0) {
      held.addAndGet(bytes);
      return "";
    }
    if (tenant != null && ofTenants && !takeShare(tenant, bytes)) {
      return "all queries of one tenant together may hold %d bytes of memory, which was not enough"
          .formatted(mostOfOne());
    }
    long all = held.addAndGet(bytes);
    if (all > maxBytes) {
      giveBack(tenant, bytes);
      return "all queries together may hold %d bytes of memory, which was not enough"
          .formatted(maxBytes);
    }
    return "";
  }

  void giveBack(@Nullable String tenant, long bytes) {
    held.addAndGet(-bytes);
    if (tenant != null && ofTenants) {
      heldByTenant.computeIfPresent(
          tenant, (_, before) -> before <= bytes ? null : Long.valueOf(before - bytes));
    }
  }

  private long mostOfOne() {
    return maxBytes / 4 * 3;
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
