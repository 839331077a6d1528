package dev.spoor.storage.block;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/// Numbers the spans of a trace so that a span is below another one exactly when its interval lies
/// within the other's: how structural queries work without walking the tree.
///
/// Spans are connected by their ids. Two spans may share one (Zipkin gives both sides of a call the
/// same); then a server is below the client, everything else below the server. A trace with more
/// than two spans of one id, or without any root, is not numbered at all: every number is 0. Used
/// again for trace after trace, by one thread.
final class NestedSets {

  /// The parent number of a root.
  static final int ROOT = -1;

  private static final int KIND_SERVER = 2;
  private static final int KIND_CLIENT = 3;
  private static final int NONE = -1;

  private final long seed = ThreadLocalRandom.current().nextLong();

  /// The results, one entry a span: its interval, and the left number of its parent; 0 for a span
  /// that no root leads to.
  int[] left = new int[64];

  int[] right = new int[64];
  int[] parent = new int[64];

  private int[] table = new int[128];
  private int[] twin = new int[64];
  private int[] parentSpan = new int[64];
  private int[] firstChild = new int[64];
  private int[] nextSibling = new int[64];

  /// @param count how many spans; the arrays may be longer
  /// @param hasParent 0 for roots
  void number(int count, long[] ids, long[] parentIds, byte[] hasParent, byte[] kinds) {
    room(count);
    Arrays.fill(left, 0, count, 0);
    Arrays.fill(right, 0, count, 0);
    Arrays.fill(parent, 0, count, 0);
    if (!anyRoot(count, hasParent) || !index(count, ids)) {
      return;
    }
    connect(count, ids, parentIds, hasParent, kinds);
    int next = 1;
    for (int span = 0; span < count; span++) {
      if (hasParent[span] == 0) {
        parent[span] = ROOT;
        next = walk(span, next);
      }
    }
  }

  private static boolean anyRoot(int count, byte[] hasParent) {
    for (int span = 0; span < count; span++) {
      if (hasParent[span] == 0) {
        return true;
      }
    }
    return false;
  }

  /// Finds the spans by id; false when an id has more than two.
  private boolean index(int count, long[] ids) {
    int slots = Integer.highestOneBit(Math.max(8, count)) * 4;
    if (table.length < slots) {
      table = new int[slots];
    } else {
      Arrays.fill(table, 0, slots, 0);
    }
    int mask = slots - 1;
    for (int span = 0; span < count; span++) {
      twin[span] = NONE;
      int slot = slotOf(ids[span], mask);
      while (table[slot] != 0 && ids[table[slot] - 1] != ids[span]) {
        slot = (slot + 1) & mask;
      }
      if (table[slot] == 0) {
        table[slot] = span + 1;
      } else if (twin[table[slot] - 1] == NONE) {
        twin[table[slot] - 1] = span;
      } else {
        return false;
      }
    }
    return true;
  }

  private void connect(int count, long[] ids, long[] parentIds, byte[] hasParent, byte[] kinds) {
    int mask = Integer.highestOneBit(Math.max(8, count)) * 4 - 1;
    Arrays.fill(firstChild, 0, count, NONE);
    for (int span = count - 1; span >= 0; span--) {
      parentSpan[span] = NONE;
      if (hasParent[span] == 0) {
        continue;
      }
      int above = find(parentIds[span], ids, mask);
      if (above != NONE && twin[above] != NONE) {
        int wanted = kinds[span] == KIND_SERVER ? KIND_CLIENT : KIND_SERVER;
        above = kinds[above] == wanted ? above : twin[above];
        above = kinds[above] == wanted ? above : NONE;
      }
      if (above != NONE) {
        parentSpan[span] = above;
        nextSibling[span] = firstChild[above];
        firstChild[above] = span;
      }
    }
  }

  private int find(long id, long[] ids, int mask) {
    int slot = slotOf(id, mask);
    while (table[slot] != 0) {
      int span = table[slot] - 1;
      if (ids[span] == id) {
        return span;
      }
      slot = (slot + 1) & mask;
    }
    return NONE;
  }

  /// Depth first, without recursion, since a trace may be a chain of a million spans.
  private int walk(int root, int from) {
    int next = from;
    int span = root;
    left[span] = next++;
    while (true) {
      int child = firstChild[span];
      if (child != NONE) {
        firstChild[span] = nextSibling[child];
        parent[child] = left[span];
        left[child] = next++;
        span = child;
        continue;
      }
      right[span] = next++;
      if (span == root) {
        return next;
      }
      span = parentSpan[span];
    }
  }

  private int slotOf(long id, int mask) {
    long mixed = (id ^ seed) * 0x9E3779B97F4A7C15L;
    return (int) ((mixed ^ (mixed >>> 32)) >>> 8) & mask;
  }

  private void room(int count) {
    if (count > left.length) {
      int larger = Math.max(count, left.length * 2);
      left = new int[larger];
      right = new int[larger];
      parent = new int[larger];
      twin = new int[larger];
      parentSpan = new int[larger];
      firstChild = new int[larger];
      nextSibling = new int[larger];
    }
  }
}
