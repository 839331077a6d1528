package dev.spoor.storage.columns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.TraceId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SpanMergerTest {

  @Property(tries = 200)
  void theResultHasEverySpanOnceInTraceOrderAndEachTraceWhole(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 9) int batches,
      @ForAll @IntRange(min = 1, max = 60) int spansPerBatch)
      throws IOException {
    RandomSpans random = new RandomSpans(seed, 20);
    List<SpanColumns> inputs = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      inputs.add(random.batch(i * 7));
    }

    List<SpanColumns> merged = all(SpanMerger.of(inputs, spansPerBatch));

    assertThat(linesOf(merged)).containsExactlyInAnyOrderElementsOf(firstOfEachKey(inputs));
    assertAscending(merged);
    for (SpanColumns batch : merged) {
      int beforeLast = batch.firstSpan(batch.traceCount() - 1);
      assertThat(beforeLast).isLessThan(spansPerBatch);
    }
  }

  @Property(tries = 50)
  void equalResourcesAndScopesOfDifferentBatchesShareANumber(@ForAll long seed) throws IOException {
    List<SpanColumns> inputs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      inputs.add(new RandomSpans(seed, 5).batch(30));
    }
    List<SpanColumns> once = all(SpanMerger.of(inputs.subList(0, 1)));
    List<SpanColumns> thrice = all(SpanMerger.of(inputs));

    assertThat(thrice.get(0).resourceCount()).isEqualTo(once.get(0).resourceCount());
    assertThat(thrice.get(0).scopeCount()).isEqualTo(once.get(0).scopeCount());
    assertThat(linesOf(thrice)).isEqualTo(linesOf(once));
  }

  @Property(tries = 50)
  void equalResourcesAndScopesShareANumberInEveryBatchOfTheResult(@ForAll long seed)
      throws IOException {
    List<SpanColumns> inputs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      inputs.add(new RandomSpans(seed, 20).batch(60));
    }
    List<SpanColumns> once = all(SpanMerger.of(inputs.subList(0, 1), 9));
    List<SpanColumns> thrice = all(SpanMerger.of(inputs, 9));

    assertThat(thrice).hasSameSizeAs(once).hasSizeGreaterThan(1);
    for (int i = 0; i < once.size(); i++) {
      assertThat(thrice.get(i).resourceCount()).isEqualTo(once.get(i).resourceCount());
      assertThat(thrice.get(i).scopeCount()).isEqualTo(once.get(i).scopeCount());
      assertThat(thrice.get(i).strings().size()).isEqualTo(once.get(i).strings().size());
    }
    assertThat(linesOf(thrice)).isEqualTo(linesOf(once));
  }

  @Test
  void aBatchEndsWithTheTraceThatBringsItToTheWishedBytes() throws IOException {
    List<SpanColumns> traces = new ArrayList<>();
    for (int trace = 1; trace <= 10; trace++) {
      traces.add(oneSpan(trace, 1));
    }
    long bytes = traces.getFirst().memoryBytes();

    assertThat(all(SpanMerger.of(traces, 1_000, 2 * bytes))).hasSize(5);
  }

  @Test
  void spansOfATraceKeepTheOrderOfTheInputs() throws IOException {
    List<SpanColumns> merged = all(SpanMerger.of(List.of(oneSpan(7, 3), oneSpan(7, 1))));
    assertThat(merged).hasSize(1);
    assertThat(merged.get(0).spanId(0)).isEqualTo(3);
    assertThat(merged.get(0).spanId(1)).isEqualTo(1);
  }

  @Test
  void cursorsOfManyBatchesAreMergedAndClosed() throws IOException {
    CountingCursor even = new CountingCursor(oneSpan(2, 1), oneSpan(4, 1), oneSpan(6, 1));
    CountingCursor odd = new CountingCursor(oneSpan(1, 1), oneSpan(4, 2), oneSpan(7, 1));
    try (SpanMerger merger = SpanMerger.ofCursors(List.of(even, odd), 2)) {
      assertThat(linesOf(all(merger)).stream().map(line -> line.substring(31, 32)))
          .containsExactly("1", "2", "4", "4", "6", "7");
    }
    assertThat(even.closed && odd.closed).isTrue();
  }

  @Test
  void aFailedMergeNeverGoesOnWithLess() throws IOException {
    SpanColumnsCursor broken =
        new SpanColumnsCursor() {
          @Override
          public @Nullable SpanColumns next() throws IOException {
            throw new IOException("bad sector");
          }

          @Override
          public void close() {}
        };
    try (SpanMerger merger =
        SpanMerger.ofCursors(List.of(SpanColumnsCursor.of(oneSpan(1, 1)), broken), 10)) {
      assertThatThrownBy(merger::next).isInstanceOf(IOException.class).hasMessage("bad sector");
      assertThatThrownBy(merger::next)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("bad sector");
    }
  }

  private static SpanColumns oneSpan(long traceId, long spanId) {
    SpanColumnsBuilder builder = new SpanColumnsBuilder();
    builder.endResource(0);
    builder.endScope(0, 0, 0);
    builder.span().traceIdLow = traceId;
    builder.span().spanId = spanId;
    builder.endSpan();
    return builder.build();
  }

  private static List<SpanColumns> all(SpanColumnsCursor cursor) throws IOException {
    List<SpanColumns> batches = new ArrayList<>();
    for (SpanColumns next = cursor.next(); next != null; next = cursor.next()) {
      batches.add(next);
    }
    return batches;
  }

  private static List<String> linesOf(List<SpanColumns> batches) {
    List<String> lines = new ArrayList<>();
    batches.forEach(batch -> lines.addAll(SpanText.of(batch)));
    return lines;
  }

  private static List<String> firstOfEachKey(List<SpanColumns> inputs) {
    Map<String, String> first = new LinkedHashMap<>();
    for (String line : linesOf(inputs)) {
      first.putIfAbsent(SpanText.key(line), line);
    }
    return List.copyOf(first.values());
  }

  private static void assertAscending(List<SpanColumns> batches) {
    @Nullable TraceId last = null;
    for (SpanColumns batch : batches) {
      for (int trace = 0; trace < batch.traceCount(); trace++) {
        TraceId id = new TraceId(batch.traceIdHigh(trace), batch.traceIdLow(trace));
        if (last != null) {
          assertThat(id).isGreaterThan(last);
        }
        last = id;
      }
    }
  }

  private static final class CountingCursor implements SpanColumnsCursor {

    private final List<SpanColumns> batches;
    private int next;
    private boolean closed;

    CountingCursor(SpanColumns... batches) {
      this.batches = List.of(batches);
    }

    @Override
    public @Nullable SpanColumns next() {
      return next < batches.size() ? batches.get(next++) : null;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
