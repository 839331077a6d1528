package dev.spoor.ingester;

import dev.spoor.model.Tenant;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.storage.wal.WalMetrics;
import dev.spoor.storage.wal.WalRefusedException;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.function.LongSupplier;

/// What the ingester took, holds, and has brought to the object store. The log tells its part
/// through [WalMetrics].
public final class IngesterMetrics implements WalMetrics {

  private static final double[] FLUSH_SECONDS = {
    .1, .25, .5, 1, 2, 2.5, 4, 5, 8, 10, 16, 32, 64, 128, 256, 512
  };
  private static final double[] FLUSH_BYTES = {
    1 << 20, 1 << 21, 1 << 22, 1 << 23, 1 << 24, 1 << 25, 1 << 26, 1 << 27, 1 << 28, 1 << 29
  };
  private static final double[] FSYNC_SECONDS = {
    .00025, .0005, .001, .002, .004, .008, .016, .032, .064, .128, .256, .512, 1, 2
  };

  private final Counter tracesCreated;
  private final Gauge liveTraces;
  private final Gauge liveTraceBytes;
  private final Counter bytesReceived;
  private final Counter attributesTruncated;
  final Counter blocksFlushed;
  final Counter failedFlushes;
  final Counter flushRetries;
  final Counter flushFailedRetries;
  final Histogram flushDuration;
  final Histogram flushSize;
  final Gauge flushQueueLength;
  final Counter blocksCleared;
  private final Counter replayErrors;
  private final Counter warnings;
  private final Counter quarantined;
  private final Gauge notSetAside;
  private final Counter damagedHeads;
  private final Counter damagedBlocks;
  private final Counter lostHeadBytes;
  private final Counter lostHeadSpans;
  private final Gauge liveBatchBytes;
  private final Gauge replayDuration;
  private final Gauge replayProgress;
  private final Counter replayRecords;
  private final Counter replayCorruptions;
  private final Counter walCorruptions;
  private final Counter walRecordsLogged;
  private final Counter walLoggedBytes;
  private final Counter walRefused;
  private final Histogram walFsync;
  private final Histogram walTruncate;
  private final Histogram checkpointDuration;
  private final Counter checkpointCreations;
  private final Counter checkpointCreationsFailed;
  private final Counter checkpointDeletions;
  private final Counter checkpointDeletionsFailed;
  private final Counter checkpointLoggedBytes;

  /// Records that the running replay has told of so far; written by the replaying thread alone.
  private long replayed;

  /// The log's own part of `tempo_ingester_wal_bytes`.
  private volatile long logBytes;

  private volatile long unreadBytes;
  private volatile double diskAvailable = Double.NaN;
  private volatile double diskSize = Double.NaN;

  private volatile LongSupplier notUploaded = () -> 0;
  private volatile LongSupplier uploaded = () -> 0;

  public IngesterMetrics(Metrics m) {
    tracesCreated =
        m.counter("tempo_ingester_traces_created_total", "Traces that began.", "tenant");
    liveTraces =
        m.gauge(
            "tempo_ingester_live_traces",
            "Traces that got spans within trace_idle_period.",
            "tenant");
    liveTraceBytes =
        m.gauge("tempo_ingester_live_trace_bytes", "Bytes of recent traces.", "tenant");
    bytesReceived =
        m.counter("tempo_ingester_bytes_received_total", "Bytes received.", "tenant", "data_type");
    attributesTruncated =
        m.counter(
            "tempo_distributor_attributes_truncated_total",
            "Attribute keys and values cut to max_attribute_bytes.",
            "tenant");
    blocksFlushed =
        m.counter("tempo_ingester_blocks_flushed_total", "Blocks uploaded to the object store.");
    failedFlushes =
        m.counter(
            "tempo_ingester_failed_flushes_total",
            "Attempts to cut, complete or upload that failed.");
    flushRetries = m.counter("tempo_ingester_flush_retries_total", "Attempts after a failed one.");
    flushFailedRetries =
        m.counter("tempo_ingester_flush_failed_retries_total", "Retries that failed again.");
    flushDuration =
        m.histogram("tempo_ingester_flush_duration_seconds", "Time of an upload.", FLUSH_SECONDS);
    flushSize =
        m.histogram("tempo_ingester_flush_size_bytes", "Size of uploaded blocks.", FLUSH_BYTES);
    flushQueueLength =
        m.gauge("tempo_ingester_flush_queue_length", "Blocks waiting for their upload.");
    blocksCleared =
        m.counter(
            "tempo_ingester_blocks_cleared_total", "Local copies of blocks that were deleted.");
    warnings =
        m.counter(
            "tempo_warnings_total",
            "Traces that were stored although something about them is odd.",
            "tenant",
            "reason");
    replayErrors =
        m.counter(
            "tempo_ingester_replay_errors_total", "Files that could not be read again.", "tenant");
    quarantined =
        m.counter("tempo_ingester_quarantined_total", "Files and ranges set aside as unreadable.");
    damagedHeads =
        m.counter(
            "tempo_ingester_head_segments_damaged_total",
            "Head segments found damaged; what can be read of them is served.");
    damagedBlocks =
        m.counter(
            "tempo_ingester_blocks_damaged_total",
            "Local blocks found damaged: set aside, or served as far as they go and not uploaded.");
    lostHeadBytes =
        m.counter(
            "tempo_ingester_head_segments_lost_bytes_total",
            "Bytes of damaged head segments that can't be read.");
    lostHeadSpans =
        m.counter(
            "tempo_ingester_head_segments_lost_spans_total",
            "Spans of damaged head segments that can't be read, as far as they are known.");
    notSetAside =
        m.gauge(
            "tempo_ingester_quarantine_waiting",
            "Pushes that can be neither read nor set aside; the log keeps them.");
    m.gauge(
        "tempo_ingester_wal_bytes",
        "Bytes on disk that are not yet in the object store: log, head segments, blocks.",
        () -> logBytes + notUploaded.getAsLong());
    m.gauge(
        "tempo_ingester_local_blocks_bytes",
        "Bytes of blocks that are in the object store and still kept here.",
        () -> uploaded.getAsLong());
    m.gauge(
        "tempo_ingester_wal_disk_available_bytes",
        "Bytes that can still be written to the volume of the log.",
        () -> diskAvailable);
    m.gauge(
        "tempo_ingester_wal_unread_bytes",
        "Bytes of the log that starts with ingester.wal.recover: false set aside.",
        () -> unreadBytes);
    m.gauge("tempo_ingester_wal_disk_size_bytes", "Size of the volume of the log.", () -> diskSize);
    liveBatchBytes =
        m.gauge("tempo_ingester_live_columns_bytes", "Memory of spans not yet cut to disk.");
    replayDuration =
        m.gauge(
            "tempo_ingester_wal_replay_duration_seconds", "Time of the last or running replay.");
    replayProgress =
        m.gauge("tempo_ingester_wal_replay_progress_ratio", "Part of the log replayed.");
    replayRecords = m.counter("tempo_ingester_wal_replay_records_total", "Records replayed.");
    replayCorruptions =
        m.counter(
            "tempo_ingester_wal_replay_corruptions_total", "Damaged ranges met while replaying.");
    walCorruptions =
        m.counter("tempo_ingester_wal_corruptions_total", "Damaged ranges of the log.");
    walRecordsLogged =
        m.counter("tempo_ingester_wal_records_logged_total", "Records written to the log.");
    walLoggedBytes =
        m.counter("tempo_ingester_wal_logged_bytes_total", "Bytes written to the log.");
    walRefused =
        m.counter("tempo_ingester_wal_refused_total", "Records the log did not take.", "reason");
    walFsync =
        m.histogram("tempo_ingester_wal_fsync_duration_seconds", "Time of a sync.", FSYNC_SECONDS);
    walTruncate =
        m.histogram(
            "tempo_ingester_wal_truncate_duration_seconds",
            "Time to remove segments.",
            FSYNC_SECONDS);
    checkpointDuration =
        m.histogram(
            "tempo_ingester_checkpoint_duration_seconds",
            "Time to write a checkpoint.",
            FSYNC_SECONDS);
    checkpointCreations =
        m.counter("tempo_ingester_checkpoint_creations_total", "Checkpoints written.");
    checkpointCreationsFailed =
        m.counter(
            "tempo_ingester_checkpoint_creations_failed_total",
            "Checkpoints that could not be written.");
    checkpointDeletions =
        m.counter("tempo_ingester_checkpoint_deletions_total", "Checkpoints deleted.");
    checkpointDeletionsFailed =
        m.counter(
            "tempo_ingester_checkpoint_deletions_failed_total",
            "Checkpoints that could not be deleted.");
    checkpointLoggedBytes =
        m.counter("tempo_ingester_checkpoint_logged_bytes_total", "Bytes written to checkpoints.");
  }

  void received(Tenant tenant, long bytes) {
    bytesReceived.labelValues(tenant.id(), "trace").inc(bytes);
  }

  void truncated(Tenant tenant, long attributes) {
    if (attributes > 0) {
      attributesTruncated.labelValues(tenant.id()).inc(attributes);
    }
  }

  void live(Tenant tenant, int traces, long bytes, long newTraces) {
    liveTraces.labelValues(tenant.id()).set(traces);
    liveTraceBytes.labelValues(tenant.id()).set(bytes);
    tracesCreated.labelValues(tenant.id()).inc(newTraces);
  }

  void replayError(Tenant tenant) {
    replayErrors.labelValues(tenant.id()).inc();
    quarantined.inc();
  }

  /// A block that can't be read as a whole.
  void blockDamaged() {
    damagedBlocks.inc();
  }

  void outsideSlack(Tenant tenant, int traces) {
    if (traces > 0) {
      warnings.labelValues(tenant.id(), "outside_ingestion_time_slack").inc(traces);
    }
  }

  /// Where to ask for what is on disk.
  ///
  /// @param notUploaded bytes of head segments and of blocks that are not in the object store
  /// @param uploaded bytes of blocks that are
  void held(LongSupplier notUploaded, LongSupplier uploaded) {
    this.notUploaded = notUploaded;
    this.uploaded = uploaded;
  }

  /// @param bytes live columns
  void memory(long bytes) {
    liveBatchBytes.set(bytes);
  }

  /// @param bytes that no start has read
  void unread(long bytes) {
    unreadBytes = bytes;
  }

  void notSetAside(int more) {
    notSetAside.inc(more);
  }

  /// What could not be read of a head segment.
  void headDamaged(long bytes, long spans) {
    damagedHeads.inc();
    lostHeadBytes.inc(bytes);
    lostHeadSpans.inc(spans);
  }

  @Override
  public void disk(long available, long size) {
    diskAvailable = available;
    diskSize = size;
  }

  @Override
  public void logged(int records, long bytes) {
    walRecordsLogged.inc(records);
    walLoggedBytes.inc(bytes);
  }

  @Override
  public void synced(double seconds) {
    walFsync.observe(seconds);
  }

  @Override
  public void refused(WalRefusedException.Reason reason) {
    walRefused.labelValues(reason.name().toLowerCase(java.util.Locale.ROOT)).inc();
  }

  @Override
  public void corrupted(long bytes) {
    walCorruptions.inc();
    replayCorruptions.inc();
    quarantined.inc();
  }

  @Override
  public void tornTail(long bytes) {
    quarantined.inc();
  }

  @Override
  public void replayProgress(long records, double ratio, double seconds) {
    replayRecords.inc(records - replayed);
    replayed = records;
    replayProgress.set(ratio);
    replayDuration.set(seconds);
  }

  @Override
  public void checkpointed(double seconds, long bytes) {
    checkpointDuration.observe(seconds);
    checkpointCreations.inc();
    checkpointLoggedBytes.inc(bytes);
  }

  @Override
  public void checkpointFailed() {
    checkpointCreationsFailed.inc();
  }

  @Override
  public void checkpointsDeleted(int count) {
    checkpointDeletions.inc(count);
  }

  @Override
  public void checkpointDeletionFailed() {
    checkpointDeletionsFailed.inc();
  }

  @Override
  public void truncated(int segments, double seconds) {
    walTruncate.observe(seconds);
  }

  @Override
  public void size(long bytes) {
    logBytes = bytes;
  }
}
