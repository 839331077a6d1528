package dev.spoor.storage.columns;

import dev.spoor.model.TraceId;
import java.util.Objects;

/// A batch of spans as columns. Immutable, safe to share between threads.
///
/// Spans are sorted by trace id (unsigned bytes) and, within a trace, stand in the order in which
/// they came; so the spans of a trace are the ordinals `[firstSpan(t), endSpan(t))`. The same trace
/// may also have spans in other batches, and the same span may have come twice: whoever reads
/// combines and removes duplicates by trace id, span id and kind.
///
/// All strings are ids in one dictionary. Resources and scopes are numbered within the batch; equal
/// ones may have two numbers. [SpanColumnsBuilder] makes a batch.
public final class SpanColumns {

  final ByteDictionary strings;

  // One entry a trace (firstSpans one more).
  final long[] traceIdHighs;
  final long[] traceIdLows;
  final int[] firstSpans;

  // One entry a span.
  final long[] spanIds;
  final long[] parentSpanIds;
  final byte[] spanFlags;
  final long[] startNanos;
  final long[] endNanos;
  final int[] names;
  final byte[] kinds;
  final byte[] statusCodes;
  final int[] statusMessages;
  final int[] traceStates;
  final int[] droppedAttributes;
  final int[] droppedEvents;
  final int[] droppedLinks;
  final int[] resources;
  final int[] scopes;
  final AttributeLists spanAttributes;

  // One entry a resource, a scope.
  final int[] resourceDroppedAttributes;
  final AttributeLists resourceAttributes;
  final int[] scopeNames;
  final int[] scopeVersions;
  final int[] scopeDroppedAttributes;
  final AttributeLists scopeAttributes;

  // One entry an event; firstEvents one a span and one more.
  final int[] firstEvents;
  final long[] eventTimes;
  final int[] eventNames;
  final int[] eventDroppedAttributes;
  final AttributeLists eventAttributes;

  // One entry a link; firstLinks one a span and one more.
  final int[] firstLinks;
  final int[] linkTraceIds;
  final int[] linkSpanIds;
  final int[] linkTraceStates;
  final int[] linkDroppedAttributes;
  final AttributeLists linkAttributes;

  /// Bit of `spanFlags`: the span came with a parent span id.
  static final byte HAS_PARENT = 1;

  /// Of the columns that have one entry a span.
  static final long BYTES_PER_SPAN = 8 * 4 + 1 * 3 + 4 * 8 + 4 * 2;

  SpanColumns(Parts parts) {
    strings = Objects.requireNonNull(parts.strings);
    traceIdHighs = parts.traceIdHighs;
    traceIdLows = parts.traceIdLows;
    firstSpans = parts.firstSpans;
    spanIds = parts.spanIds;
    parentSpanIds = parts.parentSpanIds;
    spanFlags = parts.spanFlags;
    startNanos = parts.startNanos;
    endNanos = parts.endNanos;
    names = parts.names;
    kinds = parts.kinds;
    statusCodes = parts.statusCodes;
    statusMessages = parts.statusMessages;
    traceStates = parts.traceStates;
    droppedAttributes = parts.droppedAttributes;
    droppedEvents = parts.droppedEvents;
    droppedLinks = parts.droppedLinks;
    resources = parts.resources;
    scopes = parts.scopes;
    spanAttributes = parts.spanAttributes;
    resourceDroppedAttributes = parts.resourceDroppedAttributes;
    resourceAttributes = parts.resourceAttributes;
    scopeNames = parts.scopeNames;
    scopeVersions = parts.scopeVersions;
    scopeDroppedAttributes = parts.scopeDroppedAttributes;
    scopeAttributes = parts.scopeAttributes;
    firstEvents = parts.firstEvents;
    eventTimes = parts.eventTimes;
    eventNames = parts.eventNames;
    eventDroppedAttributes = parts.eventDroppedAttributes;
    eventAttributes = parts.eventAttributes;
    firstLinks = parts.firstLinks;
    linkTraceIds = parts.linkTraceIds;
    linkSpanIds = parts.linkSpanIds;
    linkTraceStates = parts.linkTraceStates;
    linkDroppedAttributes = parts.linkDroppedAttributes;
    linkAttributes = parts.linkAttributes;
  }

  /// The arrays of a batch while it is put together, by the builder or by the codec. They must fit
  /// each other; nothing may change them after the batch was made.
  static final class Parts {
    ByteDictionary strings = new ByteDictionary.Builder().build();
    long[] traceIdHighs = {};
    long[] traceIdLows = {};
    int[] firstSpans = {0};
    long[] spanIds = {};
    long[] parentSpanIds = {};
    byte[] spanFlags = {};
    long[] startNanos = {};
    long[] endNanos = {};
    int[] names = {};
    byte[] kinds = {};
    byte[] statusCodes = {};
    int[] statusMessages = {};
    int[] traceStates = {};
    int[] droppedAttributes = {};
    int[] droppedEvents = {};
    int[] droppedLinks = {};
    int[] resources = {};
    int[] scopes = {};
    AttributeLists spanAttributes = AttributeLists.NONE;
    int[] resourceDroppedAttributes = {};
    AttributeLists resourceAttributes = AttributeLists.NONE;
    int[] scopeNames = {};
    int[] scopeVersions = {};
    int[] scopeDroppedAttributes = {};
    AttributeLists scopeAttributes = AttributeLists.NONE;
    int[] firstEvents = {0};
    long[] eventTimes = {};
    int[] eventNames = {};
    int[] eventDroppedAttributes = {};
    AttributeLists eventAttributes = AttributeLists.NONE;
    int[] firstLinks = {0};
    int[] linkTraceIds = {};
    int[] linkSpanIds = {};
    int[] linkTraceStates = {};
    int[] linkDroppedAttributes = {};
    AttributeLists linkAttributes = AttributeLists.NONE;
  }

  public ByteDictionary strings() {
    return strings;
  }

  public int traceCount() {
    return firstSpans.length - 1;
  }

  public int spanCount() {
    return firstSpans[firstSpans.length - 1];
  }

  public long traceIdHigh(int trace) {
    return traceIdHighs[trace];
  }

  public long traceIdLow(int trace) {
    return traceIdLows[trace];
  }

  public int firstSpan(int trace) {
    return firstSpans[trace];
  }

  public int endSpan(int trace) {
    return firstSpans[trace + 1];
  }

  /// The ordinal of a trace, or -1 when it is not in this batch.
  public int find(long idHigh, long idLow) {
    int low = 0;
    int high = traceCount() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = TraceId.compare(traceIdHighs[middle], traceIdLows[middle], idHigh, idLow);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /// Earliest start of the trace's spans here, nanoseconds since the epoch, unsigned; a span
  /// without a start does not count, and 0 means that none has one.
  public long traceStartNanos(int trace) {
    long start = 0;
    for (int span = firstSpans[trace]; span < firstSpans[trace + 1]; span++) {
      // One less, so that 0 is the greatest of all.
      if (Long.compareUnsigned(startNanos[span] - 1, start - 1) < 0) {
        start = startNanos[span];
      }
    }
    return start;
  }

  /// Latest end of the trace's spans here, nanoseconds since the epoch, unsigned.
  public long traceEndNanos(int trace) {
    long end = 0;
    for (int span = firstSpans[trace]; span < firstSpans[trace + 1]; span++) {
      if (Long.compareUnsigned(endNanos[span], end) > 0) {
        end = endNanos[span];
      }
    }
    return end;
  }

  /// The 8 bytes of the span id, big-endian.
  public long spanId(int span) {
    return spanIds[span];
  }

  /// Whether the span came with a parent span id of 8 bytes. A root has none; eight zero bytes are
  /// one.
  public boolean hasParent(int span) {
    return (spanFlags[span] & HAS_PARENT) != 0;
  }

  /// The 8 bytes of the parent's span id, big-endian; 0 when there is none.
  public long parentSpanId(int span) {
    return parentSpanIds[span];
  }

  /// Nanoseconds since the epoch, as unsigned 64 bits; 0 when the sender set none.
  public long startNanos(int span) {
    return startNanos[span];
  }

  /// Nanoseconds since the epoch, as unsigned 64 bits; may lie before the start.
  public long endNanos(int span) {
    return endNanos[span];
  }

  /// String id.
  public int name(int span) {
    return names[span];
  }

  /// The OTLP number, 0 (unspecified) to 5 (consumer); what other number the sender wrote is kept.
  public int kind(int span) {
    return kinds[span];
  }

  /// The OTLP number: 0 unset, 1 ok, 2 error.
  public int statusCode(int span) {
    return statusCodes[span];
  }

  /// String id.
  public int statusMessage(int span) {
    return statusMessages[span];
  }

  /// String id.
  public int traceState(int span) {
    return traceStates[span];
  }

  public int droppedAttributes(int span) {
    return droppedAttributes[span];
  }

  public int droppedEvents(int span) {
    return droppedEvents[span];
  }

  public int droppedLinks(int span) {
    return droppedLinks[span];
  }

  /// Ordinal of the span's resource in this batch.
  public int resource(int span) {
    return resources[span];
  }

  /// Ordinal of the span's instrumentation scope in this batch.
  public int scope(int span) {
    return scopes[span];
  }

  /// Owners are spans.
  public AttributeLists spanAttributes() {
    return spanAttributes;
  }

  public int resourceCount() {
    return resourceDroppedAttributes.length;
  }

  public int resourceDroppedAttributes(int resource) {
    return resourceDroppedAttributes[resource];
  }

  /// Owners are resources.
  public AttributeLists resourceAttributes() {
    return resourceAttributes;
  }

  public int scopeCount() {
    return scopeNames.length;
  }

  /// String id.
  public int scopeName(int scope) {
    return scopeNames[scope];
  }

  /// String id.
  public int scopeVersion(int scope) {
    return scopeVersions[scope];
  }

  public int scopeDroppedAttributes(int scope) {
    return scopeDroppedAttributes[scope];
  }

  /// Owners are scopes.
  public AttributeLists scopeAttributes() {
    return scopeAttributes;
  }

  public int eventCount() {
    return eventTimes.length;
  }

  public int firstEvent(int span) {
    return firstEvents[span];
  }

  public int endEvent(int span) {
    return firstEvents[span + 1];
  }

  /// Nanoseconds since the epoch.
  public long eventTime(int event) {
    return eventTimes[event];
  }

  /// String id.
  public int eventName(int event) {
    return eventNames[event];
  }

  public int eventDroppedAttributes(int event) {
    return eventDroppedAttributes[event];
  }

  /// Owners are events.
  public AttributeLists eventAttributes() {
    return eventAttributes;
  }

  public int linkCount() {
    return linkTraceIds.length;
  }

  public int firstLink(int span) {
    return firstLinks[span];
  }

  public int endLink(int span) {
    return firstLinks[span + 1];
  }

  /// String id of the raw bytes, of whatever length the sender wrote.
  public int linkTraceId(int link) {
    return linkTraceIds[link];
  }

  /// String id of the raw bytes, of whatever length the sender wrote.
  public int linkSpanId(int link) {
    return linkSpanIds[link];
  }

  /// String id.
  public int linkTraceState(int link) {
    return linkTraceStates[link];
  }

  public int linkDroppedAttributes(int link) {
    return linkDroppedAttributes[link];
  }

  /// Owners are links.
  public AttributeLists linkAttributes() {
    return linkAttributes;
  }

  /// Bytes of heap that the spans of one trace take, about.
  public long memoryBytes(int trace) {
    double share = (double) (endSpan(trace) - firstSpan(trace)) / Math.max(1, spanCount());
    return (long) (memoryBytes() * share);
  }

  /// Bytes of heap, about.
  public long memoryBytes() {
    return strings.memoryBytes()
        + 20L * traceCount()
        + BYTES_PER_SPAN * spanCount()
        + 16L * eventCount()
        + 16L * linkCount()
        + 8L * resourceCount()
        + 12L * scopeCount()
        + spanAttributes.memoryBytes()
        + resourceAttributes.memoryBytes()
        + scopeAttributes.memoryBytes()
        + eventAttributes.memoryBytes()
        + linkAttributes.memoryBytes()
        + 512;
  }
}
