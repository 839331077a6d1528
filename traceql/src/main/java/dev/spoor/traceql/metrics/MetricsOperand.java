package dev.spoor.traceql.metrics;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.FieldExpression.Reference;
import dev.spoor.traceql.ast.Metric;
import dev.spoor.traceql.ast.Pipeline;
import dev.spoor.traceql.ast.SecondStage;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.plan.Plan;
import dev.spoor.traceql.plan.Planner;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One pipeline of a metrics query with its function: what is fetched and accumulated by itself.
/// Immutable.
public final class MetricsOperand {

  private final Pipeline pipeline;
  private final Metric metric;
  private final List<SecondStage> stages;
  private final Plan plan;

  MetricsOperand(Pipeline pipeline, Metric metric, List<SecondStage> stages) {
    this.pipeline = pipeline;
    this.metric = metric;
    this.stages = stages;
    this.plan = Planner.plan(pipeline);
  }

  /// Whether no span can match, whatever the data.
  public boolean matchesNothing() {
    return plan.isEmpty();
  }

  /// Whether the pieces of a trace have to be in one batch.
  public boolean needsWholeTraces() {
    return plan.wholeTraces()
        || metric instanceof Metric.Compare
        || argument().filter(MetricsOperand::dependsOnTrace).isPresent()
        || by().stream().anyMatch(MetricsOperand::dependsOnTrace);
  }

  private static boolean dependsOnTrace(Reference reference) {
    return reference instanceof FieldExpression.FieldOf(Field field) && field.dependsOnTrace();
  }

  /// What to ask sources for: traces that overlap the intervals.
  public FetchRequest request(Intervals intervals) {
    Set<Field> more = new LinkedHashSet<>();
    more.add(Field.Intrinsic.SPAN_START);
    argument().ifPresent(argument -> addTo(more, argument));
    by().forEach(field -> addTo(more, field));
    return plan.request(intervals.start(), intervals.end(), more);
  }

  private static void addTo(Set<Field> fields, Reference reference) {
    if (reference instanceof FieldExpression.FieldOf(Field field)) {
      fields.add(field);
    }
  }

  Pipeline pipeline() {
    return pipeline;
  }

  Metric metric() {
    return metric;
  }

  List<SecondStage> stages() {
    return stages;
  }

  /// Fields that exemplars are labelled with.
  List<Field> shown() {
    return plan.shown();
  }

  List<Reference> by() {
    return switch (metric) {
      case Metric.Count count -> count.by();
      case Metric.Over over -> over.by();
      case Metric.Histogram histogram -> histogram.by();
      case Metric.Quantile quantile -> quantile.by();
      case Metric.Compare _ -> List.of();
    };
  }

  Optional<Reference> argument() {
    return switch (metric) {
      case Metric.Count _, Metric.Compare _ -> Optional.empty();
      case Metric.Over over -> Optional.of(over.argument());
      case Metric.Histogram histogram -> Optional.of(histogram.argument());
      case Metric.Quantile quantile -> Optional.of(quantile.argument());
    };
  }

  boolean hasBuckets() {
    return metric instanceof Metric.Histogram || metric instanceof Metric.Quantile;
  }

  Measure measure() {
    return switch (metric) {
      case Metric.Over over ->
          switch (over.function()) {
            case MIN -> Measure.MIN;
            case MAX -> Measure.MAX;
            case SUM -> Measure.SUM;
            case AVG -> Measure.AVG;
          };
      case Metric.Count _, Metric.Histogram _, Metric.Quantile _, Metric.Compare _ -> Measure.COUNT;
    };
  }

  /// The name of the function.
  String name() {
    return switch (metric) {
      case Metric.Count count -> count.perSecond() ? "rate" : "count_over_time";
      case Metric.Over over -> over.function().text();
      case Metric.Histogram _ -> "histogram_over_time";
      case Metric.Quantile _ -> "quantile_over_time";
      case Metric.Compare _ -> "compare";
    };
  }
}
