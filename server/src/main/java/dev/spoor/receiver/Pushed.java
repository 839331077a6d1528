package dev.spoor.receiver;

import dev.spoor.contract.PushOutcome;
import dev.spoor.contract.RefusedUndecoded;
import dev.spoor.contract.SpanIntake;
import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.otlp.SpanBatch;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// An export that an intake has decided about.
///
/// @param spans how many it holds
record Pushed(int spans, PushOutcome outcome) {

  /// Decodes an export, unless it would be refused anyway, pushes and counts it. Does not block;
  /// what is chained to the future must not either.
  ///
  /// @throws MalformedProtoException when it can't be decoded
  static CompletableFuture<Pushed> to(
      SpanIntake intake, Tenant tenant, Bytes otlp, ReceiverMetrics.Transport metrics)
      throws MalformedProtoException {
    Optional<RefusedUndecoded> refusal = intake.refuseUndecoded(tenant, otlp);
    if (refusal.isPresent()) {
      metrics.count(refusal.get().spans(), refusal.get().outcome());
      return CompletableFuture.completedFuture(
          new Pushed(refusal.get().spans(), refusal.get().outcome()));
    }
    SpanBatch batch = OtlpDecoder.decode(otlp);
    return intake
        .push(tenant, batch)
        .thenApply(outcome -> {
          metrics.count(batch.spanCount(), outcome);
          return new Pushed(batch.spanCount(), outcome);
        });
  }
}
