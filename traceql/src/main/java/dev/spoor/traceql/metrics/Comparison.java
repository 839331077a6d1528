package dev.spoor.traceql.metrics;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.FieldText;
import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.Metric;
import dev.spoor.traceql.evaluate.FieldEvaluator;
import dev.spoor.traceql.fetch.AttributeCatalog;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.QueryBudget;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.ValueColumn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Counts the values of every attribute, apart for the spans of a selection and for the others.
final class Comparison {

  static final String BASELINE = "baseline";
  static final String SELECTION = "selection";
  static final String TOTAL = "_total";

  private static final List<Field.Intrinsic> INTRINSICS =
      List.of(
          Field.Intrinsic.NAME,
          Field.Intrinsic.STATUS,
          Field.Intrinsic.STATUS_MESSAGE,
          Field.Intrinsic.KIND,
          Field.Intrinsic.ROOT_NAME,
          Field.Intrinsic.ROOT_SERVICE_NAME,
          Field.Intrinsic.INSTRUMENTATION_NAME,
          Field.Intrinsic.INSTRUMENTATION_VERSION);

  private final SpanBatch batch;
  private final FieldEvaluator fields;
  private final Metric.Compare compare;
  private final Intervals intervals;

  Comparison(SpanBatch batch, FieldEvaluator fields, Metric.Compare compare, Intervals intervals) {
    this.batch = batch;
    this.fields = fields;
    this.compare = compare;
    this.intervals = intervals;
  }

  /// Takes one occurrence of a value, or one span that has an attribute.
  interface Counter {
    void count(List<Label> labels, int interval);
  }

  void count(OrdinalSet found, Counter counter) throws IOException {
    if (found.isEmpty()) {
      return;
    }
    ValueColumn starts = batch.values(Field.Intrinsic.SPAN_START, found);
    OrdinalSet selected = fields.holding(compare.selection().condition(), found);
    for (Field field : comparedFields()) {
      QueryBudget.current().check();
      String key = FieldText.canonical(field);
      ValueColumn values = fields.column(new FieldExpression.FieldOf(field), found);
      for (int span = found.next(0); span >= 0; span = found.next(span + 1)) {
        long start = starts.longAt(span);
        int interval = intervals.indexOf(start);
        Value value = values.at(span);
        if (interval >= 0 && isCompared(field, value)) {
          String type = selected.contains(span) && isInWindow(start) ? SELECTION : BASELINE;
          counter.count(
              List.of(Label.text(Label.META_TYPE, type), Label.of(key, value)), interval);
          counter.count(
              List.of(Label.text(Label.META_TYPE, type + TOTAL), Label.text(key, "nil")), interval);
        }
      }
    }
  }

  private boolean isInWindow(long start) {
    return compare
        .window()
        .map(window -> start > window.from() && start <= window.to())
        .orElse(true);
  }

  private List<Field> comparedFields() throws IOException {
    if (!(batch instanceof AttributeCatalog catalog)) {
      throw new TraceQlException(
          TraceQlException.Reason.EVALUATION,
          "compare() is not possible here: the attributes of the data are not known");
    }
    List<Field> compared = new ArrayList<>(INTRINSICS);
    compared.addAll(catalog.attributes());
    return compared;
  }

  /// An intrinsic text that is empty is not there.
  private static boolean isCompared(Field field, Value value) {
    return switch (value) {
      case Value.Nil _, Value.Duration _, Value.Opaque _ -> false;
      case Value.Str(String text) -> !text.isEmpty() || field instanceof Field.Attribute;
      case Value.Int _, Value.Float _, Value.Bool _, Value.Status _, Value.Kind _, Value.Array _ ->
          true;
    };
  }
}
