package dev.spoor.traceql.evaluate;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.SpansetOperator;
import dev.spoor.traceql.ast.SpansetOperator.Relation;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.ValueColumn;
import java.io.IOException;
import java.util.Arrays;

/// Relations in the tree of a trace, by nested-set numbers: a span's left number is met on the way
/// down, its right number on the way up, and its parent is named by left number. A span that no
/// root leads to has zeros, and no relations.
final class Structure {

  private static final int[] NONE = {};

  private final ValueColumn left;
  private final ValueColumn right;
  private final ValueColumn parent;

  private Structure(ValueColumn left, ValueColumn right, ValueColumn parent) {
    this.left = left;
    this.right = right;
    this.parent = parent;
  }

  /// The positions of some spans, as far as a relation is about them.
  static Structure of(SpanBatch batch, OrdinalSet spans, Relation relation) throws IOException {
    ValueColumn left = batch.values(Field.Intrinsic.NESTED_SET_LEFT, spans);
    return switch (relation) {
      case DESCENDANT, ANCESTOR ->
          new Structure(
              left,
              batch.values(Field.Intrinsic.NESTED_SET_RIGHT, spans),
              new ConstantColumn(Value.NIL));
      case CHILD, PARENT, SIBLING ->
          new Structure(
              left,
              new ConstantColumn(Value.NIL),
              batch.values(Field.Intrinsic.NESTED_SET_PARENT, spans));
    };
  }

  /// What the operator gives for two ascending lists of spans of one trace.
  int[] apply(SpansetOperator operator, Relation relation, int[] lefts, int[] rights) {
    int[] related = related(relation, lefts, rights);
    return switch (operator.form()) {
      case PLAIN, BOTH -> related;
      case NEGATED -> without(rights, related);
      case UNION -> Spanset.union(related, related(inverse(relation), rights, lefts));
    };
  }

  private static Relation inverse(Relation relation) {
    return switch (relation) {
      case CHILD -> Relation.PARENT;
      case PARENT -> Relation.CHILD;
      case DESCENDANT -> Relation.ANCESTOR;
      case ANCESTOR -> Relation.DESCENDANT;
      case SIBLING -> Relation.SIBLING;
    };
  }

  /// The spans that have the relation with one of the others. Never compares every pair.
  private int[] related(Relation relation, int[] others, int[] spans) {
    if (others.length == 0 || spans.length == 0) {
      return NONE;
    }
    return switch (relation) {
      case CHILD -> children(others, spans);
      case PARENT -> parents(others, spans);
      case DESCENDANT -> descendants(others, spans);
      case ANCESTOR -> ancestors(others, spans);
      case SIBLING -> siblings(others, spans);
    };
  }

  private int[] children(int[] others, int[] spans) {
    long[] lefts = sorted(others, left);
    return filter(spans, span -> parent(span) > 0 && Arrays.binarySearch(lefts, parent(span)) >= 0);
  }

  private int[] parents(int[] others, int[] spans) {
    long[] parents = sorted(others, parent);
    return filter(spans, span -> left(span) > 0 && Arrays.binarySearch(parents, left(span)) >= 0);
  }

  /// Among the others that begin before a span, one contains it if the one that ends last does.
  private int[] descendants(int[] others, int[] spans) {
    Intervals intervals = intervals(others);
    for (int i = 1; i < intervals.right.length; i++) {
      intervals.right[i] = Math.max(intervals.right[i], intervals.right[i - 1]);
    }
    return filter(
        spans,
        span -> {
          int before = firstAtLeast(intervals.left, left(span)) - 1;
          return before >= 0 && left(span) > 0 && intervals.right[before] > right(span);
        });
  }

  /// Among the others that begin after a span, one is within it if the one that ends first is.
  private int[] ancestors(int[] others, int[] spans) {
    Intervals intervals = intervals(others);
    for (int i = intervals.right.length - 2; i >= 0; i--) {
      intervals.right[i] = Math.min(intervals.right[i], intervals.right[i + 1]);
    }
    return filter(
        spans,
        span -> {
          int after = firstAtLeast(intervals.left, left(span) + 1);
          return left(span) > 0
              && after < intervals.left.length
              && intervals.right[after] < right(span);
        });
  }

  private int[] siblings(int[] others, int[] spans) {
    long[] parents = sorted(others, parent);
    return filter(
        spans,
        span -> {
          if (left(span) == 0) {
            return false;
          }
          int from = firstAtLeast(parents, parent(span));
          int count = firstAtLeast(parents, parent(span) + 1) - from;
          return count > 1 || (count == 1 && Arrays.binarySearch(others, span) < 0);
        });
  }

  private record Intervals(long[] left, long[] right) {}

  /// Of the spans that have a position, ascending by left.
  private Intervals intervals(int[] spans) {
    int[] positioned = filter(spans, span -> left(span) > 0);
    long[] keys = new long[positioned.length];
    for (int i = 0; i < positioned.length; i++) {
      keys[i] = left(positioned[i]) << 32 | (right(positioned[i]) & 0xffff_ffffL);
    }
    Arrays.sort(keys);
    long[] lefts = new long[keys.length];
    long[] rights = new long[keys.length];
    for (int i = 0; i < keys.length; i++) {
      lefts[i] = keys[i] >>> 32;
      rights[i] = keys[i] & 0xffff_ffffL;
    }
    return new Intervals(lefts, rights);
  }

  /// The numbers of the spans that have a position, ascending.
  private long[] sorted(int[] spans, ValueColumn column) {
    long[] numbers = new long[spans.length];
    int count = 0;
    for (int span : spans) {
      if (left(span) > 0) {
        numbers[count] = column.longAt(span);
        count++;
      }
    }
    long[] sorted = Arrays.copyOf(numbers, count);
    Arrays.sort(sorted);
    return sorted;
  }

  private static int firstAtLeast(long[] sorted, long bound) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < bound) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private interface SpanTest {
    boolean test(int span);
  }

  private static int[] filter(int[] spans, SpanTest test) {
    int[] kept = new int[spans.length];
    int count = 0;
    for (int span : spans) {
      if (test.test(span)) {
        kept[count] = span;
        count++;
      }
    }
    return Arrays.copyOf(kept, count);
  }

  private static int[] without(int[] spans, int[] removed) {
    return filter(spans, span -> Arrays.binarySearch(removed, span) < 0);
  }

  private long left(int span) {
    return left.longAt(span);
  }

  private long right(int span) {
    return right.longAt(span);
  }

  private long parent(int span) {
    return parent.longAt(span);
  }
}
