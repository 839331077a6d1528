package dev.spoor.traceql.evaluate;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.References;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.ValueColumn;
import dev.spoor.traceql.plan.Prefilter;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// Evaluates expressions for the spans of a batch. One thread at a time.
public final class FieldEvaluator {

  /// Rows that are evaluated at once, when events and links are combined.
  private static final int MAX_ROWS = 1 << 16;

  private final SpanBatch batch;
  private final Levels levels;
  private final RowEvaluator evaluator;

  public FieldEvaluator(SpanBatch batch) {
    this.batch = batch;
    this.levels = new Levels(batch);
    this.evaluator = new RowEvaluator(batch, new Rows.Spans(batch, levels));
  }

  /// The spans out of `within` for which a filter's condition is true. A condition on events holds
  /// when one event satisfies all of it, and so do links. The caller may change the set.
  public OrdinalSet holding(FieldExpression condition, OrdinalSet within) throws IOException {
    boolean events = References.any(condition, Field.Level.EVENT);
    boolean links = References.any(condition, Field.Level.LINK);
    if (!events && !links) {
      return evaluator.holding(condition, within);
    }
    return new Expansion(condition, events, links).holding(candidates(condition, within));
  }

  /// The values of an expression, of the first event and link where it mentions any; only those of
  /// `within` are sure to be there.
  public ValueColumn column(FieldExpression expression, OrdinalSet within) throws IOException {
    ValueColumn column = evaluator.column(expression, within);
    boolean isEventName =
        expression instanceof FieldExpression.FieldOf(Field field)
            && field == Field.Intrinsic.EVENT_NAME;
    return isEventName && column instanceof MappedColumn(var names, var ordinals, Value _)
        ? new MappedColumn(names, ordinals, new Value.Str(""))
        : column;
  }

  /// What is left after the simple conditions, before spans are multiplied by their events.
  private OrdinalSet candidates(FieldExpression condition, OrdinalSet within) throws IOException {
    return switch (Prefilter.of(condition)) {
      case Prefilter.Everything _ -> within;
      case Prefilter.Nothing _ -> new OrdinalSet(within.size());
      case Prefilter.Satisfies(List<Condition> conditions, boolean all) -> {
        OrdinalSet candidates = all ? within.copy() : new OrdinalSet(within.size());
        for (Condition simple : conditions) {
          OrdinalSet spansOf = levels.spansOf(simple.field().level(), batch.matching(simple));
          if (all) {
            candidates.and(spansOf);
          } else {
            candidates.or(spansOf);
          }
        }
        yield candidates.and(within);
      }
    };
  }

  /// Spans, each with every one of its events and links.
  private final class Expansion {

    private final FieldExpression condition;
    private final boolean events;
    private final boolean links;
    private final OrdinalSet result = new OrdinalSet(batch.spanCount());
    private int[] spanOf = new int[256];
    private int[] eventOf = new int[256];
    private int[] linkOf = new int[256];
    private int size;

    Expansion(FieldExpression condition, boolean events, boolean links) {
      this.condition = condition;
      this.events = events;
      this.links = links;
    }

    OrdinalSet holding(OrdinalSet candidates) throws IOException {
      int[] firstEvent = events ? levels.offsets(Field.Level.EVENT) : new int[0];
      int[] firstLink = links ? levels.offsets(Field.Level.LINK) : new int[0];
      for (int span = candidates.next(0); span >= 0; span = candidates.next(span + 1)) {
        int eventFrom = events ? firstEvent[span] : 0;
        int eventTo = events ? firstEvent[span + 1] : 0;
        int linkFrom = links ? firstLink[span] : 0;
        int linkTo = links ? firstLink[span + 1] : 0;
        expand(span, eventFrom, eventTo, linkFrom, linkTo);
      }
      evaluate();
      return result;
    }

    private void expand(int span, int eventFrom, int eventTo, int linkFrom, int linkTo)
        throws IOException {
      int event = eventFrom;
      do {
        int link = linkFrom;
        do {
          add(span, event < eventTo ? event : -1, link < linkTo ? link : -1);
          if (size == MAX_ROWS) {
            evaluate();
          }
          if (result.contains(span)) {
            return;
          }
          link++;
        } while (link < linkTo);
        event++;
      } while (event < eventTo);
    }

    private void add(int span, int event, int link) {
      if (size == spanOf.length) {
        spanOf = Arrays.copyOf(spanOf, 2 * size);
        eventOf = Arrays.copyOf(eventOf, 2 * size);
        linkOf = Arrays.copyOf(linkOf, 2 * size);
      }
      spanOf[size] = span;
      eventOf[size] = event;
      linkOf[size] = link;
      size++;
    }

    private void evaluate() throws IOException {
      Rows rows = new Rows.Combinations(size, spanOf, eventOf, linkOf);
      OrdinalSet matching = new RowEvaluator(batch, rows).holding(condition, OrdinalSet.all(size));
      for (int row = matching.next(0); row >= 0; row = matching.next(row + 1)) {
        result.add(spanOf[row]);
      }
      size = 0;
    }
  }
}
