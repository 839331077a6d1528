package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NestedSetsTest {

  private static final int INTERNAL = 1;
  private static final int SERVER = 2;
  private static final int CLIENT = 3;

  private final List<long[]> spans = new ArrayList<>();

  @Test
  void childrenLieWithinTheirParentsInTheOrderOfTheSpans() {
    root(1);
    span(2, 1);
    span(3, 2);
    span(4, 1);

    assertThat(numbers()).containsExactly("1-8 of -1", "2-5 of 1", "3-4 of 2", "6-7 of 1");
  }

  @Test
  void aParentMayStandBehindItsChild() {
    span(2, 1);
    root(1);

    assertThat(numbers()).containsExactly("2-3 of 1", "1-4 of -1");
  }

  @Test
  void severalRootsAreNumberedOneAfterTheOther() {
    root(1);
    span(3, 2);
    root(2);
    span(4, 1);

    assertThat(numbers()).containsExactly("1-4 of -1", "6-7 of 5", "5-8 of -1", "2-3 of 1");
  }

  @Test
  void spansThatNoRootLeadsToStayAtZero() {
    root(1);
    span(2, 99);
    span(3, 2);
    span(4, 5);
    span(5, 4);
    span(6, 6);

    assertThat(numbers())
        .containsExactly("1-2 of -1", "0-0 of 0", "0-0 of 0", "0-0 of 0", "0-0 of 0", "0-0 of 0");
  }

  @Test
  void aTraceWithoutARootIsNotNumbered() {
    span(2, 1);
    span(3, 2);

    assertThat(numbers()).containsExactly("0-0 of 0", "0-0 of 0");
  }

  @Test
  void aSpanWhoseParentIdIsEightZerosIsNoRoot() {
    root(0);
    span(2, 0);

    assertThat(numbers()).containsExactly("1-4 of -1", "2-3 of 1");
  }

  @Test
  void ofTwoSpansWithOneIdTheServerIsBelowTheClientAndTheRestBelowTheServer() {
    root(1);
    span(2, 1, CLIENT);
    span(2, 2, SERVER);
    span(3, 2, INTERNAL);
    span(4, 2, CLIENT);

    assertThat(numbers())
        .containsExactly("1-10 of -1", "2-9 of 1", "3-8 of 2", "4-5 of 3", "6-7 of 3");
  }

  @Test
  void ofTwoSpansWithOneIdNoneIsTheParentWhenNeitherHasTheKind() {
    root(1);
    span(2, 1, CLIENT);
    span(2, 1, INTERNAL);
    span(3, 2, INTERNAL);
    span(4, 2, SERVER);

    assertThat(numbers())
        .containsExactly("1-8 of -1", "2-5 of 1", "6-7 of 1", "0-0 of 0", "3-4 of 2");
  }

  @Test
  void aTraceWithThreeSpansOfOneIdIsNotNumbered() {
    root(1);
    span(2, 1, CLIENT);
    span(2, 1, SERVER);
    span(2, 1, INTERNAL);

    assertThat(numbers()).containsExactly("0-0 of 0", "0-0 of 0", "0-0 of 0", "0-0 of 0");
  }

  @Test
  void aChainOfAHundredThousandSpansIsNumbered() {
    root(1);
    for (int i = 2; i <= 100_000; i++) {
      span(i, i - 1);
    }

    List<String> numbers = numbers();
    assertThat(numbers.getFirst()).isEqualTo("1-200000 of -1");
    assertThat(numbers.getLast()).isEqualTo("100000-100001 of 99999");
  }

  @Test
  void nothingIsLeftOfTheTraceBefore() {
    NestedSets sets = new NestedSets();
    root(1);
    span(2, 1);
    number(sets);
    spans.clear();
    span(2, 1);
    root(3);

    assertThat(number(sets)).containsExactly("0-0 of 0", "1-2 of -1");
  }

  private void root(long id) {
    spans.add(new long[] {id, 0, 0, INTERNAL});
  }

  private void span(long id, long parent) {
    span(id, parent, INTERNAL);
  }

  private void span(long id, long parent, int kind) {
    spans.add(new long[] {id, parent, 1, kind});
  }

  private List<String> numbers() {
    return number(new NestedSets());
  }

  private List<String> number(NestedSets sets) {
    int count = spans.size();
    long[] ids = new long[count];
    long[] parents = new long[count];
    byte[] hasParent = new byte[count];
    byte[] kinds = new byte[count];
    for (int i = 0; i < count; i++) {
      ids[i] = spans.get(i)[0];
      parents[i] = spans.get(i)[1];
      hasParent[i] = (byte) spans.get(i)[2];
      kinds[i] = (byte) spans.get(i)[3];
    }
    sets.number(count, ids, parents, hasParent, kinds);
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(sets.left[i] + "-" + sets.right[i] + " of " + sets.parent[i]);
    }
    return numbers;
  }
}
