package dev.spoor.traceql.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class QueryBudgetTest {

  @Test
  void aPartEndsWithTheWholeAndTheWholeGoesOnWithoutIt() throws Exception {
    QueryBudget whole = QueryBudget.of(0, 0);
    QueryBudget part = whole.part();
    QueryBudget other = whole.part();

    part.stop(QueryStop.Reason.TIME, "too slow");
    assertThatThrownBy(part::check)
        .isInstanceOf(QueryStoppedException.class)
        .hasMessage("too slow");
    other.check();
    whole.stop(QueryStop.Reason.CANCELED, "gone");
    assertThatThrownBy(other::check).hasMessage("gone");
    assertThatThrownBy(part::check).hasMessage("too slow");
  }

  @Test
  void whatAPartTakesCountsForTheWhole() {
    QueryBudget whole = QueryBudget.of(100, 1000);
    whole.part().read(60);
    assertThat(whole.stopped()).isNull();
    whole.part().read(60);
    assertThat(whole.bytesRead()).isEqualTo(120);
    assertThat(whole.stopped()).isNotNull();
    assertThat(whole.stopped().isPartial()).isTrue();
  }

  @Test
  void memoryThatIsNotThereIsNotTaken() {
    QueryBudget budget = QueryBudget.of(0, 1000);
    assertThat(budget.hold(800)).isTrue();
    budget.release(800);
    assertThat(budget.hold(900)).isTrue();
    assertThat(budget.hold(200)).isFalse();
    assertThat(budget.memoryHeld()).isEqualTo(900);
    assertThat(budget.peakMemory()).isEqualTo(900);
  }

  @Test
  void queriesShareWhatAllMayHoldAndGiveItBackWhenTheyEnd() {
    QueryMemory all = new QueryMemory(1000);
    QueryBudget one = QueryBudget.of(0, 900, all);
    QueryBudget other = QueryBudget.of(0, 900, all);
    assertThat(one.part().hold(800)).isTrue();
    assertThat(other.hold(300)).isFalse();
    assertThat(other.stopped()).isNotNull();
    assertThat(other.stopped().message()).contains("all queries together may hold 1000 bytes");

    one.end();
    assertThat(all.heldBytes()).isZero();
    one.release(800);
    assertThat(all.heldBytes()).as("given back once").isZero();
    assertThat(one.part().hold(1)).as("after the end").isFalse();
    assertThat(QueryBudget.of(0, 900, all).hold(900)).isTrue();
  }

  @Test
  void theQueriesOfOneTenantLeaveSomethingToOthers() {
    QueryMemory all = new QueryMemory(1000, true);
    QueryBudget greedy = QueryBudget.of(0, 0, all, List.of("a"));
    assertThat(greedy.part().hold(700)).isTrue();
    QueryBudget second = QueryBudget.of(0, 0, all, List.of("a"));
    assertThat(second.hold(51)).isFalse();
    assertThat(second.stopped().message())
        .contains("all queries of one tenant together may hold 750 bytes");
    assertThat(QueryBudget.of(0, 0, all, List.of("a")).hold(50)).isTrue();

    QueryBudget other = QueryBudget.of(0, 0, all, List.of("b"));
    assertThat(other.hold(250)).isTrue();
    QueryBudget tooMuch = QueryBudget.of(0, 0, all, List.of("c"));
    assertThat(tooMuch.hold(1)).isFalse();
    assertThat(tooMuch.stopped().message()).contains("all queries together may hold 1000 bytes");

    greedy.end();
    assertThat(all.heldBytes()).isEqualTo(300);
    assertThat(QueryBudget.of(0, 0, all, List.of("a")).hold(700)).isTrue();
  }

  @Test
  void aQueryOverSeveralTenantsCountsForEachOfThem() {
    QueryMemory all = new QueryMemory(1000, true);
    QueryBudget both = QueryBudget.of(0, 0, all, List.of("a", "b"));
    assertThat(both.hold(500)).isTrue();

    assertThat(QueryBudget.of(0, 0, all, List.of("c", "b")).hold(300)).isFalse();
    assertThat(QueryBudget.of(0, 0, all, List.of("c")).hold(500))
        .as("nothing was kept of c")
        .isTrue();

    both.end();
    assertThat(all.heldBytes()).isEqualTo(500);
    assertThat(QueryBudget.of(0, 0, all, List.of("a")).hold(500)).isTrue();
  }

  @Test
  void aLoopOverStringsEndsWithinSomeThousandOfThem() throws Exception {
    QueryBudget budget = QueryBudget.of(0, 0);
    int steps =
        budget.run(() -> {
          Pace pace = new Pace();
          pace.step(10);
          budget.stop(QueryStop.Reason.CANCELED, "gone");
          int after = 0;
          try {
            while (after < 1_000_000) {
              pace.step(10);
              after++;
            }
          } catch (QueryStoppedException ended) {
            return after;
          }
          return Integer.MAX_VALUE;
        });
    assertThat(steps).isLessThan(5000);
  }

  @Test
  void workForNoQueryNeverEnds() throws Exception {
    QueryBudget.current().stop(QueryStop.Reason.TIME, "nobody's");
    QueryBudget.current().read(Long.MAX_VALUE);
    QueryBudget.current().check();
    assertThat(QueryBudget.current().hold(Long.MAX_VALUE)).isTrue();
  }
}
