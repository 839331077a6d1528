package dev.spoor.storage.columns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is remembered from one result to the next never shows in it.
class SpanCopierTest {

  /// The second number and the third make it begin anew all the time, now and then, and never.
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0, 4000000",
    "100, 4000000",
    "1000000, 10",
    "1000000, 400",
    "1000000, 4000000"
  })
  void resultsAreThoseOfACopierThatIsUsedOnce(int maxBase, long maxContentBytes) {
    SpanCopier again = new SpanCopier(maxBase, maxContentBytes);
    for (long seed = 1; seed <= 5; seed++) {
      List<SpanColumns> inputs = new ArrayList<>();
      RandomSpans random = new RandomSpans(seed, 8);
      for (int i = 0; i < 3; i++) {
        inputs.add(random.batch(40));
      }
      for (int round = 0; round < 8; round++) {
        SpanColumns input = inputs.get(round % 3);
        SpanCopier once = new SpanCopier();
        for (int trace = 0; trace < input.traceCount(); trace++) {
          once.add(input, trace);
          again.add(input, trace);
        }
        SpanColumns expected = once.build();
        SpanColumns result = again.build();

        String name = "seed %d, round %d".formatted(seed, round);
        assertThat(SpanText.of(result)).as(name).isEqualTo(SpanText.of(expected)).isNotEmpty();
        assertThat(result.strings().size()).as(name).isEqualTo(expected.strings().size());
        assertThat(result.resourceCount()).as(name).isEqualTo(expected.resourceCount());
        assertThat(result.scopeCount()).as(name).isEqualTo(expected.scopeCount());
        assertThat(again.spanCount()).isZero();
      }
    }
  }

  @Test
  void anEmptyResultFollowsOneWithSpans() {
    SpanColumns input = new RandomSpans(1, 5).batch(30);
    SpanCopier copier = new SpanCopier();
    copier.add(input, 0);
    copier.build();

    SpanColumns empty = copier.build();
    assertThat(empty.spanCount()).isZero();
    assertThat(empty.resourceCount()).isZero();
    assertThat(empty.strings().size()).isEqualTo(1);
  }
}
