package dev.spoor.distributor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.contract.DiscardReason;
import dev.spoor.contract.PushOutcome;
import dev.spoor.contract.RefusedUndecoded;
import dev.spoor.contract.Rejection;
import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.overrides.IngestionLimits;
import dev.spoor.overrides.Overrides;
import dev.spoor.overrides.OverridesConfig;
import dev.spoor.overrides.TenantLimits;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.testkit.HostileBodies;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.otlp.OtlpJson;
import dev.spoor.wire.otlp.SpanBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DistributorTest {

  private static final String SPAN =
      """
      {"resourceSpans": [{"scopeSpans": [{"spans": [
        {"traceId": "00000000000000000000000000000001", "spanId": "0000000000000001", "name": "%s"}
      ]}]}]}\
      """;

  private final Distributor distributor =
      new Distributor(
          new Overrides(limits(1, 100)),
          (_, _) -> CompletableFuture.completedFuture(PushOutcome.Stored.ALL),
          new DistributorMetrics(new Metrics()));

  @Test
  void aSenderWhoWasTooFastMayBeToldWhenToComeBack() throws Exception {
    assertThat(push("x")).isInstanceOf(PushOutcome.Stored.class);
    push("x");

    assertThat(push("x"))
        .isInstanceOfSatisfying(
            PushOutcome.Refused.class, refused -> assertThat(refused.mayTellWhen()).isTrue());
  }

  @Test
  void whatIsLargerThanTheBurstIsNotAskedForAgain() throws Exception {
    assertThat(push("x".repeat(200)))
        .isInstanceOfSatisfying(
            PushOutcome.Refused.class,
            refused -> {
              assertThat(refused.message()).contains("will never be accepted");
              assertThat(refused.mayTellWhen()).isFalse();
            });
  }

  @Test
  void aSpanWithCountlessEntriesIsRefusedSinglyAndCounted() throws Exception {
    Metrics metrics = new Metrics();
    List<SpanBatch> stored = new ArrayList<>();
    Distributor generous =
        new Distributor(
            new Overrides(OverridesConfig.DEFAULTS),
            (_, batch) -> {
              stored.add(batch);
              return CompletableFuture.completedFuture(PushOutcome.Stored.ALL);
            },
            new DistributorMetrics(metrics));
    Bytes good = HostileBodies.emptyEvents(1, 1, 1, OtlpDecoder.MAX_ENTRIES);
    Bytes bad = HostileBodies.emptyEvents(2, 1, 1, OtlpDecoder.MAX_ENTRIES + 1);
    ProtoWriter both = new ProtoWriter();
    both.raw(good);
    both.raw(bad);

    PushOutcome outcome = generous.push(Tenant.SINGLE, OtlpDecoder.decode(both.finish())).get();

    assertThat(outcome)
        .isEqualTo(
            new PushOutcome.Stored(
                List.of(
                    new Rejection(
                        DiscardReason.TOO_MANY_ENTRIES,
                        1,
                        "a span, its resource or its scope must not have more than 250000"
                            + " attributes, events, links and values within values"))));
    assertThat(stored).hasSize(1);
    assertThat(stored.getFirst().body().toArray()).isEqualTo(good.toArray());
    assertThat(new String(metrics.scrape(null).body(), StandardCharsets.UTF_8))
        .contains(
            "tempo_discarded_spans_total{reason=\"too_many_entries\",tenant=\"single-tenant\"}"
                + " 1.0");
  }

  @Test
  void whatIsCertainlyOverTheLimitIsRefusedUndecodedAndCountedBySpans() throws Exception {
    Metrics metrics = new Metrics();
    List<SpanBatch> stored = new ArrayList<>();
    Distributor strict =
        new Distributor(
            new Overrides(limits(1, 1_000)),
            (_, batch) -> {
              stored.add(batch);
              return CompletableFuture.completedFuture(PushOutcome.Stored.ALL);
            },
            new DistributorMetrics(metrics));
    Bytes fits = HostileBodies.emptyEvents(1, 1, 1, 400);
    Bytes large = HostileBodies.emptyEvents(1, 7, 3, 100);

    assertThat(strict.refuseUndecoded(Tenant.SINGLE, fits)).isEmpty();
    assertThat(strict.refuseUndecoded(Tenant.SINGLE, large)).isPresent();
    assertThat(strict.refuseUndecoded(Tenant.SINGLE, fits)).as("asking takes nothing").isEmpty();
    strict.push(Tenant.SINGLE, OtlpDecoder.decode(fits));
    RefusedUndecoded early = strict.refuseUndecoded(Tenant.SINGLE, fits).orElseThrow();

    assertThat(early.spans()).isEqualTo(1);
    assertThat(early.outcome())
        .isEqualTo(strict.push(Tenant.SINGLE, OtlpDecoder.decode(fits)).get());
    assertThat(stored).hasSize(1);
    String text = new String(metrics.scrape(null).body(), StandardCharsets.UTF_8);
    assertThat(text)
        .contains(
            "tempo_discarded_spans_total{reason=\"rate_limited\",tenant=\"single-tenant\"} 23.0")
        .contains("tempo_distributor_spans_received_total{tenant=\"single-tenant\"} 24.0")
        .contains(
            "tempo_distributor_ingress_bytes_total{tenant=\"single-tenant\"} "
                + (3.0 * fits.length() + large.length()));
  }

  @Test
  void whatHoldsNoSpansOrCannotBeWalkedIsLeftToWhoDecodesIt() {
    assertThat(distributor.refuseUndecoded(Tenant.SINGLE, HostileBodies.emptySpans(200)))
        .isPresent();
    assertThat(distributor.refuseUndecoded(Tenant.SINGLE, resourceOf(1_000))).isEmpty();
    assertThat(distributor.refuseUndecoded(Tenant.SINGLE, Bytes.utf8("x".repeat(1_000)))).isEmpty();
    assertThat(
            distributor.refuseUndecoded(
                Tenant.SINGLE, HostileBodies.emptySpans(OtlpDecoder.MAX_SPANS + 1)))
        .isEmpty();
  }

  /// An export with a resource, and without spans.
  private static Bytes resourceOf(int bytes) {
    ProtoWriter request = new ProtoWriter();
    int resourceSpans = request.begin(1);
    request.bytes(1, new byte[] {});
    request.bytes(3, new byte[bytes]);
    request.end(resourceSpans);
    return request.finish();
  }

  private PushOutcome push(String name) throws Exception {
    SpanBatch batch = OtlpDecoder.decode(OtlpJson.toProtobuf(Bytes.utf8(SPAN.formatted(name))));
    return distributor.push(Tenant.SINGLE, batch).get();
  }

  private static OverridesConfig limits(long rate, long burst) {
    TenantLimits usual = TenantLimits.DEFAULTS;
    IngestionLimits ingestion =
        new IngestionLimits(IngestionLimits.RateStrategy.LOCAL, rate, burst, 0, 0, 0, true);
    return new OverridesConfig(
        new TenantLimits(
            ingestion, usual.read(), usual.compaction(), usual.global(), usual.storage()),
        "",
        Duration.ofSeconds(10),
        false,
        OverridesConfig.UserConfigurable.DEFAULTS);
  }
}
