package dev.spoor.traceql.metrics;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.ArithmeticOperator;
import dev.spoor.traceql.values.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/// Arithmetic on series: those with the same labels belong together, and a single series without
/// labels belongs to each of the other side. What has no partner is left out.
final class SeriesMath {

  private SeriesMath() {}

  static List<TimeSeries> withNumber(
      ArithmeticOperator operator, List<TimeSeries> series, double number, boolean numberFirst) {
    DoubleUnaryOperator change =
        value -> numberFirst ? apply(operator, number, value) : apply(operator, value, number);
    List<TimeSeries> result = new ArrayList<>();
    for (TimeSeries each : series) {
      double[] samples = new double[each.samples().length];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = change.applyAsDouble(each.samples()[i]);
      }
      List<Exemplar> exemplars =
          each.exemplars().stream()
              .map(exemplar -> exemplar.with(change.applyAsDouble(exemplar.value())))
              .filter(exemplar -> !Double.isNaN(exemplar.value()))
              .toList();
      result.add(new TimeSeries(each.labels(), samples, exemplars));
    }
    return nonEmpty(result);
  }

  static List<TimeSeries> joined(
      ArithmeticOperator operator, List<TimeSeries> left, List<TimeSeries> right) {
    List<TimeSeries> result = new ArrayList<>();
    if (isSingleWithoutLabels(right) && !isSingleWithoutLabels(left)) {
      left.forEach(each -> result.add(join(operator, each, right.getFirst())));
    } else if (isSingleWithoutLabels(left) && !isSingleWithoutLabels(right)) {
      right.forEach(each -> result.add(join(operator, left.getFirst(), each)));
    } else {
      Map<Set<Label>, TimeSeries> partners = new LinkedHashMap<>();
      right.forEach(each -> partners.put(identity(each), each));
      for (TimeSeries each : left) {
        TimeSeries partner = partners.get(identity(each));
        if (partner != null) {
          result.add(join(operator, each, partner));
        }
      }
    }
    return nonEmpty(result);
  }

  private static List<TimeSeries> nonEmpty(List<TimeSeries> series) {
    return series.stream().filter(each -> !each.isEmpty()).toList();
  }

  private static boolean isSingleWithoutLabels(List<TimeSeries> series) {
    return series.size() == 1 && identity(series.getFirst()).isEmpty();
  }

  private static Set<Label> identity(TimeSeries series) {
    return Set.copyOf(
        series.labels().stream().filter(label -> !label.key().equals(Label.NAME)).toList());
  }

  private static TimeSeries join(ArithmeticOperator operator, TimeSeries a, TimeSeries b) {
    double[] samples = new double[a.samples().length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = apply(operator, a.samples()[i], b.samples()[i]);
    }
    List<Exemplar> exemplars = new ArrayList<>(a.exemplars());
    exemplars.addAll(b.exemplars());
    return new TimeSeries(labels(operator, a, b), samples, exemplars);
  }

  private static List<Label> labels(ArithmeticOperator operator, TimeSeries a, TimeSeries b) {
    Map<String, Label> labels = new LinkedHashMap<>();
    Optional<String> nameA = name(a);
    Optional<String> nameB = name(b);
    if (nameA.isPresent() && nameB.isPresent()) {
      String name = "(%s %s %s)".formatted(nameA.get(), operator.text(), nameB.get());
      labels.put(Label.NAME, Label.text(Label.NAME, name));
    }
    for (TimeSeries series : List.of(a, b)) {
      for (Label label : series.labels()) {
        if (!label.key().equals(Label.NAME)) {
          labels.put(label.key(), label);
        }
      }
    }
    return List.copyOf(labels.values());
  }

  private static Optional<String> name(TimeSeries series) {
    return series.labels().stream()
        .filter(label -> label.key().equals(Label.NAME))
        .map(label -> label.value() instanceof Value.Str(String name) ? name : "")
        .findFirst();
  }

  /// Missing where an operand is, and for a division by zero.
  private static double apply(ArithmeticOperator operator, double left, double right) {
    boolean dividesByZero = operator == ArithmeticOperator.DIVIDE && right == 0;
    return dividesByZero ? Double.NaN : Numbers.doubles(operator, left, right);
  }
}
