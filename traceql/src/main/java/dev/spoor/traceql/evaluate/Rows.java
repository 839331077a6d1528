package dev.spoor.traceql.evaluate;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import java.io.IOException;

/// What an expression is evaluated for: spans, or spans each with one of its events and links.
sealed interface Rows {

  int size();

  /// The span, event or link of a row; -1 when there is none.
  int ordinal(Field.Level level, int row) throws IOException;

  /// Each span once, with its first event and its first link.
  record Spans(SpanBatch batch, Levels levels) implements Rows {
    @Override
    public int size() {
      return batch.spanCount();
    }

    @Override
    public int ordinal(Field.Level level, int row) throws IOException {
      if (level == Field.Level.SPAN) {
        return row;
      }
      int[] offsets = levels.offsets(level);
      return offsets[row] < offsets[row + 1] ? offsets[row] : -1;
    }
  }

  /// Chosen combinations.
  record Combinations(int size, int[] spans, int[] events, int[] links) implements Rows {
    @Override
    public int ordinal(Field.Level level, int row) {
      return switch (level) {
        case SPAN -> spans[row];
        case EVENT -> events[row];
        case LINK -> links[row];
      };
    }
  }

  /// The rows out of `within` that have something of the level which is in the set.
  default OrdinalSet in(OrdinalSet set, Field.Level level, OrdinalSet within) throws IOException {
    if (level == Field.Level.SPAN && this instanceof Spans) {
      return set.and(within);
    }
    OrdinalSet rows = new OrdinalSet(size());
    for (int row = within.next(0); row >= 0; row = within.next(row + 1)) {
      int ordinal = ordinal(level, row);
      if (ordinal >= 0 && set.contains(ordinal)) {
        rows.add(row);
      }
    }
    return rows;
  }

  /// What the rows have of a level.
  default OrdinalSet ordinals(Field.Level level, int size, OrdinalSet within) throws IOException {
    if (level == Field.Level.SPAN && this instanceof Spans) {
      return within;
    }
    OrdinalSet ordinals = new OrdinalSet(size);
    for (int row = within.next(0); row >= 0; row = within.next(row + 1)) {
      int ordinal = ordinal(level, row);
      if (ordinal >= 0) {
        ordinals.add(ordinal);
      }
    }
    return ordinals;
  }

  /// The mapping of rows to the ordinals of a level.
  default int[] mapping(Field.Level level, OrdinalSet within) throws IOException {
    int[] mapping = new int[size()];
    for (int row = within.next(0); row >= 0; row = within.next(row + 1)) {
      mapping[row] = ordinal(level, row);
    }
    return mapping;
  }
}
