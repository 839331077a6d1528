package dev.spoor.storage.columns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NestedSetsTest {

  private static final int SERVER = 2;
  private static final int CLIENT = 3;
  private static final int NONE = 0;

  private final SpanColumnsBuilder builder = new SpanColumnsBuilder();

  @Test
  void numbersGoDepthFirstAndOnFromRootToRoot() {
    root(1);
    child(2, 1);
    child(3, 1);
    child(4, 2);
    root(5);

    assertThat(positions())
        .containsExactly("1..8 -1 2", "2..5 1 1", "6..7 1 0", "3..4 2 0", "9..10 -1 0");
  }

  @Test
  void spansThatNoRootLeadsToHaveNoPosition() {
    root(1);
    child(2, 99);
    child(3, 2);
    child(4, 4);

    assertThat(positions()).containsExactly("1..2 -1 0", "0..0 0 1", "0..0 0 0", "0..0 0 0");
  }

  @Test
  void aServerSpanIsTheChildOfTheClientThatSharesAnIdAndOthersOfTheServer() {
    span(1, NONE, CLIENT);
    span(1, 1, SERVER);
    span(2, 1, SERVER);
    span(3, 1, CLIENT);

    assertThat(positions()).containsExactly("1..8 -1 2", "2..5 1 1", "6..7 1 0", "3..4 2 0");
  }

  @Test
  void threeSpansOfOneIdLeaveTheWholeTraceWithoutPositions() {
    root(1);
    span(2, 1, SERVER);
    span(2, 1, CLIENT);
    span(2, 1, 1);

    assertThat(positions()).containsOnly("0..0 0 0");
  }

  @Test
  void aTraceAsDeepAsItHasSpansIsNoProblem() {
    int depth = 100_000;
    root(1);
    for (int i = 2; i <= depth; i++) {
      child(i, i - 1);
    }
    NestedSets sets = NestedSets.of(builder.build());
    assertThat(sets.right(0)).isEqualTo(2 * depth);
    assertThat(sets.left(depth - 1)).isEqualTo(depth);
    assertThat(sets.parent(depth - 1)).isEqualTo(depth - 1);
  }

  @Test
  void aParentMayStandBehindItsChildAndBelongToALaterRoot() {
    child(2, 1);
    root(1);
    child(3, 4);
    root(4);

    assertThat(positions()).containsExactly("2..3 1 0", "1..4 -1 1", "6..7 5 0", "5..8 -1 1");
  }

  @Test
  void aTraceWithoutARootHasNoPositionsButChildren() {
    child(2, 1);
    child(3, 2);

    assertThat(positions()).containsExactly("0..0 0 1", "0..0 0 0");
  }

  @Test
  void aParentIdOfEightZerosIsAParent() {
    root(0);
    builder.span().hasParent = true;
    builder.span().spanId = 2;
    builder.endSpan();

    assertThat(positions()).containsExactly("1..4 -1 1", "2..3 1 0");
  }

  @Test
  void ofTwoSpansWithOneIdNoneIsTheParentWhenNeitherHasTheKind() {
    root(1);
    span(2, 1, CLIENT);
    span(2, 1, 1);
    span(3, 2, 1);
    span(4, 2, SERVER);

    assertThat(positions())
        .containsExactly("1..8 -1 2", "2..5 1 1", "6..7 1 0", "0..0 0 0", "3..4 2 0");
  }

  @Test
  void nothingIsLeftOfTheTraceBefore() {
    NestedSets sets = new NestedSets();
    byte[] kinds = new byte[3];
    sets.number(0, 3, new long[] {1, 2, 2}, new long[] {0, 1, 1}, new byte[] {0, 1, 1}, kinds);
    sets.number(0, 2, new long[] {2, 3}, new long[] {1, 0}, new byte[] {1, 0}, kinds);

    assertThat(sets.left(0)).isZero();
    assertThat(sets.parent(0)).isZero();
    assertThat(sets.left(1)).isEqualTo(1);
    assertThat(sets.right(1)).isEqualTo(2);
    assertThat(sets.parent(1)).isEqualTo(NestedSets.ROOT);
    assertThat(sets.childCount(1)).isZero();
  }

  private void root(long id) {
    span(id, NONE, 0);
  }

  private void child(long id, long parent) {
    span(id, parent, 0);
  }

  private void span(long id, long parent, int kind) {
    builder.span().spanId = id;
    builder.span().hasParent = parent != NONE;
    builder.span().parentSpanId = parent;
    builder.span().kind = kind;
    builder.endSpan();
  }

  /// Left, right, left of the parent, children; by span.
  private String[] positions() {
    NestedSets sets = NestedSets.of(builder.build());
    String[] positions = new String[builder.spanCount()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] =
          "%d..%d %d %d".formatted(sets.left(i), sets.right(i), sets.parent(i), sets.childCount(i));
    }
    return positions;
  }
}
