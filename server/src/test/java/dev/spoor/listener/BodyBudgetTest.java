package dev.spoor.listener;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyBudgetTest {

  @Test
  void noTenantHasMoreThanHalfAndAllTogetherNoMoreThanThereIs() {
    BodyBudget budget = new BodyBudget(100, true);

    assertThat(budget.take("a", 0, 50)).isTrue();
    assertThat(budget.take("a", 0, 1)).isFalse();
    assertThat(budget.take("b", 0, 40)).isTrue();
    assertThat(budget.take("c", 0, 11)).isFalse();
    assertThat(budget.take("c", 0, 10)).isTrue();
    assertThat(budget.usedBytes()).isEqualTo(100);

    budget.giveBack("a", 20);
    assertThat(budget.take("b", 0, 11)).isFalse();
    assertThat(budget.take("b", 0, 10)).isTrue();
    assertThat(budget.take("a", 0, 10)).isTrue();
    assertThat(budget.usedBytes()).isEqualTo(100);
  }

  @Test
  void aTenantsOnlyBodyMayTakeMoreThanHalf() {
    BodyBudget budget = new BodyBudget(100, true);

    assertThat(budget.take("a", 0, 40)).isTrue();
    assertThat(budget.take("a", 40, 50)).isTrue();
    assertThat(budget.take("a", 0, 1)).as("a second one").isFalse();
    assertThat(budget.take("b", 0, 10)).isTrue();
    assertThat(budget.take("a", 90, 1)).as("more than there is").isFalse();

    budget.giveBack("a", 90);
    assertThat(budget.take("a", 0, 10)).isTrue();
    assertThat(budget.take("a", 0, 30)).isTrue();
    assertThat(budget.take("a", 30, 20)).as("not its only one").isFalse();
    assertThat(budget.usedBytes()).isEqualTo(50);
  }

  @Test
  void whatIsGivenBackIsThereAgain() {
    BodyBudget budget = new BodyBudget(100, true);
    for (int i = 0; i < 10; i++) {
      assertThat(budget.take("a", 0, 50)).isTrue();
      budget.giveBack("a", 50);
    }
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void withoutTenantsOneMayHaveAllOfIt() {
    BodyBudget budget = new BodyBudget(100);

    assertThat(budget.take("a", 0, 100)).isTrue();
    assertThat(budget.take("b", 0, 1)).isFalse();
  }
}
