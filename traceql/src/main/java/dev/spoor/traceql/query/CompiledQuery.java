package dev.spoor.traceql.query;

import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.ast.CanonicalText;
import dev.spoor.traceql.ast.Hints;
import dev.spoor.traceql.ast.Pipeline;
import dev.spoor.traceql.ast.Query;
import dev.spoor.traceql.check.Check;
import dev.spoor.traceql.evaluate.FieldEvaluator;
import dev.spoor.traceql.evaluate.PipelineEvaluator;
import dev.spoor.traceql.evaluate.Spanset;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.plan.Plan;
import dev.spoor.traceql.plan.Planner;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/// A query that is ready to search. Immutable; any number of threads, each with batches of its own.
public final class CompiledQuery {

  private final Query query;
  private final Pipeline pipeline;
  private final Plan plan;

  private CompiledQuery(Query query, Pipeline pipeline) {
    this.query = query;
    this.pipeline = pipeline;
    this.plan = Planner.plan(pipeline);
  }

  /// Of a metrics query, what selects spans; what follows is left out.
  ///
  /// @throws TraceQlException when the query makes no sense, or searches with more than one
  ///   pipeline
  public static CompiledQuery of(Query query) {
    Check.check(query);
    return new CompiledQuery(
        query,
        switch (query) {
          case Query.Search search -> search.pipeline();
          case Query.Metrics metrics -> metrics.pipeline();
          case Query.Combination _ ->
              throw new TraceQlException(
                  TraceQlException.Reason.INVALID,
                  "arithmetic on metrics queries can't be searched for traces");
        });
  }

  public Query query() {
    return query;
  }

  public Hints hints() {
    return query.hints();
  }

  /// Whether no trace can match, whatever the data: nothing has to be read.
  public boolean matchesNothing() {
    return plan.isEmpty();
  }

  /// Whether it takes more than one span at a time to decide about a trace: then the pieces of a
  /// trace from several sources have to be in one batch before [#search] sees them. Otherwise each
  /// source can be searched alone, and a [SearchCombiner] joins what was found.
  public boolean needsWholeTraces() {
    return plan.wholeTraces();
  }

  /// What to ask sources for.
  ///
  /// @param fromNanos traces that end before this are not wanted; `Long.MIN_VALUE` for no bound
  /// @param toNanos traces that start after this are not wanted; `Long.MAX_VALUE` for no bound
  public FetchRequest request(long fromNanos, long toNanos) {
    return plan.request(fromNanos, toNanos, Set.of());
  }

  /// Finds the traces of a batch that match, and gives them to `found` until it has enough.
  ///
  /// @return whether `found` wants more
  /// @throws IOException naming what can't be read
  /// @throws TraceQlException when the query has no answer on this data
  public boolean search(SpanBatch batch, SearchLimits limits, TraceMatchConsumer found)
      throws IOException {
    return search(batch, limits, new OrdinalSet(batch.traceCount()), found);
  }

  /// Likewise, without some traces of the batch, such as those that another source has whole.
  ///
  /// @param without the ordinals of traces
  public boolean search(
      SpanBatch batch, SearchLimits limits, OrdinalSet without, TraceMatchConsumer found)
      throws IOException {
    if (matchesNothing()) {
      return true;
    }
    FieldEvaluator fields = new FieldEvaluator(batch);
    List<Spanset> spansets = new PipelineEvaluator(batch, fields).run(pipeline, without);
    return new ResultBuilder(batch, fields, plan.shown(), limits).build(spansets, found);
  }

  /// The spans of a batch that are in the answer.
  ///
  /// @throws IOException naming what can't be read
  /// @throws TraceQlException when the query has no answer on this data
  public OrdinalSet matching(SpanBatch batch) throws IOException {
    return matchesNothing()
        ? new OrdinalSet(batch.spanCount())
        : new PipelineEvaluator(batch, new FieldEvaluator(batch))
            .spans(pipeline, new OrdinalSet(batch.traceCount()));
  }

  /// The canonical text of the query.
  @Override
  public String toString() {
    return CanonicalText.of(query);
  }
}
