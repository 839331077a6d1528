package dev.spoor.storage.block;

import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.ByteDictionary;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.parquet.StringPool;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One of the cursors that are merged, where it stands, and what its numbers are in the row group.
final class MergeInput {

  private static final int[] NOTHING = {};

  /// Its place among the inputs; of spans that came twice, the one of the first input is kept.
  final int order;

  private final SpanColumnsCursor cursor;
  private final StringPool pool;

  private @Nullable SpanColumns batch;
  private int trace;
  private long lastHigh;
  private long lastLow;
  private boolean anyBefore;

  /// By number in the batch: number in the row group + 1, or 0 while it is not known.
  private int[] strings = NOTHING;

  final IntCache resources = new IntCache();
  final IntCache scopes = new IntCache();

  MergeInput(int order, SpanColumnsCursor cursor, StringPool pool) {
    this.order = order;
    this.cursor = cursor;
    this.pool = pool;
  }

  /// Stands at a batch, some of whose spans are merged, and does not move.
  ///
  /// @param later of the same kind, with a batch that follows this one; when both have the same
  ///   strings, what is found out about these is shared
  static MergeInput at(SpanColumns batch, @Nullable MergeInput later, StringPool pool) {
    MergeInput in = new MergeInput(0, SpanColumnsCursor.of(batch), pool);
    in.batch = batch;
    in.strings =
        later != null && later.batch().strings().continues(batch.strings())
            ? later.strings
            : new int[batch.strings().size()];
    in.forgetOrigins(batch);
    return in;
  }

  /// Numbers that are looked up once a batch.
  static final class IntCache {

    private int[] known = NOTHING;

    /// -1 when it is not known yet.
    int get(int key) {
      return known[key] - 1;
    }

    int put(int key, int value) {
      known[key] = value + 1;
      return value;
    }

    private void reset(int size) {
      if (known.length < size) {
        known = new int[size];
      } else {
        Arrays.fill(known, 0, size, 0);
      }
    }
  }

  /// Goes to the next trace; false at the end.
  ///
  /// @throws IOException also when the cursor breaks its promise about the order of traces
  boolean advance() throws IOException {
    trace++;
    boolean mayGoOn = false;
    while (batch == null || trace >= batch.traceCount()) {
      mayGoOn = cursor.goesOn();
      SpanColumns before = batch;
      batch = cursor.next();
      trace = 0;
      if (batch == null) {
        return false;
      }
      beginBatch(before, batch);
    }
    int order = TraceId.compare(lastHigh, lastLow, high(), low());
    if (anyBefore && (order > 0 || (order == 0 && !mayGoOn))) {
      throw new IOException(
          "traces out of order: %s after %s"
              .formatted(new TraceId(high(), low()), new TraceId(lastHigh, lastLow)));
    }
    anyBefore = true;
    lastHigh = high();
    lastLow = low();
    return true;
  }

  /// Forgets what the numbers of the batch are in the row group, since that has ended.
  void forgetNumbers() {
    if (batch != null) {
      Arrays.fill(strings, 0);
      forgetOrigins(batch);
    }
  }

  /// What strings are is still known when the batch goes on with those of the one before.
  private void beginBatch(@Nullable SpanColumns before, SpanColumns next) {
    int size = next.strings().size();
    boolean known = before != null && next.strings().continues(before.strings());
    if (!known && strings.length >= size) {
      Arrays.fill(strings, 0);
    } else if (strings.length < size) {
      int room = Math.max(size, 2 * strings.length);
      strings = known ? Arrays.copyOf(strings, room) : new int[room];
    }
    forgetOrigins(next);
  }

  private void forgetOrigins(SpanColumns of) {
    resources.reset(of.resourceCount());
    scopes.reset(of.scopeCount());
  }

  /// Whether the trace goes on in the next batch.
  boolean goesOn() {
    return trace == batch().traceCount() - 1 && cursor.goesOn();
  }

  int spans() {
    return batch().endSpan(trace) - batch().firstSpan(trace);
  }

  SpanColumns batch() {
    if (batch == null) {
      throw new IllegalStateException("the cursor is at its end");
    }
    return batch;
  }

  int trace() {
    return trace;
  }

  long high() {
    return batch().traceIdHigh(trace);
  }

  long low() {
    return batch().traceIdLow(trace);
  }

  /// The number in the row group of a string of the batch.
  int string(int id) {
    int known = strings[id];
    return known != 0 ? known - 1 : intern(id);
  }

  private int intern(int id) {
    ByteDictionary dictionary = batch().strings();
    int number = pool.intern(dictionary.data(), dictionary.start(id), dictionary.length(id));
    strings[id] = number + 1;
    return number;
  }
}
