package dev.spoor.querier;

import dev.spoor.model.Bytes;
import dev.spoor.model.TraceId;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.storage.columns.AttributeLists;
import dev.spoor.storage.columns.ByteDictionary;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.ValueType;
import dev.spoor.traceql.fetch.Pace;
import dev.spoor.traceql.fetch.QueryStoppedException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/// Brings the pieces of one trace together and writes them as `tempopb.Trace`, whose fields are
/// those of OTLP.
///
/// A span that came twice (same id and kind) is written once. Spans stand by start and id, under
/// equal resources and scopes that were made one; groups stand in the order of their first spans.
/// `resource`, `scope` and `status` are always written, even when empty, since clients read them
/// without looking. Where a server span has the id of its client span, as Zipkin does it, the
/// server's gets an id of its own.
public final class TraceEncoder {

  private static final int TRACE_RESOURCE_SPANS = 1;
  private static final int GROUP_HEAD = 1;
  private static final int GROUP_MEMBERS = 2;
  private static final int SERVER = 2;

  /// What a span costs, in the measure of [Pace].
  private static final int SPAN_BYTES = 100;

  private static final int CLIENT = 3;

  /// What the lengths of the two groups around a span may still grow by, when they end.
  private static final int OPEN_LENGTHS = 8;

  private final List<TracePiece> pieces;
  private final int maxBytes;
  private final ProtoWriter writer = new ProtoWriter(16 << 10);
  private final Pace pace = new Pace();
  private byte[] traceId = {};
  private int written;

  private TraceEncoder(List<TracePiece> pieces, int maxBytes) {
    this.pieces = pieces;
    this.maxBytes = maxBytes;
  }

  /// @param pieces of the same trace, in any order
  /// @param maxBytes the answer has at most so many bytes; spans that don't fit are left out, the
  ///   latest of the last groups first
  /// @throws QueryStoppedException when the query that it is for has ended
  public static EncodedTrace encode(List<TracePiece> pieces, int maxBytes)
      throws QueryStoppedException {
    return new TraceEncoder(pieces, maxBytes).encode();
  }

  /// A span of the answer. The ids are those that are written, which may not be those it came with.
  private static final class Span implements Comparable<Span> {
    final SpanColumns columns;
    final int ordinal;
    long id;
    boolean hasParent;
    long parentId;

    Span(SpanColumns columns, int ordinal) {
      this.columns = columns;
      this.ordinal = ordinal;
      this.id = columns.spanId(ordinal);
      this.hasParent = columns.hasParent(ordinal);
      this.parentId = columns.parentSpanId(ordinal);
    }

    int kind() {
      return columns.kind(ordinal);
    }

    @Override
    public int compareTo(Span other) {
      int byStart =
          Long.compareUnsigned(
              columns.startNanos(ordinal), other.columns.startNanos(other.ordinal));
      if (byStart != 0) {
        return byStart;
      }
      int byId = Long.compareUnsigned(id, other.id);
      return byId != 0 ? byId : Integer.compare(kind(), other.kind());
    }
  }

  private record IdAndKind(long id, int kind) {}

  /// A resource or a scope of a batch.
  private record Place(SpanColumns columns, int ordinal) {}

  /// Numbers resources, or scopes, of all batches by what they hold.
  private static final class Heads {

    private final BiConsumer<ProtoWriter, Place> encoder;
    private final ByteDictionary.Builder messages = new ByteDictionary.Builder();
    private final Map<Place, Integer> numbers = new HashMap<>();

    Heads(BiConsumer<ProtoWriter, Place> encoder) {
      this.encoder = encoder;
    }

    int number(SpanColumns columns, int ordinal) {
      return numbers.computeIfAbsent(new Place(columns, ordinal), this::numberByContent);
    }

    private int numberByContent(Place place) {
      ProtoWriter head = new ProtoWriter();
      encoder.accept(head, place);
      return messages.intern(head.finish());
    }

    ByteDictionary build() {
      return messages.build();
    }
  }

  private EncodedTrace encode() throws QueryStoppedException {
    List<Span> spans = distinct();
    giveSharedServersTheirOwnId(spans);
    Collections.sort(spans);
    boolean whole = write(spans);
    return new EncodedTrace(writer.finish(), written, !whole);
  }

  private List<Span> distinct() throws QueryStoppedException {
    List<Span> spans = new ArrayList<>();
    Set<IdAndKind> seen = new HashSet<>();
    for (TracePiece piece : pieces) {
      SpanColumns columns = piece.columns();
      traceId =
          new TraceId(columns.traceIdHigh(piece.trace()), columns.traceIdLow(piece.trace()))
              .toBytes();
      for (int i = columns.firstSpan(piece.trace()); i < columns.endSpan(piece.trace()); i++) {
        pace.step(SPAN_BYTES);
        if (seen.add(new IdAndKind(columns.spanId(i), columns.kind(i)))) {
          spans.add(new Span(columns, i));
        }
      }
    }
    return spans;
  }

  /// A server span that has the id of a client span gets a small id nobody has; the client span
  /// becomes its parent, and what were children of the id become its children.
  private static void giveSharedServersTheirOwnId(List<Span> spans) {
    Set<Long> ids = new HashSet<>();
    Set<Long> clients = new HashSet<>();
    for (Span span : spans) {
      ids.add(span.id);
      if (span.kind() == CLIENT) {
        clients.add(span.id);
      }
    }
    Map<Long, Long> ownIds = new HashMap<>();
    long next = 1;
    for (Span span : spans) {
      if (span.kind() == SERVER && clients.contains(span.id)) {
        while (!ids.add(next)) {
          next++;
        }
        ownIds.put(span.id, next);
        span.parentId = span.id;
        span.hasParent = true;
        span.id = next;
      }
    }
    for (Span span : spans) {
      Long parent = span.hasParent ? ownIds.get(span.parentId) : null;
      if (parent != null && parent != span.id) {
        span.parentId = parent;
      }
    }
  }

  /// Writes group after group until the limit.
  ///
  /// @return whether everything was written
  private boolean write(List<Span> sorted) throws QueryStoppedException {
    Heads resources = new Heads(TraceEncoder::writeResource);
    Heads scopes = new Heads(TraceEncoder::writeScope);
    Map<Integer, Map<Integer, List<Span>>> groups = new LinkedHashMap<>();
    for (Span span : sorted) {
      pace.step(SPAN_BYTES);
      int resource = resources.number(span.columns, span.columns.resource(span.ordinal));
      int scope = scopes.number(span.columns, span.columns.scope(span.ordinal));
      groups
          .computeIfAbsent(resource, _ -> new LinkedHashMap<>())
          .computeIfAbsent(scope, _ -> new ArrayList<>())
          .add(span);
    }
    ByteDictionary resourceHeads = resources.build();
    ByteDictionary scopeHeads = scopes.build();
    for (Map.Entry<Integer, Map<Integer, List<Span>>> group : groups.entrySet()) {
      Bytes head = resourceHeads.bytes(group.getKey());
      if (!writeResourceSpans(head, group.getValue(), scopeHeads)) {
        return false;
      }
    }
    return true;
  }

  private boolean writeResourceSpans(
      Bytes resource, Map<Integer, List<Span>> byScope, ByteDictionary scopeHeads)
      throws QueryStoppedException {
    int before = writer.size();
    int writtenBefore = written;
    boolean whole = true;
    int begun = writer.begin(TRACE_RESOURCE_SPANS);
    writer.bytes(GROUP_HEAD, resource);
    for (Map.Entry<Integer, List<Span>> group : byScope.entrySet()) {
      whole = writeScopeSpans(scopeHeads.bytes(group.getKey()), group.getValue());
      if (!whole) {
        break;
      }
    }
    finish(begun, before, writtenBefore);
    return whole;
  }

  private boolean writeScopeSpans(Bytes scope, List<Span> spans) throws QueryStoppedException {
    int before = writer.size();
    int writtenBefore = written;
    boolean whole = true;
    int begun = writer.begin(GROUP_MEMBERS);
    writer.bytes(GROUP_HEAD, scope);
    for (Span span : spans) {
      pace.step(SPAN_BYTES);
      whole = writeSpan(span);
      if (!whole) {
        break;
      }
    }
    finish(begun, before, writtenBefore);
    return whole;
  }

  /// Ends a group, or takes it back when not even one span of it was written.
  private void finish(int begun, int before, int writtenBefore) {
    writer.end(begun);
    if (written == writtenBefore) {
      writer.truncate(before);
    }
  }

  private boolean writeSpan(Span span) {
    int before = writer.size();
    int begun = writer.begin(GROUP_MEMBERS);
    writeFields(span);
    writer.end(begun);
    if (writer.size() + OPEN_LENGTHS > maxBytes) {
      writer.truncate(before);
      return false;
    }
    written++;
    return true;
  }

  private void writeFields(Span span) {
    SpanColumns columns = span.columns;
    int i = span.ordinal;
    writer.bytes(1, traceId);
    writer.bytes(2, bigEndian(span.id));
    string(writer, columns, 3, columns.traceState(i));
    if (span.hasParent) {
      writer.bytes(4, bigEndian(span.parentId));
    }
    string(writer, columns, 5, columns.name(i));
    writer.varintUnlessZero(6, columns.kind(i));
    writer.fixed64UnlessZero(7, columns.startNanos(i));
    writer.fixed64UnlessZero(8, columns.endNanos(i));
    writeAttributes(writer, columns, 9, columns.spanAttributes(), i);
    writer.uint32UnlessZero(10, columns.droppedAttributes(i));
    for (int event = columns.firstEvent(i); event < columns.endEvent(i); event++) {
      writeEvent(columns, event);
    }
    writer.uint32UnlessZero(12, columns.droppedEvents(i));
    for (int link = columns.firstLink(i); link < columns.endLink(i); link++) {
      writeLink(columns, link);
    }
    writer.uint32UnlessZero(14, columns.droppedLinks(i));
    int status = writer.begin(15);
    string(writer, columns, 2, columns.statusMessage(i));
    writer.varintUnlessZero(3, columns.statusCode(i));
    writer.end(status);
  }

  private void writeEvent(SpanColumns columns, int event) {
    int begun = writer.begin(11);
    writer.fixed64UnlessZero(1, columns.eventTime(event));
    string(writer, columns, 2, columns.eventName(event));
    writeAttributes(writer, columns, 3, columns.eventAttributes(), event);
    writer.uint32UnlessZero(4, columns.eventDroppedAttributes(event));
    writer.end(begun);
  }

  private void writeLink(SpanColumns columns, int link) {
    int begun = writer.begin(13);
    string(writer, columns, 1, columns.linkTraceId(link));
    string(writer, columns, 2, columns.linkSpanId(link));
    string(writer, columns, 3, columns.linkTraceState(link));
    writeAttributes(writer, columns, 4, columns.linkAttributes(), link);
    writer.uint32UnlessZero(5, columns.linkDroppedAttributes(link));
    writer.end(begun);
  }

  private static void writeResource(ProtoWriter to, Place place) {
    SpanColumns columns = place.columns();
    writeAttributes(to, columns, 1, columns.resourceAttributes(), place.ordinal());
    to.uint32UnlessZero(2, columns.resourceDroppedAttributes(place.ordinal()));
  }

  private static void writeScope(ProtoWriter to, Place place) {
    SpanColumns columns = place.columns();
    int scope = place.ordinal();
    string(to, columns, 1, columns.scopeName(scope));
    string(to, columns, 2, columns.scopeVersion(scope));
    writeAttributes(to, columns, 3, columns.scopeAttributes(), scope);
    to.uint32UnlessZero(4, columns.scopeDroppedAttributes(scope));
  }

  private static void writeAttributes(
      ProtoWriter to, SpanColumns columns, int field, AttributeLists lists, int owner) {
    for (int entry = lists.first(owner); entry < lists.end(owner); entry++) {
      int begun = to.begin(field);
      string(to, columns, 1, lists.key(entry));
      int value = to.begin(2);
      writeValue(to, columns.strings(), lists.type(entry), lists.value(entry));
      to.end(value);
      to.end(begun);
    }
  }

  private static void writeValue(ProtoWriter to, ByteDictionary strings, byte type, long value) {
    switch (type) {
      case ValueType.STRING -> to.bytes(1, strings.bytes((int) value));
      case ValueType.BOOL -> to.bool(2, value != 0);
      case ValueType.INT -> to.varint(3, value);
      case ValueType.DOUBLE -> to.fixed64(4, value);
      case ValueType.OTHER -> to.raw(strings.bytes((int) value));
      default -> throw new IllegalStateException("attribute type " + type);
    }
  }

  private static void string(ProtoWriter to, SpanColumns columns, int field, int id) {
    ByteDictionary strings = columns.strings();
    to.bytesUnlessEmpty(field, strings.data(), strings.start(id), strings.length(id));
  }

  private static byte[] bigEndian(long id) {
    return ByteBuffer.allocate(Long.BYTES).putLong(id).array();
  }
}
