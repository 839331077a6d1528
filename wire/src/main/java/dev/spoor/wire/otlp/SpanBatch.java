package dev.spoor.wire.otlp;

import dev.spoor.model.Bytes;
import dev.spoor.model.TraceId;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.model.proto.WireType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.BitSet;

/// The body of an OTLP trace export, checked whole, with the place of every span in it.
///
/// Spans are numbered from 0 in the order in which they stand; a span is a range of the body and
/// never an object. Spans of one `ScopeSpans` are a group: they share resource and scope.
/// Immutable. [OtlpDecoder] makes one.
public final class SpanBatch {

  static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final SpanProblem[] PROBLEMS = SpanProblem.values();

  /// Instead of a place: the span has no trace id of 16 bytes.
  static final int NO_TRACE_ID = -1;

  private final Bytes body;
  private final int spanCount;
  private final int[] offsets;
  private final int[] lengths;
  private final int[] traceIds;
  private final TraceRuns runs;
  private final int[] groups;
  private final byte[] problems;
  private final int problemCount;
  private final int entryCount;

  /// Takes over the arrays; they may be longer than there are spans. Places are indexes in the
  /// body's array.
  SpanBatch(
      Bytes body,
      int spanCount,
      int[] offsets,
      int[] lengths,
      int[] traceIds,
      TraceRuns runs,
      int[] groups,
      byte[] problems,
      int problemCount,
      int entryCount) {
    this.body = body;
    this.spanCount = spanCount;
    this.offsets = offsets;
    this.lengths = lengths;
    this.traceIds = traceIds;
    this.runs = runs;
    this.groups = groups;
    this.problems = problems;
    this.problemCount = problemCount;
    this.entryCount = entryCount;
  }

  /// The whole request, as it came.
  public Bytes body() {
    return body;
  }

  /// Bytes of the request in OTLP protobuf, which is what rate limits count.
  public int byteSize() {
    return body.length();
  }

  public int spanCount() {
    return spanCount;
  }

  public boolean isEmpty() {
    return spanCount == 0;
  }

  /// The first 8 bytes of the trace id, big-endian; 0 when it has not 16 bytes.
  public long traceIdHigh(int span) {
    int at = traceIds[span];
    return at == NO_TRACE_ID ? 0 : (long) BIG_ENDIAN.get(body.array(), at);
  }

  /// The last 8 bytes of the trace id, big-endian; 0 when it has not 16 bytes.
  public long traceIdLow(int span) {
    int at = traceIds[span];
    return at == NO_TRACE_ID ? 0 : (long) BIG_ENDIAN.get(body.array(), at + Long.BYTES);
  }

  public TraceId traceId(int span) {
    return new TraceId(traceIdHigh(span), traceIdLow(span));
  }

  /// How many runs there are: spans of the same trace that stand one after the other. Most senders
  /// put the spans of a trace together, so this is the short way over all traces of a request.
  public int runCount() {
    return runs.count();
  }

  /// The span after the last one of a run; the first run begins with span 0, the others where the
  /// one before ends.
  public int runEnd(int run) {
    return run + 1 == runs.count() ? spanCount : runs.start(run + 1);
  }

  /// As [#traceIdHigh], of all spans of a run.
  public long runTraceIdHigh(int run) {
    return runs.high(run);
  }

  /// As [#traceIdLow], of all spans of a run.
  public long runTraceIdLow(int run) {
    return runs.low(run);
  }

  /// Index in `body().array()` where the `Span` message begins, after its tag and length.
  public int spanOffset(int span) {
    return offsets[span];
  }

  /// Bytes of the `Span` message.
  public int spanLength(int span) {
    return lengths[span];
  }

  /// Which `ScopeSpans` the span stands in, numbered from 0 over the whole request; those without
  /// spans are not counted.
  public int group(int span) {
    return groups[span];
  }

  public SpanProblem problem(int span) {
    return PROBLEMS[problems[span]];
  }

  /// How many spans have a problem.
  public int problemCount() {
    return problemCount;
  }

  /// How many attributes, events, links and values within values there are in the whole request,
  /// those of resources and scopes included.
  public int entryCount() {
    return entryCount;
  }

  /// The request without some of its spans. What is around the spans that stay (resources, scopes,
  /// unknown fields) stays byte for byte; what has lost its last span goes with it.
  ///
  /// @return the body itself when nothing is dropped, else a new one
  public Bytes without(BitSet spansToDrop) {
    if (spansToDrop.isEmpty()) {
      return body;
    }
    try {
      return new Filter(spansToDrop).filtered();
    } catch (MalformedProtoException impossible) {
      throw new IllegalStateException("a body that was accepted cannot be walked", impossible);
    }
  }

  /// Copies the body, except for spans.
  private final class Filter {

    private final BitSet dropped;
    private final ProtoReader reader = new ProtoReader(body);
    private final ProtoWriter writer = new ProtoWriter(body.length());
    private int span;
    private int kept;

    Filter(BitSet dropped) {
      this.dropped = dropped;
    }

    Bytes filtered() throws MalformedProtoException {
      while (reader.hasMore()) {
        int start = reader.position();
        int tag = reader.tag();
        if (tag == OtlpTags.REQUEST_RESOURCE_SPANS) {
          copyResourceSpans(WireType.fieldOf(tag));
        } else {
          copyField(start, tag);
        }
      }
      return writer.finish();
    }

    private void copyResourceSpans(int field) throws MalformedProtoException {
      int before = writer.size();
      int first = span;
      int keptBefore = kept;
      int outer = reader.enter();
      int begun = writer.begin(field);
      while (reader.hasMore()) {
        int start = reader.position();
        int tag = reader.tag();
        if (tag == OtlpTags.RESOURCE_SPANS_SCOPE_SPANS) {
          copyScopeSpans(WireType.fieldOf(tag));
        } else {
          copyField(start, tag);
        }
      }
      finish(outer, begun, before, first, keptBefore);
    }

    private void copyScopeSpans(int field) throws MalformedProtoException {
      int before = writer.size();
      int first = span;
      int keptBefore = kept;
      int outer = reader.enter();
      int begun = writer.begin(field);
      while (reader.hasMore()) {
        int start = reader.position();
        int tag = reader.tag();
        if (tag == OtlpTags.SCOPE_SPANS_SPANS) {
          copySpan(start, tag);
        } else {
          copyField(start, tag);
        }
      }
      finish(outer, begun, before, first, keptBefore);
    }

    private void finish(int outer, int begun, int before, int first, int keptBefore) {
      reader.leave(outer);
      writer.end(begun);
      if (span > first && kept == keptBefore) {
        writer.truncate(before);
      }
    }

    private void copySpan(int start, int tag) throws MalformedProtoException {
      if (dropped.get(span++)) {
        reader.skip(tag);
      } else {
        copyField(start, tag);
        kept++;
      }
    }

    private void copyField(int start, int tag) throws MalformedProtoException {
      reader.skip(tag);
      writer.raw(reader.array(), start, reader.position() - start);
    }
  }
}
