package dev.spoor.ingester;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;
import dev.spoor.storage.columns.ByteDictionary;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsBuilder;
import dev.spoor.storage.columns.ValueType;
import dev.spoor.wire.otlp.OtlpTags;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/// Turns OTLP bodies into columns, the one time that protobuf is taken apart.
///
/// It fills one [SpanColumnsBuilder] with as many bodies as come, and lives as long as that builder
/// does; or, when it is told how large a part may be, one builder after the other, in the middle of
/// a body too. Resources and scopes whose bytes came before, in the same part, get the number they
/// had; those of no span are left out. Attribute keys and string values longer than the limit are
/// cut. One thread at a time.
public final class SpanShredder {

  private static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /// How many different resources (and scopes) are remembered; then remembering starts anew.
  private static final int MAX_REMEMBERED = 4096;

  private static final long MAX_REMEMBERED_BYTES = 4 << 20;
  private static final int UNKNOWN = -1;
  private static final ProtoReader NOTHING = new ProtoReader(Bytes.EMPTY);

  private static final int TRACE_ID_BYTES = 16;
  private static final int SPAN_ID_BYTES = 8;

  /// A character of UTF-8 has at most so many bytes after its first.
  private static final int MAX_CONTINUATION_BYTES = 3;

  /// What the attributes that are being read belong to.
  private enum Owner {
    RESOURCE,
    SCOPE,
    SPAN,
    EVENT,
    LINK
  }

  private SpanColumnsBuilder columns;
  private ByteDictionary.Builder strings;
  private final int maxAttributeBytes;
  private final long partBytes;
  private final Consumer<SpanColumns> fullParts;
  private Numbers resources = new Numbers();
  private Numbers scopes = new Numbers();
  private long truncatedAttributes;
  private long copiedBytes;

  // What spans refer to; numbered when there is a span.
  private Bytes resource = Bytes.EMPTY;
  private int resourceNumber = UNKNOWN;
  private Bytes scope = Bytes.EMPTY;
  private int scopeNumber = UNKNOWN;

  /// At the body that is being shredded; between bodies, none is held on to.
  private ProtoReader reader = NOTHING;

  /// @param maxAttributeBytes how long an attribute's key or string value may be; at least 1
  public SpanShredder(SpanColumnsBuilder columns, int maxAttributeBytes) {
    this(columns, maxAttributeBytes, Long.MAX_VALUE, full -> {});
  }

  /// @param partBytes of memory that a part takes before another is begun
  /// @param fullParts given all parts but the last, which [#lastPart] gives
  SpanShredder(int maxAttributeBytes, long partBytes, Consumer<SpanColumns> fullParts) {
    this(new SpanColumnsBuilder(), maxAttributeBytes, partBytes, fullParts);
  }

  private SpanShredder(
      SpanColumnsBuilder columns,
      int maxAttributeBytes,
      long partBytes,
      Consumer<SpanColumns> fullParts) {
    if (maxAttributeBytes < 1) {
      throw new IllegalArgumentException("maxAttributeBytes is " + maxAttributeBytes);
    }
    this.columns = columns;
    this.strings = columns.strings();
    this.maxAttributeBytes = maxAttributeBytes;
    this.partBytes = partBytes;
    this.fullParts = fullParts;
  }

  /// What was shredded since the last full part, perhaps nothing. The shredder must not be used
  /// afterwards.
  SpanColumns lastPart() {
    return columns.build();
  }

  /// Bytes that were copied to bring together what stood in several pieces.
  long copiedBytes() {
    return copiedBytes;
  }

  /// How many attribute keys and string values were cut so far.
  public long truncatedAttributes() {
    return truncatedAttributes;
  }

  /// Adds the spans of an `ExportTraceServiceRequest`.
  ///
  /// @throws MalformedProtoException never for a body that `OtlpDecoder` accepted. The spans before
  ///   the malformed one stay added.
  /// @throws IllegalArgumentException when a span's trace id has not 16 bytes or its span id not 8:
  ///   such spans are refused before they come here
  public void shred(Bytes body) throws MalformedProtoException {
    reader = new ProtoReader(body);
    try {
      shredRequest();
    } finally {
      reader = NOTHING;
      resource = Bytes.EMPTY;
      scope = Bytes.EMPTY;
    }
  }

  private void shredRequest() throws MalformedProtoException {
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == OtlpTags.REQUEST_RESOURCE_SPANS) {
        int outer = reader.enter();
        shredResourceSpans();
        reader.leave(outer);
      } else {
        reader.skip(tag);
      }
    }
  }

  private void shredResourceSpans() throws MalformedProtoException {
    int start = reader.position();
    int end = reader.end();
    resource = merged(OtlpTags.RESOURCE_SPANS_RESOURCE);
    resourceNumber = UNKNOWN;
    reader.moveTo(start, end);
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == OtlpTags.RESOURCE_SPANS_SCOPE_SPANS) {
        int outer = reader.enter();
        shredScopeSpans();
        reader.leave(outer);
      } else {
        reader.skip(tag);
      }
    }
  }

  private void shredScopeSpans() throws MalformedProtoException {
    int start = reader.position();
    int end = reader.end();
    scope = merged(OtlpTags.SCOPE_SPANS_SCOPE);
    scopeNumber = UNKNOWN;
    reader.moveTo(start, end);
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == OtlpTags.SCOPE_SPANS_SPANS) {
        int outer = reader.enter();
        shredSpan();
        reader.leave(outer);
      } else {
        reader.skip(tag);
      }
    }
  }

  /// The bytes of a message that is a field of the one being read, wherever in it that field
  /// stands. Where it stands several times, protobuf merges, which is what reading the bytes of all
  /// of them as one message comes to.
  private Bytes merged(int messageTag) throws MalformedProtoException {
    int start = reader.position();
    int times = 0;
    int all = 0;
    int last = start;
    int lastLength = 0;
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == messageTag) {
        lastLength = reader.skipBytes();
        last = reader.position() - lastLength;
        all += lastLength;
        times++;
      } else {
        reader.skip(tag);
      }
    }
    if (times <= 1) {
      return Bytes.of(reader.array(), last, lastLength);
    }
    reader.moveTo(start, reader.end());
    return joined(messageTag, all);
  }

  private Bytes joined(int messageTag, int length) throws MalformedProtoException {
    byte[] joined = new byte[length];
    int to = 0;
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == messageTag) {
        int piece = reader.skipBytes();
        System.arraycopy(reader.array(), reader.position() - piece, joined, to, piece);
        to += piece;
      } else {
        reader.skip(tag);
      }
    }
    copiedBytes += to;
    return Bytes.of(joined);
  }

  private int resourceNumber() throws MalformedProtoException {
    int known = resources.find(resource);
    if (known != UNKNOWN) {
      return known;
    }
    ProtoReader outer = reader;
    reader = new ProtoReader(resource);
    try {
      return resources.remember(shredResource());
    } catch (MalformedProtoException e) {
      // Nobody refers to it; without an end, its attributes would go to the next one.
      columns.endResource(0);
      throw e;
    } finally {
      reader = outer;
    }
  }

  private int shredResource() throws MalformedProtoException {
    int dropped = 0;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case OtlpTags.RESOURCE_ATTRIBUTES -> shredAttribute(Owner.RESOURCE);
        case OtlpTags.RESOURCE_DROPPED_ATTRIBUTES -> dropped = reader.varint32();
        default -> reader.skip(tag);
      }
    }
    return columns.endResource(dropped);
  }

  private int scopeNumber() throws MalformedProtoException {
    int known = scopes.find(scope);
    if (known != UNKNOWN) {
      return known;
    }
    ProtoReader outer = reader;
    reader = new ProtoReader(scope);
    try {
      return scopes.remember(shredScope());
    } catch (MalformedProtoException e) {
      // As with resources.
      columns.endScope(ByteDictionary.EMPTY, ByteDictionary.EMPTY, 0);
      throw e;
    } finally {
      reader = outer;
    }
  }

  private int shredScope() throws MalformedProtoException {
    int name = ByteDictionary.EMPTY;
    int version = ByteDictionary.EMPTY;
    int dropped = 0;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case OtlpTags.SCOPE_NAME -> name = string();
        case OtlpTags.SCOPE_VERSION -> version = string();
        case OtlpTags.SCOPE_ATTRIBUTES -> shredAttribute(Owner.SCOPE);
        case OtlpTags.SCOPE_DROPPED_ATTRIBUTES -> dropped = reader.varint32();
        default -> reader.skip(tag);
      }
    }
    return columns.endScope(name, version, dropped);
  }

  private void shredSpan() throws MalformedProtoException {
    if (columns.memoryBytes() >= partBytes) {
      beginPart();
    }
    if (resourceNumber == UNKNOWN) {
      resourceNumber = resourceNumber();
    }
    if (scopeNumber == UNKNOWN) {
      scopeNumber = scopeNumber();
    }
    boolean whole = false;
    try {
      readSpan(columns.span());
      columns.span().resource = resourceNumber;
      columns.span().scope = scopeNumber;
      columns.endSpan();
      whole = true;
    } finally {
      if (!whole) {
        columns.discardSpan();
      }
    }
  }

  private void beginPart() {
    SpanColumns full = columns.build();
    columns = new SpanColumnsBuilder();
    strings = columns.strings();
    resources = new Numbers();
    scopes = new Numbers();
    resourceNumber = UNKNOWN;
    scopeNumber = UNKNOWN;
    fullParts.accept(full);
  }

  private void readSpan(SpanColumnsBuilder.Span span) throws MalformedProtoException {
    boolean hasTraceId = false;
    boolean hasSpanId = false;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case OtlpTags.SPAN_ATTRIBUTES -> shredAttribute(Owner.SPAN);
        case OtlpTags.SPAN_TRACE_ID -> {
          hasTraceId = reader.skipBytes() == TRACE_ID_BYTES;
          span.traceIdHigh = hasTraceId ? longBefore(TRACE_ID_BYTES) : 0;
          span.traceIdLow = hasTraceId ? longBefore(Long.BYTES) : 0;
        }
        case OtlpTags.SPAN_SPAN_ID -> {
          hasSpanId = reader.skipBytes() == SPAN_ID_BYTES;
          span.spanId = hasSpanId ? longBefore(SPAN_ID_BYTES) : 0;
        }
        case OtlpTags.SPAN_PARENT_SPAN_ID -> {
          span.hasParent = reader.skipBytes() == SPAN_ID_BYTES;
          span.parentSpanId = span.hasParent ? longBefore(SPAN_ID_BYTES) : 0;
        }
        case OtlpTags.SPAN_TRACE_STATE -> span.traceState = string();
        case OtlpTags.SPAN_NAME -> span.name = string();
        case OtlpTags.SPAN_KIND -> span.kind = inByte(reader.varint32());
        case OtlpTags.SPAN_START -> span.startNanos = reader.fixed64();
        case OtlpTags.SPAN_END -> span.endNanos = reader.fixed64();
        case OtlpTags.SPAN_DROPPED_ATTRIBUTES -> span.droppedAttributes = reader.varint32();
        case OtlpTags.SPAN_EVENTS -> shredEvent();
        case OtlpTags.SPAN_DROPPED_EVENTS -> span.droppedEvents = reader.varint32();
        case OtlpTags.SPAN_LINKS -> shredLink();
        case OtlpTags.SPAN_DROPPED_LINKS -> span.droppedLinks = reader.varint32();
        case OtlpTags.SPAN_STATUS -> readStatus(span);
        default -> reader.skip(tag);
      }
    }
    if (!hasTraceId || !hasSpanId) {
      throw new IllegalArgumentException("a span without a whole trace id or span id came through");
    }
  }

  /// Columns hold kind and status as one byte; numbers that do not fit mean nothing to anybody.
  private static int inByte(int number) {
    return number == (byte) number ? number : 0;
  }

  private long longBefore(int bytes) {
    return (long) BIG_ENDIAN.get(reader.array(), reader.position() - bytes);
  }

  private void readStatus(SpanColumnsBuilder.Span span) throws MalformedProtoException {
    int outer = reader.enter();
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case OtlpTags.STATUS_MESSAGE -> span.statusMessage = string();
        case OtlpTags.STATUS_CODE -> span.statusCode = inByte(reader.varint32());
        default -> reader.skip(tag);
      }
    }
    reader.leave(outer);
  }

  private void shredEvent() throws MalformedProtoException {
    int outer = reader.enter();
    long time = 0;
    int name = ByteDictionary.EMPTY;
    int dropped = 0;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case OtlpTags.EVENT_TIME -> time = reader.fixed64();
        case OtlpTags.EVENT_NAME -> name = string();
        case OtlpTags.EVENT_ATTRIBUTES -> shredAttribute(Owner.EVENT);
        case OtlpTags.EVENT_DROPPED_ATTRIBUTES -> dropped = reader.varint32();
        default -> reader.skip(tag);
      }
    }
    reader.leave(outer);
    columns.endEvent(time, name, dropped);
  }

  private void shredLink() throws MalformedProtoException {
    int outer = reader.enter();
    int traceId = ByteDictionary.EMPTY;
    int spanId = ByteDictionary.EMPTY;
    int traceState = ByteDictionary.EMPTY;
    int dropped = 0;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case OtlpTags.LINK_TRACE_ID -> traceId = string();
        case OtlpTags.LINK_SPAN_ID -> spanId = string();
        case OtlpTags.LINK_TRACE_STATE -> traceState = string();
        case OtlpTags.LINK_ATTRIBUTES -> shredAttribute(Owner.LINK);
        case OtlpTags.LINK_DROPPED_ATTRIBUTES -> dropped = reader.varint32();
        default -> reader.skip(tag);
      }
    }
    reader.leave(outer);
    columns.endLink(traceId, spanId, traceState, dropped);
  }

  /// Reads a `KeyValue`.
  private void shredAttribute(Owner owner) throws MalformedProtoException {
    int outer = reader.enter();
    int start = reader.position();
    int end = reader.end();
    int key = ByteDictionary.EMPTY;
    int valueStart = start;
    int valueLength = 0;
    int values = 0;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case OtlpTags.KEY_VALUE_KEY -> key = attributeString(reader.skipBytes());
        case OtlpTags.KEY_VALUE_VALUE -> {
          valueLength = reader.skipBytes();
          valueStart = reader.position() - valueLength;
          values++;
        }
        default -> reader.skip(tag);
      }
    }
    if (values > 1) {
      reader.moveTo(start, end);
      shredMergedValue(owner, key);
    } else {
      reader.moveTo(valueStart, valueStart + valueLength);
      shredValue(owner, key);
    }
    reader.moveTo(end, outer);
  }

  private void shredMergedValue(Owner owner, int key) throws MalformedProtoException {
    Bytes value = merged(OtlpTags.KEY_VALUE_VALUE);
    ProtoReader outer = reader;
    reader = new ProtoReader(value);
    shredValue(owner, key);
    reader = outer;
  }

  /// Reads an `AnyValue`, of whose fields the last one counts.
  private void shredValue(Owner owner, int key) throws MalformedProtoException {
    int start = reader.position();
    byte type = ValueType.OTHER;
    long value = ByteDictionary.EMPTY;
    int textEnd = start;
    int textLength = 0;
    boolean structured = false;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case OtlpTags.VALUE_STRING -> {
          type = ValueType.STRING;
          textLength = reader.skipBytes();
          textEnd = reader.position();
        }
        case OtlpTags.VALUE_BOOL -> {
          type = ValueType.BOOL;
          value = reader.bool() ? 1 : 0;
        }
        case OtlpTags.VALUE_INT -> {
          type = ValueType.INT;
          value = reader.varint();
        }
        case OtlpTags.VALUE_DOUBLE -> {
          type = ValueType.DOUBLE;
          value = reader.fixed64();
        }
        case OtlpTags.VALUE_ARRAY, OtlpTags.VALUE_KEY_VALUES, OtlpTags.VALUE_BYTES -> {
          type = ValueType.OTHER;
          structured = true;
          reader.skipBytes();
        }
        default -> reader.skip(tag);
      }
    }
    if (type == ValueType.STRING) {
      value = attributeString(textEnd, textLength);
    } else if (type == ValueType.OTHER) {
      value =
          structured
              ? strings.intern(reader.array(), start, reader.end() - start)
              : ByteDictionary.EMPTY;
    }
    add(owner, key, type, value);
  }

  private void add(Owner owner, int key, byte type, long value) {
    switch (owner) {
      case RESOURCE -> columns.resourceAttribute(key, type, value);
      case SCOPE -> columns.scopeAttribute(key, type, value);
      case SPAN -> columns.spanAttribute(key, type, value);
      case EVENT -> columns.eventAttribute(key, type, value);
      case LINK -> columns.linkAttribute(key, type, value);
    }
  }

  /// Reads a string of whatever length.
  private int string() throws MalformedProtoException {
    int length = reader.skipBytes();
    return strings.intern(reader.array(), reader.position() - length, length);
  }

  /// The string of `length` bytes before the position.
  private int attributeString(int length) {
    return attributeString(reader.position(), length);
  }

  private int attributeString(int end, int length) {
    int start = end - length;
    if (length <= maxAttributeBytes) {
      return strings.intern(reader.array(), start, length);
    }
    truncatedAttributes++;
    return strings.intern(reader.array(), start, cutLength(reader.array(), start));
  }

  /// How many bytes of a string that is too long are kept: what fits, without the part of a
  /// character that would be left at its end.
  private int cutLength(byte[] bytes, int start) {
    int length = maxAttributeBytes;
    while (length > 0 && isContinuation(bytes[start + length])) {
      length--;
      if (maxAttributeBytes - length == MAX_CONTINUATION_BYTES + 1) {
        return maxAttributeBytes;
      }
    }
    return length;
  }

  private static boolean isContinuation(byte utf8) {
    return (utf8 & 0xc0) == 0x80;
  }

  /// Numbers that were given to resources, or to scopes, by the bytes of these.
  private static final class Numbers {

    private ByteDictionary.Builder messages = new ByteDictionary.Builder();
    private int[] numbers = {UNKNOWN};
    private int last;

    /// The number that this message got, or [#UNKNOWN]: then [#remember] says which it gets.
    int find(Bytes message) {
      if (messages.size() > MAX_REMEMBERED || messages.dataBytes() > MAX_REMEMBERED_BYTES) {
        messages = new ByteDictionary.Builder();
        numbers = new int[] {UNKNOWN};
      }
      int known = messages.size();
      last = messages.intern(message);
      if (last == known) {
        numbers = known < numbers.length ? numbers : Arrays.copyOf(numbers, known * 2);
        numbers[known] = UNKNOWN;
      }
      return numbers[last];
    }

    /// The number of the message that was not found last.
    int remember(int number) {
      numbers[last] = number;
      return number;
    }
  }
}
