package dev.spoor.distributor;

import static java.util.Objects.requireNonNull;

import dev.spoor.contract.DiscardReason;
import dev.spoor.contract.PushOutcome;
import dev.spoor.contract.RefusedUndecoded;
import dev.spoor.contract.Rejection;
import dev.spoor.contract.SpanIntake;
import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.overrides.IngestionLimits;
import dev.spoor.overrides.Overrides;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.logging.RareLog;
import dev.spoor.wire.otlp.SpanBatch;
import dev.spoor.wire.otlp.SpanCount;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts and limits what a receiver accepted, leaves out spans that can't be stored, and hands the
/// rest to the ingester.
///
/// With one ingester the push stays one piece; splitting it by trace begins when there are replicas
/// to split it for.
public final class Distributor implements SpanIntake {

  private static final Logger log = LoggerFactory.getLogger(Distributor.class);

  private final Overrides overrides;
  private final SpanIntake ingester;
  private final DistributorMetrics metrics;
  private final RateLimiter limiter = new RateLimiter(System::nanoTime);
  private final Map<DiscardReason, RareLog> refusals = new EnumMap<>(DiscardReason.class);

  public Distributor(Overrides overrides, SpanIntake ingester, DistributorMetrics metrics) {
    this.overrides = overrides;
    this.ingester = ingester;
    this.metrics = metrics;
    for (DiscardReason reason : DiscardReason.values()) {
      refusals.put(reason, new RareLog(log));
    }
  }

  @Override
  public CompletableFuture<PushOutcome> push(Tenant tenant, SpanBatch batch) {
    if (batch.isEmpty()) {
      return CompletableFuture.completedFuture(PushOutcome.Stored.ALL);
    }
    received(tenant, batch.spanCount(), batch.byteSize());
    IngestionLimits limits = overrides.limitsOf(tenant).ingestion();
    if (!limiter.admit(
        tenant, batch.byteSize(), limits.rateLimitBytes(), limits.burstSizeBytes())) {
      PushOutcome.Refused refusal = rateLimited(tenant, batch.byteSize(), limits);
      count(tenant, batch.spanCount(), refusal);
      return CompletableFuture.completedFuture(refusal);
    }
    metrics.of(tenant).bytes.inc(batch.byteSize());
    return store(tenant, batch);
  }

  /// Rate limits count the bytes of an export, whatever is in it, unless there are no spans. So how
  /// long it is, and that there is one, is all that has to be known.
  @Override
  public Optional<RefusedUndecoded> refuseUndecoded(Tenant tenant, Bytes otlp) {
    IngestionLimits limits = overrides.limitsOf(tenant).ingestion();
    if (limiter.wouldAdmit(
        tenant, otlp.length(), limits.rateLimitBytes(), limits.burstSizeBytes())) {
      return Optional.empty();
    }
    int spans = spansIn(otlp);
    if (spans == 0) {
      return Optional.empty();
    }
    received(tenant, spans, otlp.length());
    PushOutcome.Refused refusal = rateLimited(tenant, otlp.length(), limits);
    count(tenant, spans, refusal);
    return Optional.of(new RefusedUndecoded(spans, refusal));
  }

  /// 0 also when that can't be told: whoever decodes it will say why.
  private static int spansIn(Bytes otlp) {
    try {
      return SpanCount.of(otlp);
    } catch (MalformedProtoException malformed) {
      return 0;
    }
  }

  private void received(Tenant tenant, int spans, int bytes) {
    DistributorMetrics.OfTenant counters = metrics.of(tenant);
    counters.spans.inc(spans);
    counters.ingress.inc(bytes);
  }

  private CompletableFuture<PushOutcome> store(Tenant tenant, SpanBatch batch) {
    long begin = System.nanoTime();
    Screening screening = Screening.of(batch);
    if (screening.batch().isEmpty()) {
      PushOutcome outcome = new PushOutcome.Stored(screening.rejections());
      count(tenant, batch.spanCount(), outcome);
      return CompletableFuture.completedFuture(outcome);
    }
    return ingester
        .push(tenant, screening.batch())
        .thenApply(stored -> {
          PushOutcome outcome = with(stored, screening.rejections());
          metrics.appended(outcome instanceof PushOutcome.Stored);
          metrics.pushed(begin);
          count(tenant, batch.spanCount(), outcome);
          return outcome;
        });
  }

  private static PushOutcome with(PushOutcome outcome, List<Rejection> rejections) {
    return switch (outcome) {
      case PushOutcome.Stored stored -> stored.and(rejections);
      case PushOutcome.Refused refused -> refused;
    };
  }

  private void count(Tenant tenant, int spans, PushOutcome outcome) {
    switch (outcome) {
      case PushOutcome.Stored(List<Rejection> rejections) -> {
        for (Rejection each : rejections) {
          metrics.discarded(tenant, each.reason(), each.spans());
          warn(
              each.reason(),
              () ->
                  "refused %d of %d spans of tenant %s: %s"
                      .formatted(each.spans(), spans, tenant, each.message()));
        }
      }
      case PushOutcome.Refused refused -> {
        metrics.discarded(tenant, refused.reason(), spans);
        warn(
            refused.reason(),
            () ->
                "backpressure: refused a push of %d spans of tenant %s: %s"
                    .formatted(spans, tenant, refused.message()));
      }
    }
  }

  /// Each reason has its own pause, so that none hides another.
  private void warn(DiscardReason reason, Supplier<String> text) {
    requireNonNull(refusals.get(reason)).warn(text);
  }

  private static PushOutcome.Refused rateLimited(Tenant tenant, int bytes, IngestionLimits limits) {
    long burst = limits.burstSizeBytes();
    boolean never = bytes > burst;
    String message =
        never
            ? "RATE_LIMITED: a batch of %d bytes is larger than the burst of %d bytes of tenant %s and will never be accepted"
                .formatted(bytes, burst, tenant)
            : "RATE_LIMITED: ingestion rate limit of %d bytes a second exceeded while adding %d bytes for tenant %s"
                .formatted(limits.rateLimitBytes(), bytes, tenant);
    return new PushOutcome.Refused(
        ErrorKind.RESOURCE_EXHAUSTED,
        DiscardReason.RATE_LIMITED,
        message,
        limits.retryInfoEnabled() && !never);
  }
}
