package dev.spoor.frontend;

import dev.spoor.contract.Explanation;
import dev.spoor.storage.parquet.ReadCost;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.FetchCost;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.QueryBudget;
import dev.spoor.traceql.fetch.QueryStop;
import dev.spoor.traceql.fetch.SpanSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A job while it runs, on one thread. Another thread may stop it.
final class JobRun {

  private final String name;
  private final QueryBudget budget;
  private final long beganNanos = System.nanoTime();
  private final List<BatchCursor> cursors = new ArrayList<>();
  private FetchCost cost = FetchCost.NONE;

  /// Who works on it; null when it has ended. Guarded by this, so that an interrupt never hits what
  /// the thread does next.
  private @Nullable Thread thread = Thread.currentThread();

  JobRun(String name, QueryBudget budget) {
    this.name = name;
    this.budget = budget;
  }

  QueryBudget budget() {
    return budget;
  }

  long beganNanos() {
    return beganNanos;
  }

  /// Begins to read a source; what that costs counts, and it is closed with the job.
  BatchCursor fetch(SpanSource source, FetchRequest request) throws IOException {
    BatchCursor cursor = source.fetch(request);
    cursors.add(cursor);
    return cursor;
  }

  /// Counts what was read by other means than [#fetch].
  void add(FetchCost more) {
    cost = cost.plus(more);
  }

  void add(ReadCost more) {
    add(new FetchCost(more.bytesRead(), 0, 0, 0, more.pagesRead(), more.pagesSkipped(), 0, 0, 0));
  }

  /// Ends the work of this job alone, wherever it is: in a loop at its next check, in a read at
  /// once. Called by any thread.
  synchronized void stop(QueryStop.Reason reason, String message) {
    budget.stop(reason, message);
    if (thread != null) {
      thread.interrupt();
    }
  }

  /// The job has ended; it can't be interrupted any more.
  synchronized void ended() {
    thread = null;
    for (BatchCursor cursor : cursors) {
      cost = cost.plus(cursor.cost());
      cursor.close();
    }
    cursors.clear();
  }

  FetchCost cost() {
    return cost;
  }

  Explanation.Job report(Explanation.Outcome outcome, String detail, long queryBeganNanos) {
    return new Explanation.Job(
        name,
        outcome,
        detail,
        Duration.ofNanos(beganNanos - queryBeganNanos),
        Duration.ofNanos(System.nanoTime() - beganNanos),
        cost);
  }
}
