package dev.spoor.traceql.evaluate;

import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.CanonicalText;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.Pipeline;
import dev.spoor.traceql.ast.ScalarExpression;
import dev.spoor.traceql.ast.SpansetExpression;
import dev.spoor.traceql.ast.SpansetOperator;
import dev.spoor.traceql.ast.Stage;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.QueryBudget;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.ValueColumn;
import dev.spoor.traceql.values.Comparisons;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs a pipeline over the traces of a batch, stage by stage, all traces at once. One thread at a
/// time.
public final class PipelineEvaluator {

  private static final int[] NONE = {};

  private final SpanBatch batch;
  private final FieldEvaluator fields;
  private final QueryBudget budget = QueryBudget.current();

  /// What was found out for all spans already, by the very expression.
  private final IdentityHashMap<FieldExpression, OrdinalSet> decided = new IdentityHashMap<>();

  public PipelineEvaluator(SpanBatch batch, FieldEvaluator fields) {
    this.batch = batch;
    this.fields = fields;
  }

  /// The sets of spans that the last stage gives; those of one trace are next to each other.
  ///
  /// @throws TraceQlException when a relation is asked between spans that are in groups
  /// @throws IOException naming what can't be read
  public List<Spanset> run(Pipeline pipeline) throws IOException {
    return run(pipeline, perTrace(candidates(pipeline)));
  }

  /// The spans that are in one of the sets which the last stage gives, as if some traces were not
  /// there.
  ///
  /// @param without the ordinals of traces
  /// @throws TraceQlException as [#run]
  /// @throws IOException naming what can't be read
  public OrdinalSet spans(Pipeline pipeline, OrdinalSet without) throws IOException {
    return onlyFilters(pipeline)
        ? candidates(pipeline, without)
        : Spanset.union(run(pipeline, without), batch.spanCount());
  }

  /// Whether a pipeline looks at each span alone, with one filter.
  private static boolean onlyFilters(Pipeline pipeline) {
    for (int i = 0; i < pipeline.stages().size(); i++) {
      boolean isFirstFilter =
          i == 0
              && pipeline.stages().get(i) instanceof Stage.Spanset(SpansetExpression.Filter _);
      if (!isFirstFilter && !(pipeline.stages().get(i) instanceof Stage.Select)) {
        return false;
      }
    }
    return !pipeline.stages().isEmpty();
  }

  /// Likewise, as if some traces were not there.
  ///
  /// @param without the ordinals of traces
  public List<Spanset> run(Pipeline pipeline, OrdinalSet without) throws IOException {
    return run(pipeline, perTrace(candidates(pipeline, without)));
  }

  private OrdinalSet candidates(Pipeline pipeline, OrdinalSet without) throws IOException {
    OrdinalSet candidates = candidates(pipeline);
    for (int trace = without.next(0); trace >= 0; trace = without.next(trace + 1)) {
      candidates.removeRange(batch.firstSpan(trace), batch.firstSpan(trace + 1));
    }
    return candidates;
  }

  private List<Spanset> perTrace(OrdinalSet spans) {
    List<Spanset> result = new ArrayList<>();
    IntList ofTrace = new IntList();
    int trace = 0;
    int end = batch.traceCount() == 0 ? 0 : batch.firstSpan(1);
    for (int span = spans.next(0); span >= 0; span = spans.next(span + 1)) {
      if (span >= end) {
        addTo(result, trace, ofTrace);
        while (span >= end) {
          trace++;
          end = batch.firstSpan(trace + 1);
        }
      }
      ofTrace.add(span);
    }
    addTo(result, trace, ofTrace);
    return result;
  }

  private static void addTo(List<Spanset> result, int trace, IntList spans) {
    if (!spans.isEmpty()) {
      result.add(new Spanset(trace, spans.toArray(), List.of()));
      spans.clear();
    }
  }

  /// The spans that the first stage may keep: no other can matter.
  private OrdinalSet candidates(Pipeline pipeline) throws IOException {
    return switch (pipeline.stages().getFirst()) {
      case Stage.Spanset(SpansetExpression expression) -> candidates(expression);
      case Stage.ScalarFilter _, Stage.Group _, Stage.Coalesce _, Stage.Select _ ->
          OrdinalSet.all(batch.spanCount());
    };
  }

  private OrdinalSet candidates(SpansetExpression expression) throws IOException {
    return switch (expression) {
      case SpansetExpression.Filter(FieldExpression condition) -> {
        OrdinalSet holding = fields.holding(condition, OrdinalSet.all(batch.spanCount()));
        decided.put(condition, holding);
        yield holding.copy();
      }
      case SpansetExpression.Combined(var _, SpansetExpression left, SpansetExpression right) ->
          candidates(left).or(candidates(right));
      case SpansetExpression.Piped(Pipeline pipeline) -> candidates(pipeline);
    };
  }

  private List<Spanset> run(Pipeline pipeline, List<Spanset> input) throws IOException {
    List<Spanset> spansets = input;
    for (Stage stage : pipeline.stages()) {
      if (spansets.isEmpty()) {
        return spansets;
      }
      budget.check();
      spansets = apply(stage, spansets);
    }
    return spansets;
  }

  private List<Spanset> apply(Stage stage, List<Spanset> input) throws IOException {
    return switch (stage) {
      case Stage.Spanset(SpansetExpression.Piped(Pipeline pipeline)) -> run(pipeline, input);
      case Stage.Spanset(SpansetExpression expression) -> select(expression, input);
      case Stage.ScalarFilter filter -> filter(filter, input);
      case Stage.Group(FieldExpression key) -> group(key, input);
      case Stage.Coalesce() -> coalesce(input);
      case Stage.Select _ -> input;
    };
  }

  private List<Spanset> select(SpansetExpression expression, List<Spanset> input)
      throws IOException {
    List<List<int[]>> selected = evaluate(expression, input);
    List<Spanset> result = new ArrayList<>();
    for (int i = 0; i < input.size(); i++) {
      for (int[] spans : selected.get(i)) {
        result.add(input.get(i).with(spans));
      }
    }
    return result;
  }

  /// For each input the sets of spans that the expression selects from it, none of them empty.
  private List<List<int[]>> evaluate(SpansetExpression expression, List<Spanset> input)
      throws IOException {
    return switch (expression) {
      case SpansetExpression.Filter(FieldExpression condition) -> filter(condition, input);
      case SpansetExpression.Combined(
              SpansetOperator operator,
              SpansetExpression left,
              SpansetExpression right) ->
          combine(operator, evaluate(left, input), evaluate(right, input));
      case SpansetExpression.Piped(Pipeline pipeline) -> nested(pipeline, input);
    };
  }

  private List<List<int[]>> filter(FieldExpression condition, List<Spanset> input)
      throws IOException {
    OrdinalSet known = decided.get(condition);
    OrdinalSet holding =
        known != null ? known : fields.holding(condition, Spanset.union(input, batch.spanCount()));
    List<List<int[]>> result = new ArrayList<>(input.size());
    for (Spanset spanset : input) {
      int[] spans = spanset.retained(holding);
      result.add(spans.length == 0 ? List.of() : List.of(spans));
    }
    return result;
  }

  /// Each input is a world of its own, so the trace of a spanset stands for the input here.
  private List<List<int[]>> nested(Pipeline pipeline, List<Spanset> input) throws IOException {
    List<Spanset> inputs = new ArrayList<>(input.size());
    List<List<int[]>> result = new ArrayList<>(input.size());
    for (int i = 0; i < input.size(); i++) {
      inputs.add(new Spanset(i, input.get(i).spans(), List.of()));
      result.add(new ArrayList<>());
    }
    for (Spanset spanset : run(pipeline, inputs)) {
      result.get(spanset.trace()).add(spanset.spans());
    }
    return result;
  }

  private List<List<int[]>> combine(
      SpansetOperator operator, List<List<int[]>> lefts, List<List<int[]>> rights)
      throws IOException {
    SpansetOperator.Relation relation = operator.relation();
    Structure structure = relation == null ? null : structure(lefts, rights, relation);
    List<List<int[]>> result = new ArrayList<>(lefts.size());
    for (int i = 0; i < lefts.size(); i++) {
      budget.check();
      int[] left = pooled(lefts.get(i));
      int[] right = pooled(rights.get(i));
      int[] spans;
      if (relation != null && structure != null) {
        requireSingle(lefts.get(i));
        requireSingle(rights.get(i));
        spans = structure.apply(operator, relation, left, right);
      } else if (operator == SpansetOperator.AND && (left.length == 0 || right.length == 0)) {
        spans = NONE;
      } else {
        spans = Spanset.union(left, right);
      }
      result.add(spans.length == 0 ? List.of() : List.of(spans));
    }
    return result;
  }

  private Structure structure(
      List<List<int[]>> lefts, List<List<int[]>> rights, SpansetOperator.Relation relation)
      throws IOException {
    OrdinalSet spans = new OrdinalSet(batch.spanCount());
    for (int i = 0; i < lefts.size(); i++) {
      // Positions matter where there are spans on both sides.
      if (!lefts.get(i).isEmpty() && !rights.get(i).isEmpty()) {
        addAll(lefts.get(i), spans);
        addAll(rights.get(i), spans);
      }
    }
    return Structure.of(batch, spans, relation);
  }

  private static void addAll(List<int[]> spansets, OrdinalSet to) {
    for (int[] spanset : spansets) {
      for (int span : spanset) {
        to.add(span);
      }
    }
  }

  private static void requireSingle(List<int[]> spansets) {
    if (spansets.size() > 1) {
      throw new TraceQlException(
          TraceQlException.Reason.EVALUATION,
          "spanset operators are not supported for multiple spansets per trace."
              + " consider using coalesce()");
    }
  }

  private static int[] pooled(List<int[]> spansets) {
    int[] pooled = NONE;
    for (int[] spans : spansets) {
      pooled = pooled.length == 0 ? spans : Spanset.union(pooled, spans);
    }
    return pooled;
  }

  private List<Spanset> filter(Stage.ScalarFilter filter, List<Spanset> input) throws IOException {
    if (!(filter.left() instanceof ScalarExpression.Aggregate aggregate)
        || !(filter.right() instanceof ScalarExpression.Literal(Value literal))) {
      throw new IllegalStateException("not checked: " + CanonicalText.of(filter));
    }
    String name = CanonicalText.of(aggregate);
    Aggregator aggregator = new Aggregator(aggregate.function(), argument(aggregate, input));
    List<Spanset> result = new ArrayList<>();
    for (Spanset spanset : input) {
      Value value = aggregator.of(spanset.spans());
      if (Comparisons.holds(filter.operator(), value, literal)) {
        result.add(spanset.with(name, value));
      }
    }
    return result;
  }

  private ValueColumn argument(ScalarExpression.Aggregate aggregate, List<Spanset> input)
      throws IOException {
    return aggregate.argument().isEmpty()
        ? new ConstantColumn(Value.NIL)
        : fields.column(aggregate.argument().get(), Spanset.union(input, batch.spanCount()));
  }

  private List<Spanset> group(FieldExpression key, List<Spanset> input) throws IOException {
    String name = CanonicalText.of(new Stage.Group(key));
    ValueColumn keys = fields.column(key, Spanset.union(input, batch.spanCount()));
    List<Spanset> result = new ArrayList<>();
    for (Spanset spanset : input) {
      Map<Value, IntList> groups = new LinkedHashMap<>();
      for (int span : spanset.spans()) {
        groups.computeIfAbsent(keys.at(span), _ -> new IntList()).add(span);
      }
      groups.forEach((value, spans) -> result.add(spanset.with(spans.toArray()).with(name, value)));
    }
    return result;
  }

  private static List<Spanset> coalesce(List<Spanset> input) {
    List<Spanset> result = new ArrayList<>();
    for (Spanset spanset : input) {
      if (!result.isEmpty() && result.getLast().trace() == spanset.trace()) {
        Spanset last = result.removeLast();
        result.add(last.with(Spanset.union(last.spans(), spanset.spans())));
      } else {
        result.add(new Spanset(spanset.trace(), spanset.spans(), List.of()));
      }
    }
    return result;
  }
}
