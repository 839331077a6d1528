package dev.spoor.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.spoor.contract.RecentSnapshot;
import dev.spoor.model.Bytes;
import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.SpanSource;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/// Spans that came twice are known as such, wherever they are; and others mostly are not.
class SeenSpansTest {

  @Test
  void aTraceThatCameInManyPartsIsNoRepeatedOne() throws Exception {
    SeenSpans seen = new SeenSpans();
    List<SpanColumns> earlier = new ArrayList<>();
    for (int span = 1; span < 50; span++) {
      SpanColumns part = columns(List.of(new Sent(1, 2 * span), new Sent(1, 2 * span + 1)));

      assertThat(seen.add(part, span, _ -> false, (id, _, _) -> holds(earlier, id)))
          .isEqualTo(RepeatedTraces.NONE);
      earlier.add(part);
    }
  }

  @Test
  void aTraceThatPausedForTooLongIsTakenForOne() throws Exception {
    SeenSpans seen = new SeenSpans(10);
    SpanColumns first = columns(List.of(new Sent(1, 1)));
    seen.add(first, 1, _ -> false, (_, _, _) -> false);
    for (int trace = 2; trace < 40; trace++) {
      seen.add(columns(List.of(new Sent(trace, 1))), trace, _ -> false, (_, _, _) -> false);
    }

    RepeatedTraces repeated =
        seen.add(
            columns(List.of(new Sent(1, 2))),
            40,
            _ -> false,
            (id, before, _) -> before > 1 && holds(List.of(first), id));

    assertThat(repeated.ids()).containsExactly(new TraceId(0, 1));
  }

  @Test
  void noPlaceIsAskedAsLongAsAllIsRemembered() throws Exception {
    SeenSpans seen = new SeenSpans();
    for (int trace = 1; trace < 40; trace++) {
      seen.add(
          columns(List.of(new Sent(trace, 1))),
          trace,
          _ -> false,
          (id, _, _) -> {
            throw new AssertionError("asked about " + id);
          });
    }
    assertThat(seen.add(columns(List.of(new Sent(7, 1))), 40, _ -> false, (_, _, _) -> false).ids())
        .containsExactly(new TraceId(0, 7));
  }

  @Property(tries = 200, shrinking = ShrinkingMode.OFF)
  void noSpanComesTwiceUnnoticed(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    SeenSpans seen = new SeenSpans(random.nextInt(1, 60));
    List<SpanColumns> earlier = new ArrayList<>();
    Set<TraceId> known = new HashSet<>();
    Set<Sent> sent = new HashSet<>();
    for (int batch = 0; batch < 12; batch++) {
      List<Sent> spans = new ArrayList<>();
      for (int i = random.nextInt(1, 30); i > 0; i--) {
        spans.add(new Sent(random.nextInt(1, 15), random.nextInt(1, 80)));
      }
      SpanColumns columns = columns(spans);

      Set<TraceId> repeated =
          seen.add(
                  columns,
                  batch,
                  known::contains,
                  // Each batch is a place with one push, which has its number.
                  (id, before, _) ->
                      holds(earlier.subList(0, (int) Math.min(before, earlier.size())), id))
              .ids();

      for (Sent span : spans) {
        if (!sent.add(span)) {
          assertThat(repeated).contains(new TraceId(0, span.trace()));
        }
      }
      known.addAll(repeated);
      earlier.add(columns);
      if (random.nextInt(6) == 0) {
        seen.forget();
      }
    }
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void everySpanIsCountedOnceWhateverCameAgain(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    SimulatedDisk disk = new SimulatedDisk();
    MemoryObjectStore store = new MemoryObjectStore();
    List<List<Sent>> pushes = new ArrayList<>();
    Set<Sent> sent = new HashSet<>();
    for (int life = 0; life < 3; life++) {
      try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
        for (int step = 0; step < 8; step++) {
          if (random.nextInt(6) == 0) {
            spoor.ingester.flush(Optional.empty());
          }
          boolean again = !pushes.isEmpty() && random.nextInt(4) == 0;
          List<Sent> push = again ? pushes.get(random.nextInt(pushes.size())) : spans(random);
          spoor.push(export(push));
          pushes.add(push);
          sent.addAll(push);

          assertThat(counted(spoor.ingester.snapshot(IngesterOnDisk.TENANT)))
              .isEqualTo(sent.size());
        }
      }
    }
  }

  private static List<Sent> spans(Random random) {
    List<Sent> spans = new ArrayList<>();
    for (int i = random.nextInt(1, 10); i > 0; i--) {
      spans.add(new Sent(random.nextInt(1, 9), random.nextInt(1, 500)));
    }
    return spans;
  }

  /// As a query counts: traces that may have a span twice are brought together.
  private static long counted(RecentSnapshot snapshot) throws IOException {
    long count = 0;
    Set<TraceId> repeated = new TreeSet<>();
    for (SpanSource source : snapshot.pieces()) {
      try (BatchCursor cursor = source.fetch(FetchRequest.EVERYTHING)) {
        for (SpanBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
          for (int trace = 0; trace < batch.traceCount(); trace++) {
            TraceId id = new TraceId(batch.traceIdHigh(trace), batch.traceIdLow(trace));
            if (snapshot.mayRepeat(id)) {
              repeated.add(id);
            } else {
              count += batch.firstSpan(trace + 1) - batch.firstSpan(trace);
            }
          }
        }
      }
    }
    Set<Sent> distinct = new HashSet<>();
    for (TraceId id : repeated) {
      for (SpanColumns piece : snapshot.find(id)) {
        int trace = piece.find(id.high(), id.low());
        for (int span = trace < 0 ? 0 : piece.firstSpan(trace);
            trace >= 0 && span < piece.endSpan(trace);
            span++) {
          distinct.add(new Sent(id.low(), piece.spanId(span)));
        }
      }
    }
    return count + distinct.size();
  }

  private static boolean holds(List<SpanColumns> batches, TraceId id) {
    return batches.stream().anyMatch(batch -> batch.find(id.high(), id.low()) >= 0);
  }

  /// @param trace the lower half of its id
  private record Sent(long trace, long span) {}

  private static SpanColumns columns(List<Sent> spans) throws Exception {
    return ShreddedSpans.of(export(spans).array());
  }

  private static Bytes export(List<Sent> spans) {
    ScopeSpans.Builder all = ScopeSpans.newBuilder();
    for (Sent span : spans) {
      all.addSpans(
          Span.newBuilder()
              .setTraceId(bytes(ByteBuffer.allocate(16).putLong(8, span.trace())))
              .setSpanId(bytes(ByteBuffer.allocate(8).putLong(0, span.span())))
              .setStartTimeUnixNano(1_700_000_000_000_000_000L)
              .setEndTimeUnixNano(1_700_000_000_000_000_001L));
    }
    return Bytes.of(
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(all))
            .build()
            .toByteArray());
  }

  private static ByteString bytes(ByteBuffer buffer) {
    return ByteString.copyFrom(buffer.array());
  }
}
