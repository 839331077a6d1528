package dev.spoor.listener;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyBudgetTest {

  @Test
  void noTenantHasMoreThanHalfAndAllTogetherNoMoreThanThereIs() {
    BodyBudget budget = new BodyBudget(100, true);

    assertThat(budget.take("a", 50)).isTrue();
    assertThat(budget.take("a", 1)).isFalse();
    assertThat(budget.take("b", 40)).isTrue();
    assertThat(budget.take("c", 11)).isFalse();
    assertThat(budget.take("c", 10)).isTrue();
    assertThat(budget.usedBytes()).isEqualTo(100);

    budget.giveBack("a", 20);
    assertThat(budget.take("b", 11)).isFalse();
    assertThat(budget.take("b", 10)).isTrue();
    assertThat(budget.take("a", 10)).isTrue();
    assertThat(budget.usedBytes()).isEqualTo(100);
  }

  @Test
  void whatIsGivenBackIsThereAgain() {
    BodyBudget budget = new BodyBudget(100, true);
    for (int i = 0; i < 10; i++) {
      assertThat(budget.take("a", 50)).isTrue();
      budget.giveBack("a", 50);
    }
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void withoutTenantsOneMayHaveAllOfIt() {
    BodyBudget budget = new BodyBudget(100);

    assertThat(budget.take("a", 100)).isTrue();
    assertThat(budget.take("b", 1)).isFalse();
  }
}
