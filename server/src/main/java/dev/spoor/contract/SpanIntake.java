package dev.spoor.contract;

import dev.spoor.model.Tenant;
import dev.spoor.wire.otlp.SpanBatch;
import java.util.concurrent.CompletableFuture;

/// Takes spans from a receiver, or from a distributor.
public interface SpanIntake {

  /// Does not block. The future completes when the outcome is certain: with [PushOutcome.Stored]
  /// not before the spans are safe on disk and are found by queries. It completes on a thread that
  /// others wait for, so what is chained to it must not block either.
  CompletableFuture<PushOutcome> push(Tenant tenant, SpanBatch batch);
}
