package dev.spoor.traceql.query;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.ComparisonOperator;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.FieldExpression.Comparison;
import dev.spoor.traceql.ast.FieldExpression.FieldOf;
import dev.spoor.traceql.ast.FieldExpression.Literal;
import dev.spoor.traceql.ast.FieldExpression.Logic;
import dev.spoor.traceql.ast.Hints;
import dev.spoor.traceql.ast.LogicalOperator;
import dev.spoor.traceql.ast.Pipeline;
import dev.spoor.traceql.ast.Query;
import dev.spoor.traceql.ast.SpansetExpression;
import dev.spoor.traceql.ast.Stage;
import dev.spoor.traceql.check.Check;
import dev.spoor.traceql.parse.LenientParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a half-written query says about the spans from which names and values are suggested.
///
/// Only comparisons of a field with a literal, in one leading filter, joined by `&&` and `||`, are
/// taken. Comparisons that are not finished are left out. Whatever cannot be understood means that
/// there is no filter: an editor is never answered with an error because of what is half written.
///
/// @param alternatives the comparisons of each alternative, which must all hold; empty when there
///   is no filter
public record AutocompleteFilter(List<List<Comparison>> alternatives) {

  public static final AutocompleteFilter NONE = new AutocompleteFilter(List.of());

  /// More alternatives than this are refused.
  public static final int MAX_ALTERNATIVES = 100;

  public AutocompleteFilter {
    alternatives = alternatives.stream().map(List::copyOf).toList();
  }

  /// @param text what has been written so far, maybe empty
  /// @throws TraceQlException when there are more than [#MAX_ALTERNATIVES] alternatives
  public static AutocompleteFilter of(String text) {
    Optional<FieldExpression> condition = LenientParser.leadingFilter(text);
    if (condition.isEmpty()) {
      return NONE;
    }
    List<List<Comparison>> alternatives = expand(condition.get());
    boolean isOpen = alternatives.stream().anyMatch(List::isEmpty) || !isValid(condition.get());
    return isOpen ? NONE : new AutocompleteFilter(alternatives);
  }

  public boolean isEmpty() {
    return alternatives.isEmpty();
  }

  /// The filter as a query that finds the spans; empty when there is no filter.
  public Optional<CompiledQuery> query() {
    return alternatives.stream()
        .map(AutocompleteFilter::all)
        .reduce((a, b) -> Logic.of(a, LogicalOperator.OR, b))
        .map(AutocompleteFilter::compiled);
  }

  /// The value of a field, when the filter says that it equals a literal: then there is nothing
  /// else to suggest.
  public Optional<Value> valueOf(Field field) {
    if (alternatives.size() != 1) {
      return Optional.empty();
    }
    for (Comparison comparison : alternatives.getFirst()) {
      if (comparison.operator() == ComparisonOperator.EQUAL
          && comparison.left().equals(new FieldOf(field))
          && comparison.right() instanceof Literal(Value value)) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  private static FieldExpression all(List<Comparison> comparisons) {
    FieldExpression all = comparisons.getFirst();
    for (Comparison comparison : comparisons.subList(1, comparisons.size())) {
      all = Logic.of(all, LogicalOperator.AND, comparison);
    }
    return all;
  }

  private static CompiledQuery compiled(FieldExpression condition) {
    return CompiledQuery.of(query(condition));
  }

  private static Query query(FieldExpression condition) {
    return new Query.Search(
        Pipeline.of(new Stage.Spanset(new SpansetExpression.Filter(condition))), Hints.NONE);
  }

  private static boolean isValid(FieldExpression condition) {
    try {
      Check.check(query(condition));
      return true;
    } catch (TraceQlException makesNoSense) {
      return false;
    }
  }

  /// As alternatives of comparisons. What is no comparison with a literal asks for nothing.
  private static List<List<Comparison>> expand(FieldExpression expression) {
    return switch (expression) {
      case Comparison comparison -> List.of(comparison(comparison));
      case Logic logic -> {
        List<List<Comparison>> alternatives = expand(logic.first());
        for (Logic.Link link : logic.rest()) {
          alternatives = join(alternatives, link.operator(), expand(link.operand()));
        }
        yield alternatives;
      }
      case Literal _,
          FieldExpression.Reference _,
          FieldExpression.Negated _,
          FieldExpression.Not _,
          FieldExpression.Arithmetic _,
          FieldExpression.NilTest _,
          FieldExpression.Contains _ ->
          List.of(List.of());
    };
  }

  private static List<Comparison> comparison(Comparison comparison) {
    if (comparison.left() instanceof FieldOf && comparison.right() instanceof Literal) {
      return List.of(comparison);
    }
    if (comparison.left() instanceof Literal literal
        && comparison.right() instanceof FieldOf field) {
      return List.of(new Comparison(comparison.operator().mirrored(), field, literal));
    }
    return List.of();
  }

  private static List<List<Comparison>> join(
      List<List<Comparison>> left, LogicalOperator operator, List<List<Comparison>> right) {
    List<List<Comparison>> joined = new ArrayList<>();
    switch (operator) {
      case OR -> {
        joined.addAll(left);
        joined.addAll(right);
      }
      case AND -> {
        requireFew((long) left.size() * right.size());
        for (List<Comparison> a : left) {
          for (List<Comparison> b : right) {
            List<Comparison> both = new ArrayList<>(a);
            both.addAll(b);
            joined.add(both);
          }
        }
      }
    }
    requireFew(joined.size());
    return joined;
  }

  private static void requireFew(long alternatives) {
    if (alternatives > MAX_ALTERNATIVES) {
      throw new TraceQlException(
          TraceQlException.Reason.INVALID,
          "filter has more than %d alternatives".formatted(MAX_ALTERNATIVES));
    }
  }
}
