package dev.spoor.storage.columns;

/// Where each span of a batch stands in the tree of its trace, as nested sets: descendants have
/// numbers between left and right of their ancestors.
///
/// Roots are the spans without a parent id. They are walked one after the other, depth first,
/// children in the order of the batch, with one counter for the trace that starts at 1. A span that
/// no root leads to has 0, 0, 0; so have all spans of a trace of which three or more share an id.
/// Where two share one, as the sides of a Zipkin call do, a server span is a child of the client
/// one, any other of the server one. Immutable.
public final class NestedSets {

  private static final int SERVER = 2;
  private static final int CLIENT = 3;
  private static final int NONE = -1;

  private final int[] lefts;
  private final int[] rights;
  private final int[] parents;
  private final int[] childCounts;

  private NestedSets(int spans) {
    lefts = new int[spans];
    rights = new int[spans];
    parents = new int[spans];
    childCounts = new int[spans];
  }

  /// Looks at span ids, parents and kinds of all traces.
  public static NestedSets of(SpanColumns columns) {
    NestedSets sets = new NestedSets(columns.spanCount());
    Walk walk = new Walk(columns, sets);
    for (int trace = 0; trace < columns.traceCount(); trace++) {
      walk.number(columns.firstSpan(trace), columns.endSpan(trace));
    }
    return sets;
  }

  /// 0 when the span has no position.
  public int left(int span) {
    return lefts[span];
  }

  /// 0 when the span has no position.
  public int right(int span) {
    return rights[span];
  }

  /// The left of the parent; -1 for a root, 0 when the span has no position.
  public int parent(int span) {
    return parents[span];
  }

  /// Direct children in the trace, whether a root leads to the span or not; 0 when three or more
  /// spans of the trace share an id.
  public int childCount(int span) {
    return childCounts[span];
  }

  private static final class Walk {

    private final SpanColumns columns;
    private final NestedSets sets;
    private final SpanIdIndex index = new SpanIdIndex();

    // By span: the spans that are its parent, its first child and the next child of its parent.
    private final int[] up;
    private final int[] firstChild;
    private final int[] nextChild;

    Walk(SpanColumns columns, NestedSets sets) {
      this.columns = columns;
      this.sets = sets;
      this.up = new int[columns.spanCount()];
      this.firstChild = new int[columns.spanCount()];
      this.nextChild = new int[columns.spanCount()];
    }

    void number(int first, int end) {
      index.clear();
      for (int span = first; span < end; span++) {
        index.add(columns.spanIds[span], span);
        firstChild[span] = NONE;
      }
      if (index.crowded()) {
        return;
      }
      for (int span = end - 1; span >= first; span--) {
        up[span] = columns.hasParent(span) ? parentOf(span) : NONE;
        if (up[span] != NONE) {
          nextChild[span] = firstChild[up[span]];
          firstChild[up[span]] = span;
          sets.childCounts[up[span]]++;
        }
      }
      int counter = 1;
      for (int span = first; span < end; span++) {
        if (!columns.hasParent(span)) {
          counter = numberFrom(span, counter);
        }
      }
    }

    private int parentOf(int span) {
      long id = columns.parentSpanIds[span];
      int parent = index.first(id);
      int twin = index.second(id);
      if (twin != NONE) {
        int wanted = columns.kinds[span] == SERVER ? CLIENT : SERVER;
        if (columns.kinds[parent] == wanted) {
          return parent;
        }
        return columns.kinds[twin] == wanted ? twin : NONE;
      }
      return parent == span ? NONE : parent;
    }

    /// Without recursion: a trace may be as deep as it has spans.
    private int numberFrom(int root, int firstNumber) {
      int counter = firstNumber;
      int span = root;
      enter(span, NONE, counter++);
      while (true) {
        if (firstChild[span] != NONE) {
          int child = firstChild[span];
          enter(child, sets.lefts[span], counter++);
          span = child;
          continue;
        }
        sets.rights[span] = counter++;
        while (span != root && nextChild[span] == NONE) {
          span = up[span];
          sets.rights[span] = counter++;
        }
        if (span == root) {
          return counter;
        }
        int sibling = nextChild[span];
        enter(sibling, sets.lefts[up[span]], counter++);
        span = sibling;
      }
    }

    private void enter(int span, int parentLeft, int number) {
      sets.lefts[span] = number;
      sets.parents[span] = parentLeft;
    }
  }
}
