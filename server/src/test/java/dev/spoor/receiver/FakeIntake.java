package dev.spoor.receiver;

import dev.spoor.contract.PushOutcome;
import dev.spoor.contract.SpanIntake;
import dev.spoor.model.Tenant;
import dev.spoor.wire.otlp.SpanBatch;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/// Remembers whose spans it got, and answers what it is told, or nothing until it is.
final class FakeIntake implements SpanIntake {

  final List<Tenant> tenants = new CopyOnWriteArrayList<>();
  volatile CompletableFuture<PushOutcome> answer =
      CompletableFuture.completedFuture(PushOutcome.Stored.ALL);

  @Override
  public CompletableFuture<PushOutcome> push(Tenant tenant, SpanBatch batch) {
    tenants.add(tenant);
    return answer;
  }

  void answers(PushOutcome outcome) {
    answer = CompletableFuture.completedFuture(outcome);
  }
}
