package dev.spoor.storage.block;

import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.AttributeLists;
import dev.spoor.storage.columns.ByteDictionary;
import dev.spoor.storage.columns.NestedSets;
import dev.spoor.storage.columns.ParentLinks;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.ValueType;
import dev.spoor.storage.parquet.StringPool;
import java.util.Arrays;
import java.util.List;

/// Makes the rows of a block out of the pieces of a trace: duplicates removed, spans grouped by
/// resource and scope, the root found, services counted, the tree numbered.
final class TraceRowsBuilder {

  private static final int STATUS_ERROR = 2;

  /// A trace with more spans gets its room at once.
  private static final int ROOM_FROM_SPANS = 4096;

  private final SpanRows rows;
  private final ResourceTable resources;
  private final ResourceTable scopes;
  private final KeySlots spanSlots;
  private final TraceSpans spans = new TraceSpans();
  private final NestedSets nested = new NestedSets();

  // What [NestedSets] needs, in the order of the block.
  private final LongList ids = new LongList();
  private final LongList parentIds = new LongList();
  private final ByteList hasParent = new ByteList();
  private final ByteList kinds = new ByteList();

  /// By number of a service's name: its row in `rows.stat…` of the trace that is being added.
  private int[] statRow = new int[64];

  private int[] statTrace = new int[64];
  private int traceSerial;
  private boolean anyService;

  /// Over all spans so far, as unsigned nanoseconds; 0 while none was set.
  private long earliest;

  private long latest;

  TraceRowsBuilder(
      SpanRows rows, ResourceTable resources, ResourceTable scopes, KeySlots spanSlots) {
    this.rows = rows;
    this.resources = resources;
    this.scopes = scopes;
    this.spanSlots = spanSlots;
  }

  long earliestNanos() {
    return earliest;
  }

  long latestNanos() {
    return latest;
  }

  long duplicates() {
    return spans.duplicates;
  }

  /// Makes ready for the first trace of another block.
  void beginBlock() {
    earliest = 0;
    latest = 0;
    spans.duplicates = 0;
    beginRowGroup();
  }

  /// Numbers of strings mean something else from now on.
  void beginRowGroup() {
    Arrays.fill(statTrace, 0);
    traceSerial = 0;
    spanSlots.clear();
  }

  /// Adds the trace at which all these inputs stand, as one row.
  void add(List<MergeInput> pieces) {
    int expected = 0;
    for (MergeInput in : pieces) {
      expected += in.spans();
    }
    if (expected > ROOM_FROM_SPANS) {
      rows.reserve(expected, 0);
    }
    spans.begin(expected);
    for (MergeInput in : pieces) {
      SpanColumns batch = in.batch();
      spans.add(in, batch.firstSpan(in.trace()), batch.endSpan(in.trace()), resources, scopes);
    }
    addTrace(pieces.getFirst().high(), pieces.getFirst().low());
  }

  /// Some spans of an input's batch, which belong to one trace.
  record Run(MergeInput in, int first, int end) {}

  /// Adds these spans of a trace, as one row.
  void add(TraceId trace, List<Run> runs) {
    int expected = 0;
    long attributes = 0;
    for (Run run : runs) {
      AttributeLists lists = run.in.batch().spanAttributes();
      expected += run.end - run.first;
      attributes += lists.end(run.end - 1) - lists.first(run.first);
    }
    rows.reserve(expected, Math.toIntExact(attributes));
    spans.begin(expected);
    for (Run run : runs) {
      spans.add(run.in, run.first, run.end, resources, scopes);
    }
    addTrace(trace.high(), trace.low());
  }

  private void numberSpans() {
    ids.clear();
    parentIds.clear();
    hasParent.clear();
    kinds.clear();
    for (int i = 0; i < spans.count; i++) {
      int at = spans.order[i];
      SpanColumns batch = spans.inputs[at].batch();
      int span = spans.ordinals[at];
      ids.add(batch.spanId(span));
      parentIds.add(batch.parentSpanId(span));
      hasParent.add(batch.hasParent(span) ? 1 : 0);
      kinds.add(batch.kind(span));
    }
    nested.number(0, spans.count, ids.values, parentIds.values, hasParent.values, kinds.values);
  }

  private void addTrace(long high, long low) {
    spans.sort();
    numberSpans();
    traceSerial++;
    anyService = false;
    long start = 0;
    long end = 0;
    int rootService = StringPool.EMPTY;
    int rootName = StringPool.EMPTY;
    int resource = -1;
    int scope = -1;
    int repetition = 0;
    for (int i = 0; i < spans.count; i++) {
      int at = spans.order[i];
      if (spans.resources[at] != resource) {
        resource = spans.resources[at];
        scope = -1;
        repetition = Math.min(repetition, 1);
        addResource(resource, repetition);
      }
      if (spans.scopes[at] != scope) {
        scope = spans.scopes[at];
        repetition = Math.min(repetition, 2);
        addScope(scope, repetition);
      }
      MergeInput in = spans.inputs[at];
      SpanColumns batch = in.batch();
      int span = spans.ordinals[at];
      addSpan(in, batch, span, i, repetition);
      repetition = 3;
      start = earlier(start, batch.startNanos(span));
      end = later(end, batch.endNanos(span));
      countService(resource, batch.statusCode(span));
      if (!batch.hasParent(span) && !ParentLinks.isChild(batch, span, high, low)) {
        rootService = resources.column(resource, ColumnMapping.SERVICE_NAME);
        rootName = in.string(batch.name(span));
      }
    }
    rows.traceHighs.add(high);
    rows.traceLows.add(low);
    rows.traceStarts.add(start);
    rows.traceEnds.add(end);
    rows.rootServices.add(rootService);
    rows.rootNames.add(rootName);
    earliest = earlier(earliest, start != 0 ? start : end);
    latest = later(latest, later(start, end));
  }

  private static long earlier(long a, long b) {
    return a == 0 || (b != 0 && Long.compareUnsigned(b, a) < 0) ? b : a;
  }

  private static long later(long a, long b) {
    return Long.compareUnsigned(a, b) >= 0 ? a : b;
  }

  private void addResource(int resource, int repetition) {
    rows.resourceRepetition.add(repetition);
    rows.resources.add(resource);
    rows.resourceAttributes.beginOwner(repetition, 1);
    resources.addAttributes(resource, rows.resourceAttributes);
    rows.resourceAttributes.endOwner();
  }

  private void addScope(int scope, int repetition) {
    rows.scopeRepetition.add(repetition);
    rows.scopes.add(scope);
    rows.scopeAttributes.beginOwner(repetition, 2);
    scopes.addAttributes(scope, rows.scopeAttributes);
    rows.scopeAttributes.endOwner();
  }

  private void countService(int resource, int statusCode) {
    int service = resources.column(resource, ColumnMapping.SERVICE_NAME);
    if (service >= statTrace.length) {
      int larger = Math.max(service + 1, statTrace.length * 2);
      statTrace = Arrays.copyOf(statTrace, larger);
      statRow = Arrays.copyOf(statRow, larger);
    }
    if (statTrace[service] != traceSerial) {
      rows.statRepetition.add(anyService ? 1 : 0);
      anyService = true;
      statTrace[service] = traceSerial;
      statRow[service] = rows.statServices.size;
      rows.statServices.add(service);
      rows.statSpans.add(0);
      rows.statErrors.add(0);
    }
    int row = statRow[service];
    rows.statSpans.values[row]++;
    if (statusCode == STATUS_ERROR) {
      rows.statErrors.values[row]++;
    }
  }

  private void addSpan(MergeInput in, SpanColumns batch, int span, int place, int repetition) {
    rows.spanRepetition.add(repetition);
    rows.spanIds.add(batch.spanId(span));
    rows.parentIds.add(batch.parentSpanId(span));
    rows.hasParent.add(batch.hasParent(span) ? 1 : 0);
    rows.parents.add(nested.parent(place));
    rows.lefts.add(nested.left(place));
    rows.rights.add(nested.right(place));
    rows.names.add(in.string(batch.name(span)));
    rows.kinds.add(batch.kind(span));
    rows.traceStates.add(in.string(batch.traceState(span)));
    rows.starts.add(batch.startNanos(span));
    rows.durations.add(batch.endNanos(span) - batch.startNanos(span));
    rows.statusCodes.add(batch.statusCode(span));
    rows.statusMessages.add(in.string(batch.statusMessage(span)));
    rows.droppedAttributes.add(batch.droppedAttributes(span));
    rows.droppedEvents.add(batch.droppedEvents(span));
    rows.droppedLinks.add(batch.droppedLinks(span));
    addSpanAttributes(in, batch.spanAttributes(), span, repetition);
    addEvents(in, batch, span, repetition);
    addLinks(in, batch, span, repetition);
  }

  /// An attribute that came twice has its last value in its column, and the others in the list.
  private void addSpanAttributes(MergeInput in, AttributeLists lists, int span, int repetition) {
    AttributeRows generic = rows.spanAttributes;
    int row = rows.spanCount() - 1;
    boolean hasStatus = false;
    long status = 0;
    generic.beginOwner(repetition, 3);
    int end = lists.end(span);
    for (int entry = lists.first(span); entry < end; entry++) {
      int key = in.string(lists.key(entry));
      byte type = lists.type(entry);
      long value = lists.value(entry);
      int slot = spanSlots.slot(key);
      if (slot == KeySlots.GENERIC) {
        generic.add(key, type, value, in);
      } else if (slot == ColumnMapping.HTTP_STATUS_CODE && type == ValueType.INT) {
        if (hasStatus) {
          generic.addNumber(key, status);
        }
        hasStatus = true;
        status = value;
      } else if (slot < ColumnMapping.SPAN_SLOTS && type == ValueType.STRING) {
        int before = rows.setSlot(slot, row, in.string((int) value));
        if (before != ResourceTable.NULL) {
          generic.addText(key, before);
        }
      } else {
        generic.add(key, type, value, in);
      }
    }
    generic.endOwner();
    rows.hasHttpStatusCode.add(hasStatus ? 1 : 0);
    if (hasStatus) {
      rows.httpStatusCodes.add(status);
    }
  }

  private void addEvents(MergeInput in, SpanColumns batch, int span, int repetition) {
    int first = batch.firstEvent(span);
    int end = batch.endEvent(span);
    if (first == end) {
      rows.eventRepetition.add(repetition);
      rows.eventDefinition.add(3);
      rows.eventAttributes.without(repetition, 3);
      return;
    }
    for (int event = first; event < end; event++) {
      int level = event == first ? repetition : 4;
      rows.eventRepetition.add(level);
      rows.eventDefinition.add(4);
      rows.eventOffsets.add(batch.eventTime(event) - batch.startNanos(span));
      rows.eventNames.add(in.string(batch.eventName(event)));
      rows.eventDropped.add(batch.eventDroppedAttributes(event));
      addAttributes(in, batch.eventAttributes(), event, level, rows.eventAttributes);
    }
  }

  private void addLinks(MergeInput in, SpanColumns batch, int span, int repetition) {
    int first = batch.firstLink(span);
    int end = batch.endLink(span);
    if (first == end) {
      rows.linkRepetition.add(repetition);
      rows.linkDefinition.add(3);
      rows.linkAttributes.without(repetition, 3);
      return;
    }
    ByteDictionary strings = batch.strings();
    for (int link = first; link < end; link++) {
      int level = link == first ? repetition : 4;
      int traceId = batch.linkTraceId(link);
      int spanId = batch.linkSpanId(link);
      rows.linkRepetition.add(level);
      rows.linkDefinition.add(4);
      rows.linkTraceIds.add(strings.data(), strings.start(traceId), strings.length(traceId));
      rows.linkSpanIds.add(strings.data(), strings.start(spanId), strings.length(spanId));
      rows.linkTraceStates.add(in.string(batch.linkTraceState(link)));
      rows.linkDropped.add(batch.linkDroppedAttributes(link));
      addAttributes(in, batch.linkAttributes(), link, level, rows.linkAttributes);
    }
  }

  private static void addAttributes(
      MergeInput in, AttributeLists lists, int owner, int repetition, AttributeRows to) {
    to.beginOwner(repetition, 4);
    for (int entry = lists.first(owner); entry < lists.end(owner); entry++) {
      to.add(in.string(lists.key(entry)), lists.type(entry), lists.value(entry), in);
    }
    to.endOwner();
  }
}
