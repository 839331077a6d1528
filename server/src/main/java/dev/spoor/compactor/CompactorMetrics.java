package dev.spoor.compactor;

import dev.spoor.model.Tenant;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.compact.MergePlan;
import dev.spoor.storage.compact.Merged;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;

/// What is measured of compaction and retention; names and labels as Tempo's, and some of ours.
public final class CompactorMetrics {

  private static final double[] RETENTION_SECONDS = {.25, .5, 1, 2, 4, 8};

  private final Counter blocks;
  private final Counter bytesWritten;
  private final Counter tracesWritten;
  private final Counter tracesCombined;
  private final Counter spansRead;
  private final Gauge spansCombined;
  private final Counter errors;
  private final Gauge outstanding;
  private final Gauge largeTraceBlocks;
  private final Gauge bad;
  private final Gauge leaseHeld;
  private final Counter finished;
  private final Gauge orphans;
  private final Gauge orphanBytes;
  private final Counter orphansDeleted;
  private final Histogram retentionDuration;
  private final Counter retentionErrors;
  private final Counter marked;
  private final Counter deleted;

  public CompactorMetrics(Metrics metrics) {
    blocks =
        metrics.counter("tempodb_compaction_blocks_total", "Blocks that were merged.", "level");
    bytesWritten =
        metrics.counter(
            "tempodb_compaction_bytes_written_total", "Bytes of data of merged blocks.", "level");
    tracesWritten =
        metrics.counter(
            "tempodb_compaction_objects_written_total", "Traces of merged blocks.", "level");
    tracesCombined =
        metrics.counter(
            "tempodb_compaction_objects_combined_total",
            "Traces that several blocks had, brought together.",
            "level");
    spansRead =
        metrics.counter("spoor_compactor_spans_total", "Spans that merges have read.", "level");
    spansCombined =
        metrics.gauge(
            "tempodb_compaction_spans_combined_total",
            "Spans left out since they were there already.",
            "replication_factor");
    errors = metrics.counter("tempodb_compaction_errors_total", "Merges that failed.");
    outstanding =
        metrics.gauge(
            "tempodb_compaction_outstanding_blocks", "Blocks that wait to be merged.", "tenant");
    largeTraceBlocks =
        metrics.gauge(
            "spoor_compactor_large_trace_blocks",
            "Blocks that hold only parts of traces too large for one row.",
            "tenant");
    bad =
        metrics.gauge(
            "spoor_compactor_bad_blocks", "Blocks left alone since they can't be read.", "tenant");
    leaseHeld =
        metrics.gauge("spoor_compactor_lease_held", "1 while this process may merge and delete.");
    finished =
        metrics.counter(
            "spoor_compactor_interrupted_merges_total",
            "Merges that were cut short, and were finished or taken back later.");
    orphans =
        metrics.gauge(
            "spoor_compactor_orphans",
            "Blocks without a meta that are old enough to go.",
            "tenant");
    orphanBytes = metrics.gauge("spoor_compactor_orphan_bytes", "Bytes of these blocks.", "tenant");
    orphansDeleted =
        metrics.counter("spoor_compactor_orphans_deleted_total", "Such blocks that were deleted.");
    retentionDuration =
        metrics.histogram(
            "tempodb_retention_duration_seconds",
            "How long it took to look for old blocks of all tenants.",
            RETENTION_SECONDS);
    retentionErrors =
        metrics.counter("tempodb_retention_errors_total", "Failures to retire or delete blocks.");
    marked =
        metrics.counter(
            "tempodb_retention_marked_for_deletion_total", "Blocks retired for their age.");
    deleted = metrics.counter("tempodb_retention_deleted_total", "Retired blocks deleted.");
  }

  void merged(MergePlan plan, Merged merged) {
    String level = Integer.toString(plan.nextLevel() - 1);
    blocks.labelValues(level).inc(plan.blocks().size());
    for (Merged.Output output : merged.blocks()) {
      bytesWritten.labelValues(level).inc(output.meta().size());
      tracesWritten.labelValues(level).inc(output.meta().totalObjects());
    }
    tracesCombined.labelValues(level).inc(merged.combinedTraces());
    spansRead.labelValues(level).inc(merged.spansRead());
    BlockMeta first = plan.blocks().getFirst();
    spansCombined
        .labelValues(Integer.toString(first.replicationFactor()))
        .inc(merged.duplicateSpans());
  }

  void failed() {
    errors.inc();
  }

  void shows(Tenant tenant, long waiting, long ofLargeTraces, long unreadable) {
    outstanding.labelValues(tenant.id()).set(waiting);
    largeTraceBlocks.labelValues(tenant.id()).set(ofLargeTraces);
    bad.labelValues(tenant.id()).set(unreadable);
  }

  void leaseHeld(boolean held) {
    leaseHeld.set(held ? 1 : 0);
  }

  void finishedInterrupted() {
    finished.inc();
  }

  void orphans(Tenant tenant, long count, long bytes) {
    orphans.labelValues(tenant.id()).set(count);
    orphanBytes.labelValues(tenant.id()).set(bytes);
  }

  void orphanDeleted() {
    orphansDeleted.inc();
  }

  void retentionTook(Duration time) {
    retentionDuration.observe(time.toNanos() / 1e9);
  }

  void retentionFailed() {
    retentionErrors.inc();
  }

  void marked() {
    marked.inc();
  }

  void deleted() {
    deleted.inc();
  }

  /// Errors so far.
  long errors() {
    return (long) errors.get();
  }
}
