package dev.spoor.overrides;

import dev.spoor.platform.metrics.Metrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import java.util.LinkedHashMap;
import java.util.Map;

/// The limits in force, and how reading them went.
public final class OverridesMetrics {

  private static final String CONFIG = "overrides";

  private final Gauge reloadSuccessful;
  private final Gauge lastReload;
  private final Gauge hash;
  private final Gauge defaults;
  private final Gauge overrides;
  final Counter fetches;
  final Counter failedFetches;
  final Counter lists;
  final Counter failedReloads;

  public OverridesMetrics(Metrics metrics) {
    reloadSuccessful =
        metrics.gauge(
            "tempo_runtime_config_last_reload_successful",
            "Whether the per-tenant file could be read the last time.",
            "config");
    lastReload =
        metrics.gauge(
            "spoor_runtime_config_last_reload_success_timestamp_seconds",
            "When the per-tenant file could be read the last time.",
            "config");
    hash =
        metrics.gauge(
            "tempo_runtime_config_hash",
            "1 for the hash of the per-tenant file in force.",
            "sha256",
            "config");
    defaults =
        metrics.gauge("tempo_limits_defaults", "Limits of tenants without an entry.", "limit_name");
    overrides =
        metrics.gauge(
            "tempo_limits_overrides", "Limits of tenants with an entry.", "limit_name", "user");
    fetches =
        metrics.counter(
            "tempo_overrides_user_configurable_overrides_fetch_total",
            "Reads of what a tenant set itself.",
            "tenant");
    failedFetches =
        metrics.counter(
            "tempo_overrides_user_configurable_overrides_fetch_failed_total",
            "Reads of what a tenant set itself that failed.",
            "tenant");
    lists =
        metrics.counter(
            "tempo_overrides_user_configurable_overrides_list_total",
            "Listings of tenants that set something themselves.");
    failedReloads =
        metrics.counter(
            "tempo_overrides_user_configurable_overrides_reload_failed_total",
            "Rounds of reading what tenants set themselves that failed.");
  }

  /// The defaults, which never change.
  public void defaults(TenantLimits limits) {
    values(limits).forEach((name, value) -> defaults.labelValues(name).set(value));
  }

  void loaded(PerTenantLimits file, double nowSeconds) {
    reloadSuccessful.labelValues(CONFIG).set(1);
    lastReload.labelValues(CONFIG).set(nowSeconds);
    hash.clear();
    hash.labelValues(file.hash(), CONFIG).set(1);
    overrides.clear();
    file.entries()
        .forEach((tenant, entry) ->
            values(entry.limits())
                .forEach((name, value) -> overrides.labelValues(name, tenant).set(value)));
  }

  /// The file is as it was.
  void unchanged(double nowSeconds) {
    reloadSuccessful.labelValues(CONFIG).set(1);
    lastReload.labelValues(CONFIG).set(nowSeconds);
  }

  void loadFailed() {
    reloadSuccessful.labelValues(CONFIG).set(0);
  }

  private static Map<String, Double> values(TenantLimits limits) {
    IngestionLimits ingestion = limits.ingestion();
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("max_local_traces_per_user", (double) ingestion.maxTracesPerUser());
    values.put("max_global_traces_per_user", (double) ingestion.maxGlobalTracesPerUser());
    values.put("ingestion_rate_limit_bytes", (double) ingestion.rateLimitBytes());
    values.put("ingestion_burst_size_bytes", (double) ingestion.burstSizeBytes());
    values.put(
        "max_bytes_per_tag_values_query", (double) limits.read().maxBytesPerTagValuesQuery());
    values.put(
        "max_blocks_per_tag_values_query", (double) limits.read().maxBlocksPerTagValuesQuery());
    values.put("max_bytes_per_trace", (double) limits.global().maxBytesPerTrace());
    values.put("block_retention", (double) limits.compaction().blockRetention().toSeconds());
    return values;
  }
}
