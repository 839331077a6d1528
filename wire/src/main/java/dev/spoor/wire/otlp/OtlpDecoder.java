package dev.spoor.wire.otlp;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;
import java.util.Arrays;

/// Checks the body of an OTLP trace export (`ExportTraceServiceRequest` in protobuf) and finds its
/// spans, without making an object of any.
///
/// Every message in it is walked to its end, so that nobody who walks an accepted body later can
/// meet malformed bytes. What protobuf-java accepts is accepted, with these differences, all on
/// purpose: strings need not be UTF-8; attribute values may be nested [#MAX_VALUE_DEPTH] deep,
/// whatever that makes in messages, and no deeper; a varint ends with its tenth byte.
///
/// Ids of a wrong length do not make a body malformed: they are a [SpanProblem] of their span. So
/// are too many entries: attributes, events, links and the values within values are entries, which
/// may be as small as two bytes here and cost ten times as much in columns. What all bodies may
/// cost is bounded by [#MAX_SPANS] and [#MAX_ENTRIES].
public final class OtlpDecoder {

  /// How deep arrays and key-value lists may be nested; a plain value is at depth 1.
  public static final int MAX_VALUE_DEPTH = 64;

  /// How many entries a span may have, and as many its resource, and its scope. What the SDKs allow
  /// by default is an eighth of it.
  public static final int MAX_ENTRIES = 250_000;

  /// How many spans there may be in a body; one with more is malformed.
  public static final int MAX_SPANS = 250_000;

  private static final int TRACE_ID_BYTES = 16;
  private static final int SPAN_ID_BYTES = 8;

  private final Bytes body;
  private final ProtoReader reader;

  private int spans;
  private int[] offsets;
  private int[] lengths;
  private int[] traceIds;
  private final TraceRuns runs = new TraceRuns();
  private int[] groups;
  private byte[] problems;
  private int problemCount;

  /// Entries of the whole body so far.
  private int entries;

  private OtlpDecoder(Bytes body) {
    this.body = body;
    this.reader = new ProtoReader(body);
    int guess = Math.min(MAX_SPANS, 16 + body.length() / 400);
    offsets = new int[guess];
    lengths = new int[guess];
    traceIds = new int[guess];
    groups = new int[guess];
    problems = new byte[guess];
  }

  /// @throws MalformedProtoException naming the offset in the body, and what was expected there
  public static SpanBatch decode(Bytes body) throws MalformedProtoException {
    return new OtlpDecoder(body).decode();
  }

  private SpanBatch decode() throws MalformedProtoException {
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == OtlpTags.REQUEST_RESOURCE_SPANS) {
        int outer = reader.enter();
        resourceSpans();
        reader.leave(outer);
      } else {
        reader.skip(tag);
      }
    }
    return new SpanBatch(
        body, spans, offsets, lengths, traceIds, runs, groups, problems, problemCount, entries);
  }

  private void resourceSpans() throws MalformedProtoException {
    int firstSpan = spans;
    int ofResource = 0;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case OtlpTags.RESOURCE_SPANS_RESOURCE -> {
          int before = entries;
          int outer = reader.enter();
          resource();
          reader.leave(outer);
          ofResource += entries - before;
        }
        case OtlpTags.RESOURCE_SPANS_SCOPE_SPANS -> {
          int outer = reader.enter();
          scopeSpans();
          reader.leave(outer);
        }
        default -> reader.skip(tag);
      }
    }
    refuseFrom(firstSpan, ofResource);
  }

  /// What spans share may stand before or after them.
  private void refuseFrom(int firstSpan, int sharedEntries) {
    if (sharedEntries <= MAX_ENTRIES) {
      return;
    }
    for (int span = firstSpan; span < spans; span++) {
      if (problems[span] == SpanProblem.NONE.ordinal()) {
        problems[span] = (byte) SpanProblem.TOO_MANY_ENTRIES.ordinal();
        problemCount++;
      }
    }
  }

  private void resource() throws MalformedProtoException {
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case OtlpTags.RESOURCE_ATTRIBUTES -> attribute(1);
        case OtlpTags.RESOURCE_ENTITY_REFS -> flatMessage();
        default -> reader.skip(tag);
      }
    }
  }

  private void scopeSpans() throws MalformedProtoException {
    int group = spans == 0 ? 0 : groups[spans - 1] + 1;
    int firstSpan = spans;
    int ofScope = 0;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case OtlpTags.SCOPE_SPANS_SCOPE -> {
          int before = entries;
          int outer = reader.enter();
          attributes(OtlpTags.SCOPE_ATTRIBUTES);
          reader.leave(outer);
          ofScope += entries - before;
        }
        case OtlpTags.SCOPE_SPANS_SPANS -> {
          int outer = reader.enter();
          span(group);
          reader.leave(outer);
        }
        default -> reader.skip(tag);
      }
    }
    refuseFrom(firstSpan, ofScope);
  }

  private void span(int group) throws MalformedProtoException {
    int offset = reader.position();
    int length = reader.end() - offset;
    int before = entries;
    int traceId = SpanBatch.NO_TRACE_ID;
    boolean goodSpanId = false;
    boolean goodParent = true;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case OtlpTags.SPAN_ATTRIBUTES -> attribute(1);
        case OtlpTags.SPAN_TRACE_ID ->
            traceId =
                reader.skipBytes() == TRACE_ID_BYTES
                    ? reader.position() - TRACE_ID_BYTES
                    : SpanBatch.NO_TRACE_ID;
        case OtlpTags.SPAN_SPAN_ID -> goodSpanId = reader.skipBytes() == SPAN_ID_BYTES && notZero();
        case OtlpTags.SPAN_PARENT_SPAN_ID -> {
          int parentBytes = reader.skipBytes();
          goodParent = parentBytes == 0 || parentBytes == SPAN_ID_BYTES;
        }
        case OtlpTags.SPAN_EVENTS -> {
          entries++;
          int outer = reader.enter();
          attributes(OtlpTags.EVENT_ATTRIBUTES);
          reader.leave(outer);
        }
        case OtlpTags.SPAN_LINKS -> {
          entries++;
          int outer = reader.enter();
          attributes(OtlpTags.LINK_ATTRIBUTES);
          reader.leave(outer);
        }
        case OtlpTags.SPAN_STATUS -> flatMessage();
        default -> reader.skip(tag);
      }
    }
    SpanProblem problem = problem(traceId, goodSpanId, goodParent, entries - before);
    add(offset, length, traceId, group, problem);
  }

  private static SpanProblem problem(
      int traceId, boolean goodSpanId, boolean goodParent, int entries) {
    if (traceId == SpanBatch.NO_TRACE_ID) {
      return SpanProblem.TRACE_ID;
    }
    if (!goodSpanId) {
      return SpanProblem.SPAN_ID;
    }
    if (!goodParent) {
      return SpanProblem.PARENT_SPAN_ID;
    }
    return entries > MAX_ENTRIES ? SpanProblem.TOO_MANY_ENTRIES : SpanProblem.NONE;
  }

  /// Whether the 8 bytes before the position are not all zero.
  private boolean notZero() {
    byte[] bytes = reader.array();
    for (int i = reader.position() - SPAN_ID_BYTES; i < reader.position(); i++) {
      if (bytes[i] != 0) {
        return true;
      }
    }
    return false;
  }

  private void add(int offset, int length, int traceId, int group, SpanProblem problem)
      throws MalformedProtoException {
    if (spans == offsets.length) {
      if (spans == MAX_SPANS) {
        throw reader.malformed(offset, "there are more spans than " + MAX_SPANS);
      }
      grow();
    }
    offsets[spans] = offset;
    lengths[spans] = length;
    traceIds[spans] = traceId;
    runs.add(spans, reader.array(), traceId);
    groups[spans] = group;
    problems[spans] = (byte) problem.ordinal();
    problemCount += problem == SpanProblem.NONE ? 0 : 1;
    spans++;
  }

  private void grow() {
    int larger = Math.min(MAX_SPANS, spans * 2);
    offsets = Arrays.copyOf(offsets, larger);
    lengths = Arrays.copyOf(lengths, larger);
    traceIds = Arrays.copyOf(traceIds, larger);
    groups = Arrays.copyOf(groups, larger);
    problems = Arrays.copyOf(problems, larger);
  }

  /// Checks a message that has no messages within, and leaves it.
  private void flatMessage() throws MalformedProtoException {
    int outer = reader.enter();
    reader.skipAll();
    reader.leave(outer);
  }

  /// Checks a message in which the fields with this tag are attributes, and nothing else has a
  /// structure of its own.
  private void attributes(int attributeTag) throws MalformedProtoException {
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == attributeTag) {
        attribute(1);
      } else {
        reader.skip(tag);
      }
    }
  }

  /// Checks a `KeyValue` and leaves it.
  private void attribute(int depth) throws MalformedProtoException {
    entries++;
    int outer = reader.enter();
    if (!isShortString(reader.array(), reader.position(), reader.end())) {
      while (reader.hasMore()) {
        int tag = reader.tag();
        if (tag == OtlpTags.KEY_VALUE_VALUE) {
          value(depth);
        } else {
          reader.skip(tag);
        }
      }
    }
    reader.leave(outer);
  }

  /// Whether a `KeyValue` is what most of them are: a key, then a string, nothing else, all of them
  /// shorter than 128 bytes. Looking for this first makes the whole check a tenth faster and more.
  private static boolean isShortString(byte[] bytes, int start, int end) {
    if (end - start < 2 || bytes[start] != OtlpTags.KEY_VALUE_KEY || bytes[start + 1] < 0) {
      return false;
    }
    int value = start + 2 + bytes[start + 1];
    return end - value >= 4
        && bytes[value] == OtlpTags.KEY_VALUE_VALUE
        && bytes[value + 1] == end - value - 2
        && bytes[value + 2] == OtlpTags.VALUE_STRING
        && bytes[value + 3] == end - value - 4;
  }

  /// Checks an `AnyValue` and leaves it.
  private void value(int depth) throws MalformedProtoException {
    if (depth > MAX_VALUE_DEPTH) {
      throw reader.malformed(
          reader.position(), "attribute values are nested deeper than " + MAX_VALUE_DEPTH);
    }
    int outer = reader.enter();
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case OtlpTags.VALUE_ARRAY, OtlpTags.VALUE_KEY_VALUES -> list(tag, depth);
        default -> reader.skip(tag);
      }
    }
    reader.leave(outer);
  }

  private void list(int listTag, int depth) throws MalformedProtoException {
    int outer = reader.enter();
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag != OtlpTags.LIST_VALUES) {
        reader.skip(tag);
      } else if (listTag == OtlpTags.VALUE_ARRAY) {
        entries++;
        value(depth + 1);
      } else {
        attribute(depth + 1);
      }
    }
    reader.leave(outer);
  }
}
