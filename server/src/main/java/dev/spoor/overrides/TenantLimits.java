package dev.spoor.overrides;

import java.time.Duration;

/// What one tenant may do.
public record TenantLimits(
    IngestionLimits ingestion,
    ReadLimits read,
    CompactionLimits compaction,
    GlobalLimits global,
    StorageLimits storage) {

  public static final TenantLimits DEFAULTS =
      new TenantLimits(
          IngestionLimits.DEFAULTS,
          ReadLimits.DEFAULTS,
          CompactionLimits.DEFAULTS,
          GlobalLimits.DEFAULTS,
          StorageLimits.DEFAULTS);

  /// What an entry of the per-tenant file starts from, unless `inherit_defaults` is on: a key that
  /// it leaves out is zero, apart from the strategy, which no tenant has of its own.
  TenantLimits zeroed() {
    return new TenantLimits(
        new IngestionLimits(ingestion.rateStrategy(), 0, 0, 0, 0, 0, false),
        new ReadLimits(0, 0, Duration.ZERO, Duration.ZERO, false),
        new CompactionLimits(Duration.ZERO, Duration.ZERO, false),
        new GlobalLimits(0),
        StorageLimits.DEFAULTS);
  }

  /// What holds for a read over these tenants and those of `other`: the stricter limits of both.
  /// Other limits are those of this.
  TenantLimits readWith(TenantLimits other) {
    return new TenantLimits(
        ingestion,
        read.stricter(other.read),
        compaction,
        new GlobalLimits(
            ReadLimits.least(global.maxBytesPerTrace(), other.global.maxBytesPerTrace())),
        storage);
  }
}
