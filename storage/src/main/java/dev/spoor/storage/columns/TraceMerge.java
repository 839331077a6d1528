package dev.spoor.storage.columns;

import dev.spoor.model.TraceId;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Walks over several cursors at once, trace id after trace id; pieces of one trace come in the
/// order of the cursors. One thread at a time.
///
/// ```java
/// while (merge.nextTrace()) {
///   for (int piece = 0; piece < merge.pieces(); piece++) { … merge.batch(piece), merge.trace(piece) … }
/// }
/// ```
final class TraceMerge {

  private final Input[] inputs;

  /// A binary heap of the inputs that have traces left; the smallest id first.
  private final Input[] heap;

  private int heapSize;

  private final SpanColumns[] batches;
  private final int[] traces;
  private final int[] sources;
  private int pieces;

  TraceMerge(List<SpanColumnsCursor> cursors) throws IOException {
    inputs = new Input[cursors.size()];
    heap = new Input[cursors.size()];
    batches = new SpanColumns[cursors.size()];
    traces = new int[cursors.size()];
    sources = new int[cursors.size()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = new Input(i, cursors.get(i));
      if (inputs[i].open()) {
        heap[heapSize++] = inputs[i];
      }
    }
    for (int i = heapSize / 2 - 1; i >= 0; i--) {
      siftDown(i);
    }
  }

  /// Goes to the next trace id; false when there is none.
  ///
  /// @throws IOException what a cursor throws
  boolean nextTrace() throws IOException {
    pieces = 0;
    if (heapSize == 0) {
      return false;
    }
    long idHigh = heap[0].idHigh;
    long idLow = heap[0].idLow;
    do {
      Input input = heap[0];
      batches[pieces] = input.batch();
      traces[pieces] = input.trace;
      sources[pieces] = input.number;
      pieces++;
      if (!input.advance()) {
        heap[0] = heap[--heapSize];
      }
      siftDown(0);
    } while (heapSize > 0 && heap[0].idHigh == idHigh && heap[0].idLow == idLow);
    return true;
  }

  /// How many cursors have a piece of this trace.
  int pieces() {
    return pieces;
  }

  SpanColumns batch(int piece) {
    return batches[piece];
  }

  int trace(int piece) {
    return traces[piece];
  }

  /// What the piece takes in memory, about.
  long bytes(int piece) {
    return batches[piece].memoryBytes(traces[piece]);
  }

  /// The place of the piece's cursor in the list.
  int source(int piece) {
    return sources[piece];
  }

  private void siftDown(int from) {
    int at = from;
    while (true) {
      int child = 2 * at + 1;
      if (child >= heapSize) {
        return;
      }
      if (child + 1 < heapSize && heap[child + 1].before(heap[child])) {
        child++;
      }
      if (!heap[child].before(heap[at])) {
        return;
      }
      Input moved = heap[at];
      heap[at] = heap[child];
      heap[child] = moved;
      at = child;
    }
  }

  private static final class Input {

    private final int number;
    private final SpanColumnsCursor cursor;
    private @Nullable SpanColumns batch;
    private int trace;
    private long idHigh;
    private long idLow;

    Input(int number, SpanColumnsCursor cursor) {
      this.number = number;
      this.cursor = cursor;
    }

    boolean open() throws IOException {
      do {
        batch = cursor.next();
      } while (batch != null && batch.traceCount() == 0);
      trace = 0;
      return load();
    }

    /// False when there are no more.
    boolean advance() throws IOException {
      trace++;
      if (trace == batch().traceCount()) {
        return open();
      }
      return load();
    }

    SpanColumns batch() {
      if (batch == null) {
        throw new IllegalStateException("input " + number + " is at its end");
      }
      return batch;
    }

    private boolean load() {
      if (batch == null) {
        return false;
      }
      idHigh = batch.traceIdHighs[trace];
      idLow = batch.traceIdLows[trace];
      return true;
    }

    boolean before(Input other) {
      int order = TraceId.compare(idHigh, idLow, other.idHigh, other.idLow);
      return order != 0 ? order < 0 : number < other.number;
    }
  }
}
