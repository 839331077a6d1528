package dev.spoor.storage.columns;

import java.io.IOException;
import java.util.Arrays;

/// Turns a batch into sections of bytes, one a column, to be compressed and stored. The format is
/// that of `docs/formats/head-segment.md`; [SpanColumnsDecoder] reads it. One thread at a time, may
/// be used again.
public final class SpanColumnsEncoder {

  /// Takes the sections. The array belongs to the sink.
  public interface Sink {
    void section(Section section, byte[] content) throws IOException;
  }

  /// How a span's parent is stored: none, an id in the list, or from 2 on where the parent stands
  /// in relation to the span.
  static final int NO_PARENT = 0;

  static final int LISTED_PARENT = 1;
  static final int FIRST_RELATIVE_PARENT = 2;

  private final SpanIdIndex index = new SpanIdIndex();

  /// Gives all sections that are not empty to the sink.
  public ColumnCounts encode(SpanColumns columns, Sink sink) throws IOException {
    Sections out = new Sections(sink);
    int traces = columns.traceCount();
    int spans = columns.spanCount();
    out.longs(Section.TRACE_ID_HIGHS, columns.traceIdHighs, traces);
    out.longs(Section.TRACE_ID_LOWS, columns.traceIdLows, traces);
    out.ints(Section.SPANS_PER_TRACE, PackedInts.counts(columns.firstSpans), traces);
    int stringBytes = strings(columns.strings, out);
    out.longs(Section.SPAN_IDS, columns.spanIds, spans);
    int listedParents = parents(columns, out);
    times(columns, out);
    out.ints(Section.NAMES, columns.names, spans);
    out.bytes(Section.KINDS, columns.kinds, spans);
    out.bytes(Section.STATUS_CODES, columns.statusCodes, spans);
    out.ints(Section.STATUS_MESSAGES, columns.statusMessages, spans);
    out.ints(Section.TRACE_STATES, columns.traceStates, spans);
    out.ints(Section.DROPPED_ATTRIBUTES, columns.droppedAttributes, spans);
    out.ints(Section.DROPPED_EVENTS, columns.droppedEvents, spans);
    out.ints(Section.DROPPED_LINKS, columns.droppedLinks, spans);
    out.ints(Section.SPAN_RESOURCES, columns.resources, spans);
    out.ints(Section.SPAN_SCOPES, columns.scopes, spans);
    int resources = columns.resourceCount();
    out.ints(Section.RESOURCE_DROPPED_ATTRIBUTES, columns.resourceDroppedAttributes, resources);
    int scopes = columns.scopeCount();
    out.ints(Section.SCOPE_NAMES, columns.scopeNames, scopes);
    out.ints(Section.SCOPE_VERSIONS, columns.scopeVersions, scopes);
    out.ints(Section.SCOPE_DROPPED_ATTRIBUTES, columns.scopeDroppedAttributes, scopes);
    events(columns, out);
    links(columns, out);
    return new ColumnCounts(
        traces,
        spans,
        columns.strings.size(),
        stringBytes,
        listedParents,
        resources,
        scopes,
        columns.eventCount(),
        columns.linkCount(),
        attributes(columns.spanAttributes, Section.SPAN_ATTRIBUTE_COUNTS, out),
        attributes(columns.resourceAttributes, Section.RESOURCE_ATTRIBUTE_COUNTS, out),
        attributes(columns.scopeAttributes, Section.SCOPE_ATTRIBUTE_COUNTS, out),
        attributes(columns.eventAttributes, Section.EVENT_ATTRIBUTE_COUNTS, out),
        attributes(columns.linkAttributes, Section.LINK_ATTRIBUTE_COUNTS, out));
  }

  private static int strings(ByteDictionary strings, Sections out) throws IOException {
    int[] lengths = new int[strings.size()];
    for (int id = 0; id < lengths.length; id++) {
      lengths[id] = strings.length(id);
    }
    out.ints(Section.STRING_LENGTHS, lengths, lengths.length);
    int bytes = strings.end(strings.size() - 1);
    if (bytes > 0) {
      out.content(Section.STRING_DATA, Arrays.copyOf(strings.data(), bytes));
    }
    return bytes;
  }

  /// A parent that is in the same trace is stored as its distance, which compresses; an id does
  /// not.
  private int parents(SpanColumns columns, Sections out) throws IOException {
    int spans = columns.spanCount();
    int[] references = new int[spans];
    long[] listed = new long[16];
    int listedCount = 0;
    for (int trace = 0; trace < columns.traceCount(); trace++) {
      int first = columns.firstSpans[trace];
      int end = columns.firstSpans[trace + 1];
      index.fill(columns.spanIds, first, end);
      for (int span = first; span < end; span++) {
        long parentId = columns.parentSpanIds[span];
        if (parentId == 0) {
          continue;
        }
        int parent = index.first(parentId);
        if (parent >= 0) {
          references[span] = FIRST_RELATIVE_PARENT + zigZag(span - parent);
        } else {
          references[span] = LISTED_PARENT;
          if (listedCount == listed.length) {
            listed = Arrays.copyOf(listed, listedCount * 2);
          }
          listed[listedCount++] = parentId;
        }
      }
    }
    out.ints(Section.PARENT_REFERENCES, references, spans);
    out.longs(Section.PARENT_SPAN_IDS, listed, listedCount);
    out.bytes(Section.SPAN_FLAGS, columns.spanFlags, spans);
    return listedCount;
  }

  static int zigZag(int value) {
    return (value << 1) ^ (value >> 31);
  }

  static int unZigZag(int value) {
    return (value >>> 1) ^ -(value & 1);
  }

  private static void times(SpanColumns columns, Sections out) throws IOException {
    int traces = columns.traceCount();
    int spans = columns.spanCount();
    long[] firstStarts = new long[traces];
    long[] offsets = new long[spans];
    long[] durations = new long[spans];
    for (int trace = 0; trace < traces; trace++) {
      int first = columns.firstSpans[trace];
      int end = columns.firstSpans[trace + 1];
      firstStarts[trace] = first < end ? columns.startNanos[first] : 0;
      for (int span = first; span < end; span++) {
        offsets[span] = columns.startNanos[span] - firstStarts[trace];
        durations[span] = columns.endNanos[span] - columns.startNanos[span];
      }
    }
    out.longs(Section.FIRST_STARTS, firstStarts, traces);
    out.longs(Section.START_OFFSETS, offsets, spans);
    out.longs(Section.DURATIONS, durations, spans);
  }

  private static void events(SpanColumns columns, Sections out) throws IOException {
    int events = columns.eventCount();
    if (events == 0) {
      return;
    }
    int spans = columns.spanCount();
    long[] offsets = new long[events];
    for (int span = 0; span < spans; span++) {
      for (int event = columns.firstEvents[span]; event < columns.firstEvents[span + 1]; event++) {
        offsets[event] = columns.eventTimes[event] - columns.startNanos[span];
      }
    }
    out.ints(Section.EVENTS_PER_SPAN, PackedInts.counts(columns.firstEvents), spans);
    out.longs(Section.EVENT_TIMES, offsets, events);
    out.ints(Section.EVENT_NAMES, columns.eventNames, events);
    out.ints(Section.EVENT_DROPPED_ATTRIBUTES, columns.eventDroppedAttributes, events);
  }

  private static void links(SpanColumns columns, Sections out) throws IOException {
    int links = columns.linkCount();
    if (links == 0) {
      return;
    }
    out.ints(Section.LINKS_PER_SPAN, PackedInts.counts(columns.firstLinks), columns.spanCount());
    out.ints(Section.LINK_TRACE_IDS, columns.linkTraceIds, links);
    out.ints(Section.LINK_SPAN_IDS, columns.linkSpanIds, links);
    out.ints(Section.LINK_TRACE_STATES, columns.linkTraceStates, links);
    out.ints(Section.LINK_DROPPED_ATTRIBUTES, columns.linkDroppedAttributes, links);
  }

  /// Types and values stand grouped by key, in each group in their order: the values of one key are
  /// alike.
  private static ColumnCounts.Attributes attributes(
      AttributeLists lists, Section counts, Sections out) throws IOException {
    int entries = lists.entryCount();
    if (entries == 0) {
      return new ColumnCounts.Attributes(0, 0, 0, 0, 0, 0);
    }
    KeyNumbers keys = new KeyNumbers(lists.keys(), entries);
    int[] order = keys.order();
    byte[] types = new byte[entries];
    long[] numbers = new long[entries];
    long[] doubles = new long[entries];
    int[] strings = new int[entries];
    int numberCount = 0;
    int doubleCount = 0;
    int stringCount = 0;
    int others = 0;
    for (int i = 0; i < entries; i++) {
      int entry = order[i];
      byte type = lists.type(entry);
      types[i] = type;
      switch (type) {
        case ValueType.INT, ValueType.BOOL -> numbers[numberCount++] = lists.value(entry);
        case ValueType.DOUBLE -> doubles[doubleCount++] = lists.value(entry);
        case ValueType.STRING -> strings[stringCount++] = (int) lists.value(entry);
        case ValueType.OTHER -> {
          strings[stringCount++] = (int) lists.value(entry);
          others++;
        }
        default -> throw new IllegalArgumentException("an attribute of type " + type);
      }
    }
    int base = counts.id();
    int owners = lists.ownerCount();
    out.ints(at(base, 0), PackedInts.counts(Arrays.copyOf(lists.starts(), owners + 1)), owners);
    out.ints(at(base, 1), keys.names(), keys.count());
    out.ints(at(base, 2), keys.numbers(), entries);
    out.bytes(at(base, 3), types, entries);
    out.ints(at(base, 4), strings, stringCount);
    out.longs(at(base, 5), numbers, numberCount);
    out.longs(at(base, 6), doubles, doubleCount);
    return new ColumnCounts.Attributes(
        entries, keys.count(), stringCount, numberCount, doubleCount, others);
  }

  static Section at(int base, int offset) {
    Section section = Section.ofId(base + offset);
    if (section == null) {
      throw new IllegalStateException("no section " + (base + offset));
    }
    return section;
  }

  private record Sections(Sink sink) {

    void longs(Section section, long[] values, int count) throws IOException {
      if (count > 0) {
        sink.section(section, PackedInts.pack(values, count));
      }
    }

    void ints(Section section, int[] values, int count) throws IOException {
      if (count > 0) {
        sink.section(section, PackedInts.pack(values, count));
      }
    }

    void bytes(Section section, byte[] values, int count) throws IOException {
      if (count > 0) {
        sink.section(section, PackedInts.pack(values, count));
      }
    }

    void content(Section section, byte[] content) throws IOException {
      sink.section(section, content);
    }
  }
}
