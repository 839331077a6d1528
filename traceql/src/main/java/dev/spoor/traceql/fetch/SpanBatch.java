package dev.spoor.traceql.fetch;

import dev.spoor.traceql.Field;
import java.io.IOException;

/// Some spans of a source, numbered from 0. The spans of a trace are next to each other. One thread
/// at a time, valid until its cursor goes on.
///
/// Events and links are numbered too, each from 0 over the whole batch in the order of their spans.
/// A set or a column about a field is over the ordinals of that field's level: spans, events or
/// links ([Field#level]).
public interface SpanBatch {

  int spanCount();

  int traceCount();

  /// The first span of a trace; `firstSpan(traceCount())` is `spanCount()`.
  int firstSpan(int trace);

  long traceIdHigh(int trace);

  long traceIdLow(int trace);

  /// What is known of a trace as a whole from this source alone.
  ///
  /// @throws IOException naming what can't be read
  TraceSummary summary(int trace) throws IOException;

  /// The number of events or links (or spans).
  ///
  /// @throws IOException naming what can't be read
  int count(Field.Level level) throws IOException;

  /// The span that an event or link belongs to; the span itself at level span.
  ///
  /// @throws IOException naming what can't be read
  int spanOf(Field.Level level, int ordinal) throws IOException;

  /// The ordinals (of the field's level) for which a comparison holds; exact. The caller may change
  /// the set.
  ///
  /// @throws IOException naming what can't be read
  OrdinalSet matching(Condition condition) throws IOException;

  /// The values of a field; only those of `ordinals` (of the field's level) are sure to be there.
  ///
  /// @throws IOException naming what can't be read
  ValueColumn values(Field field, OrdinalSet ordinals) throws IOException;
}
