package dev.spoor.receiver;

import dev.spoor.contract.PushOutcome;
import dev.spoor.contract.Rejection;
import dev.spoor.contract.SpanIntake;
import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.logging.RareLog;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.otlp.SpanBatch;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Pushes for protocols whose answer knows only yes and no.
///
/// What is refused of a batch whose rest was stored is counted and logged, since sending all of it
/// again would not help. When nothing was stored the answer is no.
final class WholePush {

  private static final Logger log = LoggerFactory.getLogger(WholePush.class);

  private final SpanIntake intake;
  private final RareLog refusals = new RareLog(log);

  WholePush(SpanIntake intake) {
    this.intake = intake;
  }

  /// The answer to a batch.
  sealed interface Answer {

    /// @param refused which spans were not stored, and why; empty when all were
    record Yes(String refused) implements Answer {}

    /// @param mayTellWhen whether the sender may be told when to come back
    record No(ErrorKind kind, String message, boolean mayTellWhen) implements Answer {}
  }

  /// Does not block; what is chained to the future must not either.
  ///
  /// @param otlp a batch converted to an OTLP trace export
  /// @param sender what spoke to us, for the log
  CompletableFuture<Answer> push(
      Tenant tenant, Bytes otlp, ReceiverMetrics.Transport metrics, String sender) {
    SpanBatch batch = decoded(otlp);
    return intake
        .push(tenant, batch)
        .thenApply(outcome -> {
          metrics.count(batch.spanCount(), outcome);
          return answer(tenant, batch.spanCount(), outcome, sender);
        });
  }

  private Answer answer(Tenant tenant, int spans, PushOutcome outcome, String sender) {
    return switch (outcome) {
      case PushOutcome.Refused refused ->
          new Answer.No(refused.kind(), refused.message(), refused.mayTellWhen());
      case PushOutcome.Stored stored when stored.rejectedSpans() == 0 -> new Answer.Yes("");
      case PushOutcome.Stored(List<Rejection> rejections) -> {
        String reasons = Rejections.text(rejections);
        int refused = rejections.stream().mapToInt(Rejection::spans).sum();
        refusals.warn(
            "refused %d of %d spans of tenant %s over %s: %s"
                .formatted(refused, spans, tenant, sender, reasons));
        yield refused == spans
            ? new Answer.No(ErrorKind.INVALID, reasons, false)
            : new Answer.Yes(reasons);
      }
    };
  }

  private static SpanBatch decoded(Bytes otlp) {
    try {
      return OtlpDecoder.decode(otlp);
    } catch (MalformedProtoException ours) {
      throw new IllegalStateException("a batch was converted to a malformed one", ours);
    }
  }
}
