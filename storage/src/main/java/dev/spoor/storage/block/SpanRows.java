package dev.spoor.storage.block;

import dev.spoor.storage.parquet.ByteValues;
import dev.spoor.storage.parquet.StringPool;
import java.util.Arrays;
import java.util.List;

/// The traces of one step, as rows of each nesting depth with their repetition levels: what
/// [TraceRowsBuilder] fills and [SpanRowsEncoder] turns into columns.
///
/// Strings are numbers in the row group's pool. Fields are grouped by what has one entry.
final class SpanRows {

  // A trace.
  final LongList traceHighs = new LongList();
  final LongList traceLows = new LongList();
  final LongList traceStarts = new LongList();
  final LongList traceEnds = new LongList();
  final IntList rootServices = new IntList();
  final IntList rootNames = new IntList();

  // A service of a trace.
  final ByteList statRepetition = new ByteList();
  final IntList statServices = new IntList();
  final LongList statSpans = new LongList();
  final LongList statErrors = new LongList();

  // A resource of a trace, a scope of a resource: numbers in their tables.
  final ByteList resourceRepetition = new ByteList();
  final IntList resources = new IntList();
  final AttributeRows resourceAttributes;
  final ByteList scopeRepetition = new ByteList();
  final IntList scopes = new IntList();
  final AttributeRows scopeAttributes;

  // A span.
  final ByteList spanRepetition = new ByteList();
  final LongList spanIds = new LongList();
  final LongList parentIds = new LongList();
  final ByteList hasParent = new ByteList();
  final LongList parents = new LongList();
  final LongList lefts = new LongList();
  final LongList rights = new LongList();
  final IntList names = new IntList();
  final LongList kinds = new LongList();
  final IntList traceStates = new IntList();
  final LongList starts = new LongList();
  final LongList durations = new LongList();
  final LongList statusCodes = new LongList();
  final IntList statusMessages = new IntList();
  final LongList droppedAttributes = new LongList();
  final LongList droppedEvents = new LongList();
  final LongList droppedLinks = new LongList();
  final AttributeRows spanAttributes;

  /// The string columns of a span, by slot; -1 is null.
  final int[][] slots = new int[ColumnMapping.SPAN_SLOTS][64];

  /// How many entries of a slot have a value.
  final int[] slotCounts = new int[ColumnMapping.SPAN_SLOTS];

  final LongList httpStatusCodes = new LongList();
  final ByteList hasHttpStatusCode = new ByteList();

  // An event, or the placeholder of a span without any; the lists that follow the levels leave
  // placeholders out.
  final ByteList eventRepetition = new ByteList();
  final ByteList eventDefinition = new ByteList();
  final LongList eventOffsets = new LongList();
  final IntList eventNames = new IntList();
  final LongList eventDropped = new LongList();
  final AttributeRows eventAttributes;

  // A link, likewise.
  final ByteList linkRepetition = new ByteList();
  final ByteList linkDefinition = new ByteList();
  final ByteValues linkTraceIds = new ByteValues();
  final ByteValues linkSpanIds = new ByteValues();
  final IntList linkTraceStates = new IntList();
  final LongList linkDropped = new LongList();
  final AttributeRows linkAttributes;

  SpanRows(StringPool pool) {
    resourceAttributes = new AttributeRows(2, pool);
    scopeAttributes = new AttributeRows(3, pool);
    spanAttributes = new AttributeRows(4, pool);
    eventAttributes = new AttributeRows(5, pool);
    linkAttributes = new AttributeRows(5, pool);
    for (int[] slot : slots) {
      Arrays.fill(slot, ResourceTable.NULL);
    }
  }

  int traceCount() {
    return traceHighs.size;
  }

  int spanCount() {
    return spanIds.size;
  }

  /// Makes room for many spans that will come.
  ///
  /// @param attributes of all of them
  void reserve(int spans, int attributes) {
    for (LongList list :
        List.of(
            spanIds,
            parentIds,
            parents,
            lefts,
            rights,
            kinds,
            starts,
            durations,
            statusCodes,
            droppedAttributes,
            droppedEvents,
            droppedLinks)) {
      list.reserve(spans);
    }
    for (IntList list : List.of(names, traceStates, statusMessages)) {
      list.reserve(spans);
    }
    for (ByteList list :
        List.of(
            spanRepetition,
            hasParent,
            hasHttpStatusCode,
            eventRepetition,
            eventDefinition,
            linkRepetition,
            linkDefinition)) {
      list.reserve(spans);
    }
    spanAttributes.reserve(spans, attributes);
    eventAttributes.reserve(spans, 0);
    linkAttributes.reserve(spans, 0);
  }

  /// Gives the span that is being added a value in one of its string columns.
  ///
  /// @return the value that it had there, or [ResourceTable#NULL]
  int setSlot(int slot, int span, int value) {
    if (span >= slots[slot].length) {
      int before = slots[slot].length;
      slots[slot] = Arrays.copyOf(slots[slot], Math.max(span + 1, before * 2));
      Arrays.fill(slots[slot], before, slots[slot].length, ResourceTable.NULL);
    }
    int before = slots[slot][span];
    if (before == ResourceTable.NULL) {
      slotCounts[slot]++;
    }
    slots[slot][span] = value;
    return before;
  }

  void clear() {
    for (int slot = 0; slot < slots.length; slot++) {
      if (slotCounts[slot] > 0) {
        Arrays.fill(slots[slot], 0, Math.min(slots[slot].length, spanCount()), ResourceTable.NULL);
      }
      slotCounts[slot] = 0;
    }
    traceHighs.clear();
    traceLows.clear();
    traceStarts.clear();
    traceEnds.clear();
    rootServices.clear();
    rootNames.clear();
    statRepetition.clear();
    statServices.clear();
    statSpans.clear();
    statErrors.clear();
    resourceRepetition.clear();
    resources.clear();
    resourceAttributes.clear();
    scopeRepetition.clear();
    scopes.clear();
    scopeAttributes.clear();
    spanRepetition.clear();
    spanIds.clear();
    parentIds.clear();
    hasParent.clear();
    parents.clear();
    lefts.clear();
    rights.clear();
    names.clear();
    kinds.clear();
    traceStates.clear();
    starts.clear();
    durations.clear();
    statusCodes.clear();
    statusMessages.clear();
    droppedAttributes.clear();
    droppedEvents.clear();
    droppedLinks.clear();
    spanAttributes.clear();
    httpStatusCodes.clear();
    hasHttpStatusCode.clear();
    eventRepetition.clear();
    eventDefinition.clear();
    eventOffsets.clear();
    eventNames.clear();
    eventDropped.clear();
    eventAttributes.clear();
    linkRepetition.clear();
    linkDefinition.clear();
    linkTraceIds.clear();
    linkSpanIds.clear();
    linkTraceStates.clear();
    linkDropped.clear();
    linkAttributes.clear();
  }
}
