package dev.spoor.storage.columns;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/// Reads back what [SpanColumnsEncoder] wrote, group of columns by group, each when it is first
/// asked for. One thread at a time.
public final class SpanColumnsDecoder {

  /// Where the sections come from.
  public interface Source {

    /// The content of a section, all of it.
    ///
    /// @throws IOException naming file, place and section that is missing or damaged
    byte[] read(Section section) throws IOException;

    /// A failure that names file, place and section.
    IOException damaged(Section section, String why);
  }

  private final ColumnCounts counts;
  private final Source source;
  private final SpanColumns.Parts parts = new SpanColumns.Parts();
  private final Set<ColumnGroup> loaded = EnumSet.noneOf(ColumnGroup.class);
  private SpanColumns columns;

  /// Reads the trace columns.
  public SpanColumnsDecoder(ColumnCounts counts, Source source) throws IOException {
    this.counts = counts;
    this.source = source;
    parts.traceIdHighs = longs(Section.TRACE_ID_HIGHS, counts.traces());
    parts.traceIdLows = longs(Section.TRACE_ID_LOWS, counts.traces());
    parts.firstSpans = starts(Section.SPANS_PER_TRACE, counts.traces(), counts.spans());
    columns = new SpanColumns(parts);
  }

  public ColumnCounts counts() {
    return counts;
  }

  /// The batch with at least these groups. What was returned before keeps what it had.
  public SpanColumns with(ColumnGroup... groups) throws IOException {
    boolean more = false;
    for (ColumnGroup group : groups) {
      more |= load(group);
    }
    if (more) {
      columns = new SpanColumns(parts);
    }
    return columns;
  }

  public SpanColumns withAll() throws IOException {
    return with(ColumnGroup.values());
  }

  private boolean load(ColumnGroup group) throws IOException {
    if (loaded.contains(group)) {
      return false;
    }
    switch (group) {
      case STRINGS -> parts.strings = strings();
      case SPAN_IDS -> parts.spanIds = longs(Section.SPAN_IDS, counts.spans());
      case PARENTS -> parents();
      case TIMES -> times();
      case NAMES -> parts.names = stringIds(Section.NAMES, counts.spans());
      case KINDS -> parts.kinds = bytes(Section.KINDS, counts.spans());
      case STATUS_CODES -> parts.statusCodes = bytes(Section.STATUS_CODES, counts.spans());
      case STATUS_MESSAGES ->
          parts.statusMessages = stringIds(Section.STATUS_MESSAGES, counts.spans());
      case TRACE_STATES -> parts.traceStates = stringIds(Section.TRACE_STATES, counts.spans());
      case DROPPED -> {
        parts.droppedAttributes = ints(Section.DROPPED_ATTRIBUTES, counts.spans());
        parts.droppedEvents = ints(Section.DROPPED_EVENTS, counts.spans());
        parts.droppedLinks = ints(Section.DROPPED_LINKS, counts.spans());
      }
      case SPAN_ATTRIBUTES ->
          parts.spanAttributes =
              attributes(Section.SPAN_ATTRIBUTE_COUNTS, counts.spans(), counts.spanAttributes());
      case RESOURCES -> resources();
      case SCOPES -> scopes();
      case EVENTS -> events();
      case EVENT_ATTRIBUTES -> {
        load(ColumnGroup.EVENTS);
        parts.eventAttributes =
            attributes(Section.EVENT_ATTRIBUTE_COUNTS, counts.events(), counts.eventAttributes());
      }
      case LINKS -> links();
      case LINK_ATTRIBUTES -> {
        load(ColumnGroup.LINKS);
        parts.linkAttributes =
            attributes(Section.LINK_ATTRIBUTE_COUNTS, counts.links(), counts.linkAttributes());
      }
    }
    loaded.add(group);
    return true;
  }

  private ByteDictionary strings() throws IOException {
    int[] lengths = ints(Section.STRING_LENGTHS, counts.strings());
    int[] starts = sums(Section.STRING_LENGTHS, lengths, counts.stringBytes());
    if (starts[1] != 0) {
      throw source.damaged(Section.STRING_LENGTHS, "the first string is not empty");
    }
    byte[] data = counts.stringBytes() == 0 ? new byte[0] : source.read(Section.STRING_DATA);
    if (data.length != counts.stringBytes()) {
      throw source.damaged(
          Section.STRING_DATA,
          data.length + " bytes of strings instead of " + counts.stringBytes());
    }
    return new ByteDictionary(data, Arrays.copyOfRange(starts, 1, starts.length), counts.strings());
  }

  private void parents() throws IOException {
    load(ColumnGroup.SPAN_IDS);
    int spans = counts.spans();
    int[] references = ints(Section.PARENT_REFERENCES, spans);
    long[] listed = longs(Section.PARENT_SPAN_IDS, counts.listedParents());
    long[] ids = new long[spans];
    int next = 0;
    for (int span = 0; span < spans; span++) {
      int reference = references[span];
      if (reference == SpanColumnsEncoder.NO_PARENT) {
        continue;
      }
      if (reference == SpanColumnsEncoder.LISTED_PARENT) {
        if (next == listed.length) {
          throw source.damaged(Section.PARENT_SPAN_IDS, "more references than listed parents");
        }
        ids[span] = listed[next++];
        continue;
      }
      int distance =
          SpanColumnsEncoder.unZigZag(reference - SpanColumnsEncoder.FIRST_RELATIVE_PARENT);
      int parent = span - distance;
      if (parent < 0 || parent >= spans) {
        throw source.damaged(
            Section.PARENT_REFERENCES, "span %d has span %d as parent".formatted(span, parent));
      }
      ids[span] = parts.spanIds[parent];
    }
    parts.parentSpanIds = ids;
    parts.spanFlags = bytes(Section.SPAN_FLAGS, spans);
  }

  private void times() throws IOException {
    long[] firstStarts = longs(Section.FIRST_STARTS, counts.traces());
    long[] starts = longs(Section.START_OFFSETS, counts.spans());
    long[] ends = longs(Section.DURATIONS, counts.spans());
    for (int trace = 0; trace < counts.traces(); trace++) {
      for (int span = parts.firstSpans[trace]; span < parts.firstSpans[trace + 1]; span++) {
        starts[span] += firstStarts[trace];
        ends[span] += starts[span];
      }
    }
    parts.startNanos = starts;
    parts.endNanos = ends;
  }

  private void resources() throws IOException {
    int resources = counts.resources();
    parts.resources = numbers(Section.SPAN_RESOURCES, counts.spans(), resources);
    parts.resourceDroppedAttributes = ints(Section.RESOURCE_DROPPED_ATTRIBUTES, resources);
    parts.resourceAttributes =
        attributes(Section.RESOURCE_ATTRIBUTE_COUNTS, resources, counts.resourceAttributes());
  }

  private void scopes() throws IOException {
    int scopes = counts.scopes();
    parts.scopes = numbers(Section.SPAN_SCOPES, counts.spans(), scopes);
    parts.scopeNames = stringIds(Section.SCOPE_NAMES, scopes);
    parts.scopeVersions = stringIds(Section.SCOPE_VERSIONS, scopes);
    parts.scopeDroppedAttributes = ints(Section.SCOPE_DROPPED_ATTRIBUTES, scopes);
    parts.scopeAttributes =
        attributes(Section.SCOPE_ATTRIBUTE_COUNTS, scopes, counts.scopeAttributes());
  }

  private void events() throws IOException {
    int spans = counts.spans();
    if (counts.events() == 0) {
      parts.firstEvents = new int[spans + 1];
      return;
    }
    load(ColumnGroup.TIMES);
    parts.firstEvents = starts(Section.EVENTS_PER_SPAN, spans, counts.events());
    long[] times = longs(Section.EVENT_TIMES, counts.events());
    for (int span = 0; span < spans; span++) {
      for (int event = parts.firstEvents[span]; event < parts.firstEvents[span + 1]; event++) {
        times[event] += parts.startNanos[span];
      }
    }
    parts.eventTimes = times;
    parts.eventNames = stringIds(Section.EVENT_NAMES, counts.events());
    parts.eventDroppedAttributes = ints(Section.EVENT_DROPPED_ATTRIBUTES, counts.events());
  }

  private void links() throws IOException {
    int links = counts.links();
    if (links == 0) {
      parts.firstLinks = new int[counts.spans() + 1];
      return;
    }
    parts.firstLinks = starts(Section.LINKS_PER_SPAN, counts.spans(), links);
    parts.linkTraceIds = stringIds(Section.LINK_TRACE_IDS, links);
    parts.linkSpanIds = stringIds(Section.LINK_SPAN_IDS, links);
    parts.linkTraceStates = stringIds(Section.LINK_TRACE_STATES, links);
    parts.linkDroppedAttributes = ints(Section.LINK_DROPPED_ATTRIBUTES, links);
  }

  private AttributeLists attributes(Section first, int owners, ColumnCounts.Attributes listCounts)
      throws IOException {
    int entries = listCounts.entries();
    if (entries == 0) {
      return new AttributeLists(new int[owners + 1], new int[0], new byte[0], new long[0]);
    }
    int base = first.id();
    int[] starts = starts(first, owners, entries);
    int[] names = stringIds(SpanColumnsEncoder.at(base, 1), listCounts.keys());
    int[] keys = numbers(SpanColumnsEncoder.at(base, 2), entries, listCounts.keys());
    Section typeSection = SpanColumnsEncoder.at(base, 3);
    byte[] groupedTypes = bytes(typeSection, entries);
    int[] strings = stringIds(SpanColumnsEncoder.at(base, 4), listCounts.strings());
    long[] numbers = longs(SpanColumnsEncoder.at(base, 5), listCounts.numbers());
    long[] doubles = longs(SpanColumnsEncoder.at(base, 6), listCounts.doubles());
    checkTypes(typeSection, groupedTypes, listCounts);
    int[] order = KeyNumbers.order(keys, listCounts.keys());
    byte[] types = new byte[entries];
    long[] values = new long[entries];
    int nextString = 0;
    int nextNumber = 0;
    int nextDouble = 0;
    for (int i = 0; i < entries; i++) {
      int entry = order[i];
      byte type = groupedTypes[i];
      types[entry] = type;
      values[entry] =
          switch (type) {
            case ValueType.STRING, ValueType.OTHER -> strings[nextString++];
            case ValueType.DOUBLE -> doubles[nextDouble++];
            default -> numbers[nextNumber++];
          };
    }
    for (int i = 0; i < entries; i++) {
      keys[i] = names[keys[i]];
    }
    return new AttributeLists(starts, keys, types, values);
  }

  private void checkTypes(Section section, byte[] types, ColumnCounts.Attributes expected)
      throws IOException {
    int[] byType = new int[256];
    for (byte type : types) {
      byType[type & 0xFF]++;
    }
    int strings = byType[ValueType.STRING] + byType[ValueType.OTHER];
    int numbers = byType[ValueType.INT] + byType[ValueType.BOOL];
    if (strings != expected.strings()
        || numbers != expected.numbers()
        || byType[ValueType.DOUBLE] != expected.doubles()
        || byType[ValueType.OTHER] != expected.others()) {
      throw source.damaged(section, "the types are not those counted: " + expected);
    }
  }

  private long[] longs(Section section, int count) throws IOException {
    if (count == 0) {
      return new long[0];
    }
    byte[] content = source.read(section);
    try {
      return PackedInts.longs(content, count);
    } catch (IOException e) {
      throw damaged(section, e);
    }
  }

  private int[] ints(Section section, int count) throws IOException {
    if (count == 0) {
      return new int[0];
    }
    byte[] content = source.read(section);
    try {
      return PackedInts.ints(content, count);
    } catch (IOException e) {
      throw damaged(section, e);
    }
  }

  private byte[] bytes(Section section, int count) throws IOException {
    if (count == 0) {
      return new byte[0];
    }
    byte[] content = source.read(section);
    try {
      return PackedInts.bytes(content, count);
    } catch (IOException e) {
      throw damaged(section, e);
    }
  }

  private int[] stringIds(Section section, int count) throws IOException {
    return numbers(section, count, counts.strings());
  }

  /// Numbers from 0 to below `bound`.
  private int[] numbers(Section section, int count, int bound) throws IOException {
    int[] numbers = ints(section, count);
    try {
      PackedInts.checkIds(numbers, bound);
    } catch (IOException e) {
      throw damaged(section, e);
    }
    return numbers;
  }

  private int[] starts(Section section, int count, int total) throws IOException {
    return sums(section, ints(section, count), total);
  }

  private int[] sums(Section section, int[] lengths, int total) throws IOException {
    try {
      return PackedInts.starts(lengths, total);
    } catch (IOException e) {
      throw damaged(section, e);
    }
  }

  private IOException damaged(Section section, IOException cause) {
    String why = cause.getMessage();
    IOException failure = source.damaged(section, why == null ? cause.toString() : why);
    failure.initCause(cause);
    return failure;
  }
}
