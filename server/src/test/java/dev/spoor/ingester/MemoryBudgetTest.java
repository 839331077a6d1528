package dev.spoor.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

  private final MemoryBudget budget = new MemoryBudget(500, 1000);

  @Test
  void aTenantThatFloodsLeavesRoomToOthers() {
    MemoryBudget.Share flood = budget.new Share(true);
    MemoryBudget.Share quiet = budget.new Share(true);
    fill(flood);
    assertThat(flood.bytes()).isEqualTo(510);
    assertThat(quiet.reserve(300)).isTrue();

    assertThat(flood.reserve(10)).isFalse();
    flood.remove(400);
    assertThat(flood.reserve(10)).isTrue();
    assertThat(budget.usedBytes()).isEqualTo(420);
  }

  @Test
  void ofSeveralThatFloodEachHasItsShareAndSomethingIsLeft() {
    List<MemoryBudget.Share> floods = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      floods.add(budget.new Share(true));
    }
    boolean any = true;
    while (any) {
      any = false;
      for (MemoryBudget.Share flood : floods) {
        any |= flood.reserve(10);
      }
    }
    assertThat(floods).allMatch(flood -> flood.bytes() >= 190 && flood.bytes() <= 210);
    assertThat(budget.new Share(true).reserve(100)).as("a quiet one").isTrue();
  }

  @Test
  void whereThereIsOneTenantItMayHaveAll() {
    MemoryBudget.Share only = budget.new Share(false);
    fill(only);
    assertThat(only.bytes()).isEqualTo(1000);
  }

  private static void fill(MemoryBudget.Share share) {
    while (share.reserve(10)) {
      assertThat(share.bytes()).isLessThan(10_000);
    }
  }
}
