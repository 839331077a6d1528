package dev.spoor.distributor;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.spoor.contract.DiscardReason;
import dev.spoor.contract.PushOutcome;
import dev.spoor.contract.Rejection;
import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.overrides.Overrides;
import dev.spoor.overrides.OverridesConfig;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.logging.RareLog;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.otlp.OtlpJson;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// An operator who greps the log finds who is refused, and why.
class RefusalLogTest {

  private static final String SPAN =
      """
      {"resourceSpans": [{"scopeSpans": [{"spans": [
        {"traceId": "00000000000000000000000000000001", "spanId": "0000000000000001"}
      ]}]}]}\
      """;

  private final Logger logger = (Logger) LoggerFactory.getLogger(Distributor.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  private PushOutcome outcome = PushOutcome.Stored.ALL;
  private final Distributor distributor =
      new Distributor(
          new Overrides(OverridesConfig.DEFAULTS),
          (_, _) -> CompletableFuture.completedFuture(outcome),
          new DistributorMetrics(new Metrics()));

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
  }

  @Test
  void aPushThatIsRefusedIsBackpressureAndAFloodOfThemOneLine() throws Exception {
    outcome =
        new PushOutcome.Refused(
            ErrorKind.RESOURCE_EXHAUSTED, DiscardReason.INGESTER_UNAVAILABLE, "memory pressure");
    push();
    push();

    assertThat(said())
        .containsExactly(
            "backpressure: refused a push of 1 spans of tenant single-tenant: memory pressure");
  }

  @Test
  void spansOverALimitAreNamedWithTheirReasonsWhichDoNotHideEachOther() throws Exception {
    outcome =
        new PushOutcome.Stored(
            List.of(
                new Rejection(DiscardReason.LIVE_TRACES_EXCEEDED, 1, "too many traces"),
                new Rejection(DiscardReason.TRACE_TOO_LARGE, 1, "too large")));
    push();

    assertThat(said())
        .containsExactly(
            "refused 1 of 1 spans of tenant single-tenant: too many traces",
            "refused 1 of 1 spans of tenant single-tenant: too large");
  }

  /// What nobody reads is not written.
  @Test
  void theTextOfARefusalThatIsLeftOutIsNotMade() throws Exception {
    int[] made = {0};
    RareLog rare = new RareLog(logger);
    for (int i = 0; i < 3; i++) {
      rare.warn(() -> "text " + ++made[0]);
    }

    assertThat(made[0]).isEqualTo(1);
    assertThat(said()).containsExactly("text 1");
  }

  @Test
  void whatIsStoredIsNotWorthALine() throws Exception {
    push();

    assertThat(said()).isEmpty();
  }

  private void push() throws Exception {
    distributor
        .push(Tenant.SINGLE, OtlpDecoder.decode(OtlpJson.toProtobuf(Bytes.utf8(SPAN))))
        .get();
  }

  private List<String> said() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
