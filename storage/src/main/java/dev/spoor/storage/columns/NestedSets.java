package dev.spoor.storage.columns;

import java.util.Arrays;

/// Where each span stands in the tree of its trace, as nested sets: descendants have numbers
/// between left and right of their ancestors. The one rule for batches in memory, for blocks that
/// are written, and for blocks that do not count children.
///
/// Roots are the spans without a parent id. They are walked one after the other, depth first,
/// children in the order of the spans, with one counter for the trace that starts at 1. A span that
/// no root leads to has 0, 0, 0; so have all spans of a trace of which three or more share an id.
/// Where two share one, as the sides of a Zipkin call do, a server span is a child of the client
/// one, any other of the server one. One thread at a time.
public final class NestedSets {

  /// What stands for the left number of the parent of a root.
  public static final int ROOT = -1;

  private static final int SERVER = 2;
  private static final int CLIENT = 3;
  private static final int NONE = -1;

  private final SpanIdIndex index = new SpanIdIndex();

  // By span, what was found out.
  private int[] lefts = {};
  private int[] rights = {};
  private int[] parents = {};
  private int[] childCounts = {};

  // By span: the span that is its parent, its first child and the next child of its parent.
  private int[] up = {};
  private int[] firstChild = {};
  private int[] nextChild = {};

  /// Looks at all traces of a batch.
  ///
  /// @param columns with span ids, parents and kinds
  static NestedSets of(SpanColumns columns) {
    NestedSets sets = new NestedSets();
    sets.room(columns.spanCount());
    for (int trace = 0; trace < columns.traceCount(); trace++) {
      sets.number(
          columns.firstSpan(trace),
          columns.endSpan(trace),
          columns.spanIds,
          columns.parentSpanIds,
          columns.spanFlags,
          columns.kinds);
    }
    return sets;
  }

  /// Numbers the spans `[from, to)` of the arrays, which are one trace. What was found out of other
  /// spans stays, so that traces may follow each other in the same arrays.
  ///
  /// @param hasParent the lowest bit is set unless the span is a root
  /// @param kinds as OTLP numbers them
  public void number(
      int from, int to, long[] ids, long[] parentIds, byte[] hasParent, byte[] kinds) {
    room(to);
    Arrays.fill(lefts, from, to, 0);
    Arrays.fill(rights, from, to, 0);
    Arrays.fill(parents, from, to, 0);
    Arrays.fill(childCounts, from, to, 0);
    index.fill(ids, from, to);
    if (index.crowded()) {
      return;
    }
    connect(from, to, parentIds, hasParent, kinds);
    int next = 1;
    for (int span = from; span < to; span++) {
      if (!isChild(hasParent, span)) {
        parents[span] = ROOT;
        next = walk(span, next);
      }
    }
  }

  /// 0 when the span has no position.
  public int left(int span) {
    return lefts[span];
  }

  /// 0 when the span has no position.
  public int right(int span) {
    return rights[span];
  }

  /// The left of the parent; [#ROOT] for a root, 0 when the span has no position.
  public int parent(int span) {
    return parents[span];
  }

  /// Direct children in the trace, whether a root leads to the span or not; 0 when three or more
  /// spans of the trace share an id.
  public int childCount(int span) {
    return childCounts[span];
  }

  private static boolean isChild(byte[] hasParent, int span) {
    return (hasParent[span] & 1) != 0;
  }

  private void connect(int from, int to, long[] parentIds, byte[] hasParent, byte[] kinds) {
    Arrays.fill(firstChild, from, to, NONE);
    for (int span = to - 1; span >= from; span--) {
      int above = isChild(hasParent, span) ? parentOf(span, parentIds[span], kinds) : NONE;
      up[span] = above;
      if (above != NONE) {
        nextChild[span] = firstChild[above];
        firstChild[above] = span;
        childCounts[above]++;
      }
    }
  }

  private int parentOf(int span, long id, byte[] kinds) {
    int parent = index.first(id);
    if (parent == NONE) {
      return NONE;
    }
    int twin = index.second(parent);
    if (twin == NONE) {
      return parent == span ? NONE : parent;
    }
    int wanted = kinds[span] == SERVER ? CLIENT : SERVER;
    if (kinds[parent] == wanted) {
      return parent;
    }
    return kinds[twin] == wanted ? twin : NONE;
  }

  /// Numbers a root and what is below it; gives the next number. Without recursion: a trace may be
  /// as deep as it has spans.
  private int walk(int root, int from) {
    int next = from;
    int span = root;
    lefts[span] = next++;
    while (true) {
      int child = firstChild[span];
      if (child != NONE) {
        firstChild[span] = nextChild[child];
        parents[child] = lefts[span];
        lefts[child] = next++;
        span = child;
        continue;
      }
      rights[span] = next++;
      if (span == root) {
        return next;
      }
      span = up[span];
    }
  }

  private void room(int spans) {
    if (spans > lefts.length) {
      int larger = Math.max(spans, lefts.length * 2);
      lefts = Arrays.copyOf(lefts, larger);
      rights = Arrays.copyOf(rights, larger);
      parents = Arrays.copyOf(parents, larger);
      childCounts = Arrays.copyOf(childCounts, larger);
      up = new int[larger];
      firstChild = new int[larger];
      nextChild = new int[larger];
    }
  }
}
