package dev.spoor.storage.columns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.Condition.Operator;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionTestTest {

  @Test
  void aLiteralOfAnotherTypeIsNotUnequalButIncomparable() {
    ConditionTest test = test(Operator.NOT_EQUAL, new Value.Str("x"));

    assertThat(test.bool(true)).isFalse();
    assertThat(test.status(Value.SpanStatus.ERROR)).isFalse();
    assertThat(test.kind(Value.SpanKind.SERVER)).isFalse();
    assertThat(test.attributeInts().isEmpty()).isTrue();
    assertThat(test.attributeDoubles().isEmpty()).isTrue();
    assertThat(test.intrinsics().isEmpty()).isTrue();
    assertThat(test.attribute(new Value.Bool(true))).isFalse();
    assertThat(test.attribute(new Value.Str("y"))).isTrue();
  }

  @Test
  void typesWithoutAnOrderAreEqualOrNot() {
    assertThat(test(Operator.NOT_EQUAL, new Value.Bool(true)).bool(false)).isTrue();
    assertThat(test(Operator.NOT_EQUAL, new Value.Bool(true)).bool(true)).isFalse();
    assertThat(test(Operator.EQUAL, new Value.Bool(true)).bool(true)).isTrue();
    assertThat(test(Operator.GREATER, new Value.Bool(false)).bool(true)).isFalse();
    Value error = new Value.Status(Value.SpanStatus.ERROR);
    assertThat(test(Operator.NOT_EQUAL, error).status(Value.SpanStatus.OK)).isTrue();
    assertThat(test(Operator.NOT_EQUAL, error).status(Value.SpanStatus.ERROR)).isFalse();
  }

  @Test
  void attributesCompareWithTheirTypeAloneAndIntrinsicsByValue() {
    ConditionTest floats = test(Operator.GREATER_EQUAL, new Value.Float(1.5));
    assertThat(floats.attributeInts().isEmpty()).isTrue();
    assertThat(floats.intrinsics().test(1)).isFalse();
    assertThat(floats.intrinsics().test(2)).isTrue();
    assertThat(floats.attribute(new Value.Float(Double.NaN))).isFalse();
    ConditionTest durations = test(Operator.LESS, new Value.Duration(5));
    assertThat(durations.attributeInts().isEmpty()).isTrue();
    assertThat(durations.intrinsics()).isEqualTo(ConditionTest.Numbers.between(Long.MIN_VALUE, 4));
  }

  @Test
  void anArrayHoldsWhenOneOfItsElementsDoes() {
    ConditionTest test = test(Operator.EQUAL, new Value.Int(2));
    assertThat(test.attribute(new Value.Array(List.of(new Value.Int(1), new Value.Int(2)))))
        .isTrue();
    assertThat(test.attribute(new Value.Array(List.of(new Value.Int(1))))).isFalse();
  }

  private static ConditionTest test(Operator operator, Value literal) {
    return new ConditionTest(Condition.of(Field.Intrinsic.NAME, operator, literal));
  }
}
