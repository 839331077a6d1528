package dev.spoor.traceql.evaluate;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/// Which events and links the spans of a batch have.
final class Levels {

  private final SpanBatch batch;
  private final Map<Field.Level, int[]> offsets = new EnumMap<>(Field.Level.class);

  Levels(SpanBatch batch) {
    this.batch = batch;
  }

  /// The first event (or link) of each span, and behind the last span, their number.
  int[] offsets(Field.Level level) throws IOException {
    int[] known = offsets.get(level);
    if (known != null) {
      return known;
    }
    int spans = batch.spanCount();
    int count = batch.count(level);
    int[] first = new int[spans + 1];
    int span = 0;
    for (int ordinal = 0; ordinal < count; ordinal++) {
      int owner = batch.spanOf(level, ordinal);
      while (span <= owner) {
        first[span] = ordinal;
        span++;
      }
    }
    Arrays.fill(first, span, spans + 1, count);
    offsets.put(level, first);
    return first;
  }

  /// The spans that have one of these.
  OrdinalSet spansOf(Field.Level level, OrdinalSet ordinals) throws IOException {
    if (level == Field.Level.SPAN) {
      return ordinals;
    }
    OrdinalSet spans = new OrdinalSet(batch.spanCount());
    for (int i = ordinals.next(0); i >= 0; i = ordinals.next(i + 1)) {
      spans.add(batch.spanOf(level, i));
    }
    return spans;
  }
}
