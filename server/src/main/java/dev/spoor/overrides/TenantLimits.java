package dev.spoor.overrides;

/// What one tenant may do.
public record TenantLimits(
    IngestionLimits ingestion, ReadLimits read, CompactionLimits compaction, GlobalLimits global) {

  public static final TenantLimits DEFAULTS =
      new TenantLimits(
          IngestionLimits.DEFAULTS,
          ReadLimits.DEFAULTS,
          CompactionLimits.DEFAULTS,
          GlobalLimits.DEFAULTS);
}
