package dev.spoor.storage.columns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.FetchRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ColumnsSpanSourceTest {

  @Property(tries = 300)
  void agreesWithPlainObjectsOnLiveBatches(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 5) int batches) throws IOException {
    RandomSpans random = new RandomSpans(seed, 12);
    List<SpanColumns> live = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      live.add(random.batch(i * 8));
    }
    new SpanSourceChecks(new NaiveTraces(live), seed)
        .check(ColumnsSpanSource.ofBatches("live", live));
  }

  @Test
  void asksForNothingWhereTheDictionaryHasNoSuchString() throws IOException {
    List<SpanColumns> live = List.of(new RandomSpans(1, 5).batch(50));
    Field key = new Field.Attribute(Scope.SPAN, "a");
    for (Condition impossible :
        List.of(
            Condition.exists(new Field.Attribute(Scope.ANY, "no such key")),
            Condition.of(
                Field.Intrinsic.NAME, Condition.Operator.EQUAL, new Value.Str("no such name")),
            Condition.of(key, Condition.Operator.EQUAL, new Value.Str("no such value")))) {
      FetchRequest request =
          new FetchRequest(
              List.of(impossible), true, false, Long.MIN_VALUE, Long.MAX_VALUE, Set.of());
      try (BatchCursor cursor = ColumnsSpanSource.ofBatches("live", live).fetch(request)) {
        assertThat(cursor.next()).isNull();
      }
    }
  }
}
