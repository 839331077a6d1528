package dev.spoor.receiver;

import dev.spoor.contract.PushOutcome;
import dev.spoor.contract.Rejection;
import dev.spoor.contract.SpanIntake;
import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.platform.errors.ErrorKind;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Pushes for protocols whose answer knows only yes and no.
///
/// What is refused of a batch whose rest was stored is counted and logged by the distributor, since
/// sending all of it again would not help. When nothing was stored the answer is no.
final class WholePush {

  private final SpanIntake intake;

  WholePush(SpanIntake intake) {
    this.intake = intake;
  }

  /// The answer to a batch.
  sealed interface Answer {

    /// @param refused which spans were not stored, and why; empty when all were
    record Yes(String refused) implements Answer {}

    record No(PushOutcome.Refused refused) implements Answer {}
  }

  /// Does not block; what is chained to the future must not either.
  ///
  /// @param otlp a batch converted to an OTLP trace export
  CompletableFuture<Answer> push(Tenant tenant, Bytes otlp, ReceiverMetrics.Transport metrics) {
    return pushed(tenant, otlp, metrics)
        .thenApply(pushed -> answer(pushed.spans(), pushed.outcome()));
  }

  private static Answer answer(int spans, PushOutcome outcome) {
    return switch (outcome) {
      case PushOutcome.Refused refused -> new Answer.No(refused);
      case PushOutcome.Stored stored when stored.rejectedSpans() == 0 -> new Answer.Yes("");
      case PushOutcome.Stored stored -> {
        List<Rejection> rejections = stored.rejections();
        String reasons = Rejections.text(rejections);
        yield stored.rejectedSpans() == spans
            ? new Answer.No(
                new PushOutcome.Refused(
                    ErrorKind.INVALID, rejections.getFirst().reason(), reasons, false))
            : new Answer.Yes(reasons);
      }
    };
  }

  private CompletableFuture<Pushed> pushed(
      Tenant tenant, Bytes otlp, ReceiverMetrics.Transport metrics) {
    try {
      return Pushed.to(intake, tenant, otlp, metrics);
    } catch (MalformedProtoException ours) {
      throw new IllegalStateException("a batch was converted to a malformed one", ours);
    }
  }
}
