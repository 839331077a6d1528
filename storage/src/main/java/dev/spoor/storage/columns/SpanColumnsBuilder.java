package dev.spoor.storage.columns;

import dev.spoor.model.TraceId;
import java.util.Arrays;

/// Puts a batch together, span after span, in any order of trace ids. One thread at a time; used
/// once.
///
/// Resources and scopes are added first and give the numbers that spans refer to. The parts of a
/// span (its attributes, its events with their attributes, its links with theirs) may come in any
/// order, since that is how protobuf fields come; `endSpan` takes all that came since the last one:
///
/// ```java
/// builder.resourceAttribute(key, ValueType.STRING, value);
/// int resource = builder.endResource(0);
/// builder.spanAttribute(key, ValueType.INT, 500);
/// builder.eventAttribute(key, ValueType.STRING, value);
/// builder.endEvent(time, name, 0);
/// builder.span().traceIdHigh = …;
/// builder.endSpan();
/// ```
///
/// Where bytes turn out to be malformed in the middle of a span, [#discardSpan] takes its parts
/// back.
public final class SpanColumnsBuilder {

  /// The scalar fields of the span that is being added; zero after each `endSpan`.
  public static final class Span {
    public long traceIdHigh;
    public long traceIdLow;
    public long spanId;
    public boolean hasParent;
    public long parentSpanId;
    public long startNanos;
    public long endNanos;
    public int name;
    public int kind;
    public int statusCode;
    public int statusMessage;
    public int traceState;
    public int droppedAttributes;
    public int droppedEvents;
    public int droppedLinks;
    public int resource;
    public int scope;

    private void clear() {
      traceIdHigh = 0;
      traceIdLow = 0;
      spanId = 0;
      hasParent = false;
      parentSpanId = 0;
      startNanos = 0;
      endNanos = 0;
      name = 0;
      kind = 0;
      statusCode = 0;
      statusMessage = 0;
      traceState = 0;
      droppedAttributes = 0;
      droppedEvents = 0;
      droppedLinks = 0;
      resource = 0;
      scope = 0;
    }
  }

  private static final int[] NO_ORDER = {};

  private final ByteDictionary.Builder strings;

  /// Whether others add to the strings after this batch.
  private final boolean stringsGoOn;

  private final Span span = new Span();

  private final TraceNumbers traces = new TraceNumbers();

  /// Whether spans came in the order that the batch has, so that nothing has to be moved.
  private boolean inOrder = true;

  private int spans;
  private int[] traceOfSpan = new int[64];
  private final SpanColumns.Parts rows = new SpanColumns.Parts();
  private final AttributeListsBuilder spanAttributes = new AttributeListsBuilder();

  private int[] resourceDropped = new int[16];
  private final AttributeListsBuilder resourceAttributes = new AttributeListsBuilder();

  private int[] scopeNames = new int[16];
  private int[] scopeVersions = new int[16];
  private int[] scopeDropped = new int[16];
  private final AttributeListsBuilder scopeAttributes = new AttributeListsBuilder();

  private int[] firstEvents = new int[64];
  private long[] eventTimes = new long[16];
  private int[] eventNames = new int[16];
  private int[] eventDropped = new int[16];
  private final AttributeListsBuilder eventAttributes = new AttributeListsBuilder();

  private int[] firstLinks = new int[64];
  private int[] linkTraceIds = new int[16];
  private int[] linkSpanIds = new int[16];
  private int[] linkTraceStates = new int[16];
  private int[] linkDropped = new int[16];
  private final AttributeListsBuilder linkAttributes = new AttributeListsBuilder();

  public SpanColumnsBuilder() {
    this(new ByteDictionary.Builder(), false, 64);
  }

  private SpanColumnsBuilder(ByteDictionary.Builder strings, boolean stringsGoOn, int room) {
    this.strings = strings;
    this.stringsGoOn = stringsGoOn;
    growSpans(room);
  }

  /// Makes one of several batches that share their strings and are used one after the other, in the
  /// thread that makes them.
  ///
  /// @param strings of all batches so far
  /// @param spans that there will be, about
  public static SpanColumnsBuilder sharing(ByteDictionary.Builder strings, int spans) {
    return new SpanColumnsBuilder(strings, true, Math.max(64, spans));
  }

  /// What there will be of a kind, about.
  ///
  /// @param owners of attributes
  /// @param attributes of all of them
  public record Room(int owners, int attributes) {}

  /// Makes room where it is known what will come, so that nothing has to be moved later. To be
  /// called before anything is added.
  public void reserve(Room ofResources, Room ofScopes, Room ofSpans, Room ofEvents, Room ofLinks) {
    resourceAttributes.reserve(ofResources.owners, ofResources.attributes);
    resourceDropped = new int[ofResources.owners];
    scopeAttributes.reserve(ofScopes.owners, ofScopes.attributes);
    scopeNames = new int[ofScopes.owners];
    scopeVersions = new int[ofScopes.owners];
    scopeDropped = new int[ofScopes.owners];
    spanAttributes.reserve(ofSpans.owners, ofSpans.attributes);
    eventAttributes.reserve(ofEvents.owners, ofEvents.attributes);
    eventTimes = new long[ofEvents.owners];
    eventNames = new int[ofEvents.owners];
    eventDropped = new int[ofEvents.owners];
    linkAttributes.reserve(ofLinks.owners, ofLinks.attributes);
    linkTraceIds = new int[ofLinks.owners];
    linkSpanIds = new int[ofLinks.owners];
    linkTraceStates = new int[ofLinks.owners];
    linkDropped = new int[ofLinks.owners];
  }

  /// Where all strings of the batch are numbered.
  public ByteDictionary.Builder strings() {
    return strings;
  }

  public int spanCount() {
    return spans;
  }

  /// Bytes of heap that the batch would take now, about; while it is built it takes two or three
  /// times as many.
  public long memoryBytes() {
    return strings.dataBytes()
        + 4L * strings.size()
        + SpanColumns.BYTES_PER_SPAN * spans
        + 16L * ((long) eventAttributes.owners() + linkAttributes.owners())
        + 12L * ((long) resourceAttributes.owners() + scopeAttributes.owners())
        + spanAttributes.memoryBytes()
        + resourceAttributes.memoryBytes()
        + scopeAttributes.memoryBytes()
        + eventAttributes.memoryBytes()
        + linkAttributes.memoryBytes();
  }

  public void resourceAttribute(int key, byte type, long value) {
    resourceAttributes.add(key, type, value);
  }

  /// Ends the resource whose attributes came since the last one, and returns its number.
  public int endResource(int droppedAttributes) {
    int resource = resourceAttributes.owners();
    resourceAttributes.endOwner();
    resourceDropped = room(resourceDropped, resource);
    resourceDropped[resource] = droppedAttributes;
    return resource;
  }

  public void scopeAttribute(int key, byte type, long value) {
    scopeAttributes.add(key, type, value);
  }

  /// Ends the scope whose attributes came since the last one, and returns its number.
  public int endScope(int name, int version, int droppedAttributes) {
    int scope = scopeAttributes.owners();
    scopeAttributes.endOwner();
    scopeNames = room(scopeNames, scope);
    scopeVersions = room(scopeVersions, scope);
    scopeDropped = room(scopeDropped, scope);
    scopeNames[scope] = name;
    scopeVersions[scope] = version;
    scopeDropped[scope] = droppedAttributes;
    return scope;
  }

  public void spanAttribute(int key, byte type, long value) {
    spanAttributes.add(key, type, value);
  }

  public void eventAttribute(int key, byte type, long value) {
    eventAttributes.add(key, type, value);
  }

  /// Ends an event of the span that is being added.
  public void endEvent(long timeNanos, int name, int droppedAttributes) {
    int event = eventAttributes.owners();
    eventAttributes.endOwner();
    eventTimes = room(eventTimes, event);
    eventNames = room(eventNames, event);
    eventDropped = room(eventDropped, event);
    eventTimes[event] = timeNanos;
    eventNames[event] = name;
    eventDropped[event] = droppedAttributes;
  }

  public void linkAttribute(int key, byte type, long value) {
    linkAttributes.add(key, type, value);
  }

  /// Ends a link of the span that is being added. The ids are string ids of their raw bytes.
  public void endLink(int traceId, int spanId, int traceState, int droppedAttributes) {
    int link = linkAttributes.owners();
    linkAttributes.endOwner();
    linkTraceIds = room(linkTraceIds, link);
    linkSpanIds = room(linkSpanIds, link);
    linkTraceStates = room(linkTraceStates, link);
    linkDropped = room(linkDropped, link);
    linkTraceIds[link] = traceId;
    linkSpanIds[link] = spanId;
    linkTraceStates[link] = traceState;
    linkDropped[link] = droppedAttributes;
  }

  /// The scalar fields of the span that is being added, to be filled in.
  public Span span() {
    return span;
  }

  /// Ends the span: its scalar fields are those of `span()`, its lists what came since the last
  /// one.
  public void endSpan() {
    if (spans == rows.spanIds.length) {
      growSpans(spans * 2);
    }
    int i = spans;
    traceOfSpan[i] = traces.numberOf(span.traceIdHigh, span.traceIdLow);
    inOrder &= i == 0 || traceOfSpan[i] >= traceOfSpan[i - 1];
    rows.spanIds[i] = span.spanId;
    rows.parentSpanIds[i] = span.parentSpanId;
    rows.spanFlags[i] = span.hasParent ? SpanColumns.HAS_PARENT : 0;
    rows.startNanos[i] = span.startNanos;
    rows.endNanos[i] = span.endNanos;
    rows.names[i] = span.name;
    rows.kinds[i] = (byte) span.kind;
    rows.statusCodes[i] = (byte) span.statusCode;
    rows.statusMessages[i] = span.statusMessage;
    rows.traceStates[i] = span.traceState;
    rows.droppedAttributes[i] = span.droppedAttributes;
    rows.droppedEvents[i] = span.droppedEvents;
    rows.droppedLinks[i] = span.droppedLinks;
    rows.resources[i] = span.resource;
    rows.scopes[i] = span.scope;
    spanAttributes.endOwner();
    spans++;
    firstEvents[spans] = eventAttributes.owners();
    firstLinks[spans] = linkAttributes.owners();
    span.clear();
  }

  /// Takes back the parts of the span that is being added.
  public void discardSpan() {
    spanAttributes.rollback(spans);
    eventAttributes.rollback(firstEvents[spans]);
    linkAttributes.rollback(firstLinks[spans]);
    span.clear();
  }

  /// The batch, sorted. The builder must not be used afterwards.
  public SpanColumns build() {
    SpanColumns.Parts parts = new SpanColumns.Parts();
    parts.strings = stringsGoOn ? strings.view() : strings.build();
    int[] order = sortByTrace(parts);
    parts.spanIds = place(rows.spanIds, order);
    parts.parentSpanIds = place(rows.parentSpanIds, order);
    parts.spanFlags = place(rows.spanFlags, order);
    parts.startNanos = place(rows.startNanos, order);
    parts.endNanos = place(rows.endNanos, order);
    parts.names = place(rows.names, order);
    parts.kinds = place(rows.kinds, order);
    parts.statusCodes = place(rows.statusCodes, order);
    parts.statusMessages = place(rows.statusMessages, order);
    parts.traceStates = place(rows.traceStates, order);
    parts.droppedAttributes = place(rows.droppedAttributes, order);
    parts.droppedEvents = place(rows.droppedEvents, order);
    parts.droppedLinks = place(rows.droppedLinks, order);
    parts.resources = place(rows.resources, order);
    parts.scopes = place(rows.scopes, order);
    parts.spanAttributes = inOrder ? spanAttributes.build() : spanAttributes.build(order);
    parts.resourceDroppedAttributes = exactly(resourceDropped, resourceAttributes.owners());
    parts.resourceAttributes = resourceAttributes.build();
    parts.scopeNames = exactly(scopeNames, scopeAttributes.owners());
    parts.scopeVersions = exactly(scopeVersions, scopeAttributes.owners());
    parts.scopeDroppedAttributes = exactly(scopeDropped, scopeAttributes.owners());
    parts.scopeAttributes = scopeAttributes.build();
    placeEvents(parts, order);
    placeLinks(parts, order);
    return new SpanColumns(parts);
  }

  /// Sets the trace columns of `parts`; returns for each place the span that belongs there, unless
  /// spans are in order.
  private int[] sortByTrace(SpanColumns.Parts parts) {
    inOrder &= traces.ascend();
    int[] traceOrder = inOrder ? NO_ORDER : traces.sorted();
    int traceCount = traces.count;
    int[] spansOfTrace = new int[traceCount];
    for (int i = 0; i < spans; i++) {
      spansOfTrace[traceOfSpan[i]]++;
    }
    parts.traceIdHighs = new long[traceCount];
    parts.traceIdLows = new long[traceCount];
    parts.firstSpans = new int[traceCount + 1];
    int[] next = new int[traceCount];
    int place = 0;
    for (int t = 0; t < traceCount; t++) {
      int number = inOrder ? t : traceOrder[t];
      parts.traceIdHighs[t] = traces.high(number);
      parts.traceIdLows[t] = traces.low(number);
      next[number] = place;
      place += spansOfTrace[number];
      parts.firstSpans[t + 1] = place;
    }
    if (inOrder) {
      return NO_ORDER;
    }
    int[] order = new int[spans];
    for (int i = 0; i < spans; i++) {
      order[next[traceOfSpan[i]]++] = i;
    }
    return order;
  }

  private void placeEvents(SpanColumns.Parts parts, int[] order) {
    if (inOrder) {
      int events = eventAttributes.owners();
      parts.firstEvents = exactly(firstEvents, spans + 1);
      parts.eventTimes = exactly(eventTimes, events);
      parts.eventNames = exactly(eventNames, events);
      parts.eventDroppedAttributes = exactly(eventDropped, events);
      parts.eventAttributes = eventAttributes.build();
      return;
    }
    parts.firstEvents = new int[order.length + 1];
    int[] eventOrder = listOrder(firstEvents, order, parts.firstEvents);
    parts.eventTimes = pick(eventTimes, eventOrder);
    parts.eventNames = pick(eventNames, eventOrder);
    parts.eventDroppedAttributes = pick(eventDropped, eventOrder);
    parts.eventAttributes = eventAttributes.build(eventOrder);
  }

  private void placeLinks(SpanColumns.Parts parts, int[] order) {
    if (inOrder) {
      int links = linkAttributes.owners();
      parts.firstLinks = exactly(firstLinks, spans + 1);
      parts.linkTraceIds = exactly(linkTraceIds, links);
      parts.linkSpanIds = exactly(linkSpanIds, links);
      parts.linkTraceStates = exactly(linkTraceStates, links);
      parts.linkDroppedAttributes = exactly(linkDropped, links);
      parts.linkAttributes = linkAttributes.build();
      return;
    }
    parts.firstLinks = new int[order.length + 1];
    int[] linkOrder = listOrder(firstLinks, order, parts.firstLinks);
    parts.linkTraceIds = pick(linkTraceIds, linkOrder);
    parts.linkSpanIds = pick(linkSpanIds, linkOrder);
    parts.linkTraceStates = pick(linkTraceStates, linkOrder);
    parts.linkDroppedAttributes = pick(linkDropped, linkOrder);
    parts.linkAttributes = linkAttributes.build(linkOrder);
  }

  /// Where each list entry goes when the owners are put in another order; fills the new starts.
  private int[] listOrder(int[] starts, int[] ownerOrder, int[] newStarts) {
    int[] order = new int[starts[spans]];
    int to = 0;
    for (int i = 0; i < ownerOrder.length; i++) {
      int end = starts[ownerOrder[i] + 1];
      for (int from = starts[ownerOrder[i]]; from < end; from++) {
        order[to++] = from;
      }
      newStarts[i + 1] = to;
    }
    return order;
  }

  private void growSpans(int capacity) {
    traceOfSpan = Arrays.copyOf(traceOfSpan, capacity);
    rows.spanIds = Arrays.copyOf(rows.spanIds, capacity);
    rows.parentSpanIds = Arrays.copyOf(rows.parentSpanIds, capacity);
    rows.spanFlags = Arrays.copyOf(rows.spanFlags, capacity);
    rows.startNanos = Arrays.copyOf(rows.startNanos, capacity);
    rows.endNanos = Arrays.copyOf(rows.endNanos, capacity);
    rows.names = Arrays.copyOf(rows.names, capacity);
    rows.kinds = Arrays.copyOf(rows.kinds, capacity);
    rows.statusCodes = Arrays.copyOf(rows.statusCodes, capacity);
    rows.statusMessages = Arrays.copyOf(rows.statusMessages, capacity);
    rows.traceStates = Arrays.copyOf(rows.traceStates, capacity);
    rows.droppedAttributes = Arrays.copyOf(rows.droppedAttributes, capacity);
    rows.droppedEvents = Arrays.copyOf(rows.droppedEvents, capacity);
    rows.droppedLinks = Arrays.copyOf(rows.droppedLinks, capacity);
    rows.resources = Arrays.copyOf(rows.resources, capacity);
    rows.scopes = Arrays.copyOf(rows.scopes, capacity);
    firstEvents = Arrays.copyOf(firstEvents, capacity + 1);
    firstLinks = Arrays.copyOf(firstLinks, capacity + 1);
  }

  private static int[] room(int[] array, int index) {
    return index < array.length ? array : Arrays.copyOf(array, Math.max(16, array.length * 2));
  }

  private static long[] room(long[] array, int index) {
    return index < array.length ? array : Arrays.copyOf(array, Math.max(16, array.length * 2));
  }

  private int[] place(int[] from, int[] order) {
    return inOrder ? exactly(from, spans) : pick(from, order);
  }

  private long[] place(long[] from, int[] order) {
    return inOrder ? exactly(from, spans) : pick(from, order);
  }

  private byte[] place(byte[] from, int[] order) {
    return inOrder ? exactly(from, spans) : pick(from, order);
  }

  private static int[] exactly(int[] array, int size) {
    return array.length == size ? array : Arrays.copyOf(array, size);
  }

  private static long[] exactly(long[] array, int size) {
    return array.length == size ? array : Arrays.copyOf(array, size);
  }

  private static byte[] exactly(byte[] array, int size) {
    return array.length == size ? array : Arrays.copyOf(array, size);
  }

  private static int[] pick(int[] from, int[] order) {
    int[] to = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      to[i] = from[order[i]];
    }
    return to;
  }

  private static long[] pick(long[] from, int[] order) {
    long[] to = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      to[i] = from[order[i]];
    }
    return to;
  }

  private static byte[] pick(byte[] from, int[] order) {
    byte[] to = new byte[order.length];
    for (int i = 0; i < order.length; i++) {
      to[i] = from[order[i]];
    }
    return to;
  }

  /// Numbers trace ids from 0 in the order in which they come.
  private static final class TraceNumbers {

    private long[] highs = new long[16];
    private long[] lows = new long[16];
    private int count;
    private int[] table = new int[64];
    private int last = -1;

    /// Whether ids ascend in the order in which they came.
    private boolean ascending = true;

    int numberOf(long high, long low) {
      if (last >= 0 && highs[last] == high && lows[last] == low) {
        return last;
      }
      int slot = slotOf(high, low);
      while (table[slot] != 0) {
        int number = table[slot] - 1;
        if (highs[number] == high && lows[number] == low) {
          last = number;
          return number;
        }
        slot = (slot + 1) & (table.length - 1);
      }
      if (count == highs.length) {
        highs = Arrays.copyOf(highs, count * 2);
        lows = Arrays.copyOf(lows, count * 2);
      }
      ascending &= count == 0 || TraceId.compare(highs[count - 1], lows[count - 1], high, low) < 0;
      highs[count] = high;
      lows[count] = low;
      table[slot] = count + 1;
      last = count++;
      if (count * 2 > table.length) {
        rehash();
      }
      return last;
    }

    long high(int number) {
      return highs[number];
    }

    long low(int number) {
      return lows[number];
    }

    boolean ascend() {
      return ascending;
    }

    /// The numbers in the order of their ids.
    int[] sorted() {
      Integer[] numbers = new Integer[count];
      for (int i = 0; i < count; i++) {
        numbers[i] = i;
      }
      Arrays.sort(numbers, (a, b) -> TraceId.compare(highs[a], lows[a], highs[b], lows[b]));
      int[] sorted = new int[count];
      for (int i = 0; i < count; i++) {
        sorted[i] = numbers[i];
      }
      return sorted;
    }

    private void rehash() {
      table = new int[table.length * 2];
      for (int number = 0; number < count; number++) {
        int slot = slotOf(highs[number], lows[number]);
        while (table[slot] != 0) {
          slot = (slot + 1) & (table.length - 1);
        }
        table[slot] = number + 1;
      }
    }

    private int slotOf(long high, long low) {
      return TraceId.hash(high, low) & (table.length - 1);
    }
  }
}
