package dev.spoor.ingester;

import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.otlp.SpanBatch;

/// How much memory a push takes, in the tail or as columns, about.
///
/// Of usual spans columns take about what the body does. Of an event, link or attribute of two
/// bytes they take ten times as much.
final class PushWeight {

  private static final long BYTES_PER_SPAN = 100;
  private static final long BYTES_PER_ENTRY = 24;

  private PushWeight() {}

  static long of(SpanBatch push) {
    long columns = BYTES_PER_SPAN * push.spanCount() + BYTES_PER_ENTRY * push.entryCount();
    return Math.max(push.byteSize(), columns);
  }

  static long of(Logged push) {
    if (push.weight() != Logged.UNKNOWN) {
      return push.weight();
    }
    try {
      return of(OtlpDecoder.decode(push.body()));
    } catch (MalformedProtoException told) { // by whoever shreds it
      return push.body().length();
    }
  }
}
