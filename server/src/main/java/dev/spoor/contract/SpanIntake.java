package dev.spoor.contract;

import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.wire.otlp.SpanBatch;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Takes spans from a receiver, or from a distributor.
public interface SpanIntake {

  /// Does not block. The future completes when the outcome is certain: with [PushOutcome.Stored]
  /// not before the spans are safe on disk and are found by queries. It completes on a thread that
  /// others wait for, so what is chained to it must not block either.
  CompletableFuture<PushOutcome> push(Tenant tenant, SpanBatch batch);

  /// Refuses a push that [#push] would certainly refuse at this moment, before somebody decodes it
  /// for nothing. It takes nothing out of any limit; a refusal is counted as that of a push. Nobody
  /// looks into the spans, so what is refused may also be malformed. Does not block.
  ///
  /// @param otlp a trace export in protobuf, which may be malformed
  /// @return empty when it is worth decoding it
  default Optional<RefusedUndecoded> refuseUndecoded(Tenant tenant, Bytes otlp) {
    return Optional.empty();
  }
}
