package dev.spoor.storage.blocklist;

import dev.spoor.model.Tenant;
import dev.spoor.platform.metrics.Metrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// What is measured of the blocklist; names and labels as Tempo's.
public final class BlocklistMetrics {

  private static final double[] POLL_SECONDS = {
    .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300
  };
  private static final double NANOS = 1e9;

  private final Counter pollErrors;
  private final Histogram pollDuration;
  private final Gauge length;
  private final Gauge bytes;
  private final Gauge objects;
  private final Gauge broken;
  private final Counter indexErrors;
  private final Gauge indexBuilder;

  /// When the index of each tenant was made that was read or written last.
  private final Map<Tenant, Instant> indexes = new ConcurrentHashMap<>();

  private final InstantSource clock;

  /// @param clock what the ages of indexes are told by
  public BlocklistMetrics(Metrics metrics, InstantSource clock) {
    this.clock = clock;
    pollErrors =
        metrics.counter(
            "tempodb_blocklist_poll_errors_total", "Times a tenant could not be polled.", "tenant");
    pollDuration =
        metrics.histogram(
            "tempodb_blocklist_poll_duration_seconds",
            "How long a poll of all tenants took.",
            POLL_SECONDS);
    length = metrics.gauge("tempodb_blocklist_length", "Live blocks.", "tenant");
    bytes =
        metrics.gauge("tempodb_backend_bytes_total", "Bytes of the blocks.", "tenant", "status");
    objects =
        metrics.gauge("tempodb_backend_objects_total", "Traces of the blocks.", "tenant", "status");
    broken =
        metrics.gauge(
            "spoor_blocklist_broken_blocks", "Blocks set aside since they are unusable.", "tenant");
    indexErrors =
        metrics.counter(
            "tempodb_blocklist_tenant_index_errors_total",
            "Times the index of a tenant could not be written or used.",
            "tenant");
    indexBuilder =
        metrics.gauge(
            "tempodb_blocklist_tenant_index_builder",
            "Whether this process makes the index of the tenant: 1 or 0.",
            "tenant");
    metrics.gauge(
        "tempodb_blocklist_tenant_index_age_seconds",
        "Time since the index was made that was read or written last.",
        "tenant",
        this::indexAges);
  }

  private Map<String, Double> indexAges() {
    Map<String, Double> ages = new TreeMap<>();
    Instant now = clock.instant();
    indexes.forEach(
        (tenant, made) -> ages.put(tenant.id(), Duration.between(made, now).toNanos() / NANOS));
    return ages;
  }

  void indexFailed(Tenant tenant) {
    indexErrors.labelValues(tenant.id()).inc();
  }

  void builtIndex(Tenant tenant, Instant made) {
    indexBuilder.labelValues(tenant.id()).set(1);
    indexes.put(tenant, made);
  }

  void readsIndex(Tenant tenant, Instant made) {
    indexBuilder.labelValues(tenant.id()).set(0);
    indexes.put(tenant, made);
  }

  void pollFailed(Tenant tenant) {
    pollErrors.labelValues(tenant.id()).inc();
  }

  void pollFailed() {
    pollErrors.labelValues("").inc();
  }

  void polled(Duration duration) {
    pollDuration.observe(duration.toNanos() / NANOS);
  }

  /// Tenants of before that are gone go back to nothing.
  void shows(Blocklist before, Blocklist now) {
    for (Tenant gone : before.tenants().keySet()) {
      if (!now.tenants().containsKey(gone)) {
        shows(gone, TenantBlocks.NONE);
        indexes.remove(gone);
        indexBuilder.remove(gone.id());
      }
    }
    now.tenants().forEach(this::shows);
  }

  private void shows(Tenant tenant, TenantBlocks blocks) {
    String id = tenant.id();
    length.labelValues(id).set(blocks.live().size());
    broken.labelValues(id).set(blocks.broken().size());
    long liveBytes = 0;
    long liveTraces = 0;
    for (var meta : blocks.live().values()) {
      liveBytes += meta.size();
      liveTraces += meta.totalObjects();
    }
    long compactedBytes = 0;
    long compactedTraces = 0;
    for (var retired : blocks.compacted().values()) {
      compactedBytes += retired.meta().size();
      compactedTraces += retired.meta().totalObjects();
    }
    bytes.labelValues(id, "live").set((double) liveBytes);
    bytes.labelValues(id, "compacted").set((double) compactedBytes);
    objects.labelValues(id, "live").set((double) liveTraces);
    objects.labelValues(id, "compacted").set((double) compactedTraces);
  }
}
