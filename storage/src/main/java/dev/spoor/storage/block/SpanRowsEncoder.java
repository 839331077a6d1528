package dev.spoor.storage.block;

import dev.spoor.storage.parquet.BlockSchema;
import dev.spoor.storage.parquet.ByteValues;
import dev.spoor.storage.parquet.LongColumn;
import dev.spoor.storage.parquet.PageBytes;
import dev.spoor.storage.parquet.ParquetWriter;
import dev.spoor.storage.parquet.RunEncoder;
import dev.spoor.storage.parquet.StringPool;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// Turns the rows of a step into columns of vParquet4, a column at a time.
///
/// Levels are encoded once for each nesting depth and shared by all columns of that depth.
final class SpanRowsEncoder {

  private static final HexFormat HEX = HexFormat.of();
  private static final PageBytes NO_LEVELS = new PageBytes();

  private static final String RESOURCE = "rs.list.element.Resource.";
  private static final String SCOPE = "rs.list.element.ss.list.element.Scope.";
  private static final String SPAN = "rs.list.element.ss.list.element.Spans.list.element.";
  private static final String EVENT = SPAN + "Events.list.element.";
  private static final String LINK = SPAN + "Links.list.element.";

  private final BlockSchema schema;
  private final ParquetWriter writer;
  private final StringPool pool;
  private final ResourceTable resources;
  private final ResourceTable scopes;

  /// Whether level bytes are compressed, so that runs serve better than packing.
  private final boolean levelsCompressed;

  private final PageBytes repetition = new PageBytes();
  private final PageBytes definition = new PageBytes();
  private final PageBytes optional = new PageBytes();
  private final ByteList levels = new ByteList();
  private final LongList longs = new LongList();
  private final IntList ints = new IntList();
  private final IntList strings = new IntList();
  private final ByteList bytes = new ByteList();
  private final ByteValues byteValues = new ByteValues();

  /// Rows of the step.
  private int traces;

  SpanRowsEncoder(
      BlockSchema schema, ParquetWriter writer, ResourceTable resources, ResourceTable scopes) {
    this.schema = schema;
    this.writer = writer;
    this.pool = writer.strings();
    this.resources = resources;
    this.scopes = scopes;
    levelsCompressed = schema.columns().getFirst().pages() == BlockSchema.PageVersion.V1;
  }

  void encode(SpanRows rows) {
    traces = rows.traceCount();
    traceColumns(rows);
    serviceColumns(rows);
    resourceColumns(rows);
    scopeColumns(rows);
    spanColumns(rows);
    eventColumns(rows);
    linkColumns(rows);
    attributeColumns(RESOURCE + "Attrs.list.element.", rows.resourceAttributes);
    attributeColumns(SCOPE + "Attrs.list.element.", rows.scopeAttributes);
    attributeColumns(SPAN + "Attrs.list.element.", rows.spanAttributes);
    attributeColumns(EVENT + "Attrs.list.element.", rows.eventAttributes);
    attributeColumns(LINK + "Attrs.list.element.", rows.linkAttributes);
  }

  private void traceColumns(SpanRows rows) {
    byteValues.clear();
    for (int i = 0; i < traces; i++) {
      byteValues.addBigEndian(rows.traceHighs.values[i], rows.traceLows.values[i]);
    }
    byteColumn("TraceID", NO_LEVELS, NO_LEVELS, traces);
    byteValues.clear();
    for (int i = 0; i < traces; i++) {
      addHex(rows.traceHighs.values[i], rows.traceLows.values[i]);
    }
    byteColumn("TraceIDText", NO_LEVELS, NO_LEVELS, traces);
    longColumn("StartTimeUnixNano", rows.traceStarts, NO_LEVELS, NO_LEVELS, traces);
    longColumn("EndTimeUnixNano", rows.traceEnds, NO_LEVELS, NO_LEVELS, traces);
    longs.clear();
    for (int i = 0; i < traces; i++) {
      longs.add(rows.traceEnds.values[i] - rows.traceStarts.values[i]);
    }
    longColumn("DurationNano", longs, NO_LEVELS, NO_LEVELS, traces);
    stringColumn("RootServiceName", rows.rootServices, NO_LEVELS, NO_LEVELS, traces);
    stringColumn("RootSpanName", rows.rootNames, NO_LEVELS, NO_LEVELS, traces);
  }

  /// The id in hex without leading zeros, as the format has it.
  private void addHex(long high, long low) {
    String hex = HEX.toHexDigits(high) + HEX.toHexDigits(low);
    int from = 0;
    while (from < hex.length() && hex.charAt(from) == '0') {
      from++;
    }
    byte[] text = hex.substring(from).getBytes(StandardCharsets.US_ASCII);
    byteValues.add(text, 0, text.length);
  }

  private void serviceColumns(SpanRows rows) {
    int entries = rows.statServices.size;
    encodeLevels(rows.statRepetition, 1, repetition);
    allLevels(1, entries, 1, definition);
    byteValues.clear();
    addStrings(rows.statServices);
    byteColumn("ServiceStats.key_value.key", repetition, definition, entries);
    String value = "ServiceStats.key_value.value.";
    longColumn(value + "SpanCount", rows.statSpans, repetition, definition, entries);
    longColumn(value + "ErrorCount", rows.statErrors, repetition, definition, entries);
  }

  private void resourceColumns(SpanRows rows) {
    int entries = rows.resources.size;
    encodeLevels(rows.resourceRepetition, 1, repetition);
    allLevels(1, entries, 1, definition);
    longs.clear();
    for (int i = 0; i < entries; i++) {
      longs.add(resources.droppedAttributes(rows.resources.values[i]));
    }
    longColumn(RESOURCE + "DroppedAttributesCount", longs, repetition, definition, entries);
    tableColumn(resources, rows.resources, ColumnMapping.SERVICE_NAME);
    stringColumn(RESOURCE + "ServiceName", ints, repetition, definition, entries);
    int firstStatic = schema.ordinal(RESOURCE + "Cluster");
    for (int slot = ColumnMapping.RESOURCE_STATICS; slot < ColumnMapping.RESOURCE_SLOTS; slot++) {
      tableColumn(resources, rows.resources, slot);
      int column = firstStatic + slot - ColumnMapping.RESOURCE_STATICS;
      optionalStrings(column, ints.values, ints.size, entries, 1);
    }
  }

  private void tableColumn(ResourceTable table, IntList numbers, int slot) {
    ints.clear();
    for (int i = 0; i < numbers.size; i++) {
      ints.add(table.column(numbers.values[i], slot));
    }
  }

  private void scopeColumns(SpanRows rows) {
    int entries = rows.scopes.size;
    encodeLevels(rows.scopeRepetition, 2, repetition);
    allLevels(2, entries, 2, definition);
    tableColumn(scopes, rows.scopes, 0);
    stringColumn(SCOPE + "Name", ints, repetition, definition, entries);
    tableColumn(scopes, rows.scopes, 1);
    stringColumn(SCOPE + "Version", ints, repetition, definition, entries);
    longs.clear();
    for (int i = 0; i < entries; i++) {
      longs.add(scopes.droppedAttributes(rows.scopes.values[i]));
    }
    longColumn(SCOPE + "DroppedAttributesCount", longs, repetition, definition, entries);
  }

  private void spanColumns(SpanRows rows) {
    int entries = rows.spanCount();
    encodeLevels(rows.spanRepetition, 3, repetition);
    allLevels(3, entries, 3, definition);
    byteValues.clear();
    for (int i = 0; i < entries; i++) {
      byteValues.addBigEndian(rows.spanIds.values[i]);
    }
    byteColumn(SPAN + "SpanID", repetition, definition, entries);
    byteValues.clear();
    for (int i = 0; i < entries; i++) {
      if (rows.hasParent.values[i] != 0) {
        byteValues.addBigEndian(rows.parentIds.values[i]);
      } else {
        byteValues.addEmpty();
      }
    }
    byteColumn(SPAN + "ParentSpanID", repetition, definition, entries);
    spanLongs("ParentID", rows.parents);
    spanLongs("NestedSetLeft", rows.lefts);
    spanLongs("NestedSetRight", rows.rights);
    stringColumn(SPAN + "Name", rows.names, repetition, definition, entries);
    spanLongs("Kind", rows.kinds);
    byteValues.clear();
    addStrings(rows.traceStates);
    byteColumn(SPAN + "TraceState", repetition, definition, entries);
    spanLongs("StartTimeUnixNano", rows.starts);
    spanLongs("DurationNano", rows.durations);
    spanLongs("StatusCode", rows.statusCodes);
    byteValues.clear();
    addStrings(rows.statusMessages);
    byteColumn(SPAN + "StatusMessage", repetition, definition, entries);
    spanLongs("DroppedAttributesCount", rows.droppedAttributes);
    spanLongs("DroppedEventsCount", rows.droppedEvents);
    spanLongs("DroppedLinksCount", rows.droppedLinks);
    int httpMethod = schema.ordinal(SPAN + "HttpMethod");
    int firstDedicated = schema.ordinal(SPAN + "DedicatedAttributes.String01");
    for (int slot = 0; slot < ColumnMapping.SPAN_SLOTS; slot++) {
      int column =
          slot < ColumnMapping.SPAN_DEDICATED
              ? httpMethod + slot
              : firstDedicated + slot - ColumnMapping.SPAN_DEDICATED;
      int known = rows.slotCounts[slot] == 0 ? 0 : Math.min(entries, rows.slots[slot].length);
      optionalStrings(column, rows.slots[slot], known, entries, 3);
    }
    optionalLevels(rows.hasHttpStatusCode, rows.httpStatusCodes.size, entries, 3);
    LongColumn statusCode = writer.longs(schema.ordinal(SPAN + "HttpStatusCode"));
    statusCode.append(
        rows.httpStatusCodes.values,
        rows.httpStatusCodes.size,
        repetition,
        optional,
        entries,
        traces);
  }

  private void spanLongs(String name, LongList values) {
    longColumn(SPAN + name, values, repetition, definition, values.size);
  }

  private void eventColumns(SpanRows rows) {
    int entries = rows.eventRepetition.size;
    encodeLevels(rows.eventRepetition, 4, repetition);
    encodeLevels(rows.eventDefinition, 4, definition);
    longColumn(EVENT + "TimeSinceStartNano", rows.eventOffsets, repetition, definition, entries);
    stringColumn(EVENT + "Name", rows.eventNames, repetition, definition, entries);
    longColumn(
        EVENT + "DroppedAttributesCount", rows.eventDropped, repetition, definition, entries);
  }

  private void linkColumns(SpanRows rows) {
    int entries = rows.linkRepetition.size;
    encodeLevels(rows.linkRepetition, 4, repetition);
    encodeLevels(rows.linkDefinition, 4, definition);
    writer
        .bytes(schema.ordinal(LINK + "TraceID"))
        .append(rows.linkTraceIds, repetition, definition, entries, traces);
    writer
        .bytes(schema.ordinal(LINK + "SpanID"))
        .append(rows.linkSpanIds, repetition, definition, entries, traces);
    byteValues.clear();
    addStrings(rows.linkTraceStates);
    byteColumn(LINK + "TraceState", repetition, definition, entries);
    longColumn(LINK + "DroppedAttributesCount", rows.linkDropped, repetition, definition, entries);
  }

  private void attributeColumns(String path, AttributeRows rows) {
    int key = schema.ordinal(path + "Key");
    int level = rows.level;
    int entries = rows.kinds.size;
    encodeLevels(rows.repetition, level, repetition);
    encodeLevels(rows.definition, level, definition);
    writer
        .dictionary(key)
        .append(rows.keys.values, rows.keys.size, repetition, definition, entries, traces);
    bytes.clear();
    for (int i = 0; i < entries; i++) {
      if (rows.kinds.values[i] != AttributeKinds.NONE) {
        bytes.add(AttributeKinds.isArray(rows.kinds.values[i]) ? 1 : 0);
      }
    }
    writer
        .booleans(key + 1)
        .append(bytes.values, bytes.size, repetition, definition, entries, traces);
    encodeLevels(rows.definition, level + 1, definition);
    unsupported(key + 6, rows);
    valueColumns(key + 2, rows);
  }

  private void unsupported(int column, AttributeRows rows) {
    byteValues.clear();
    if (rows.countOfKind[AttributeKinds.UNSUPPORTED] == 0) {
      writer.bytes(column).append(byteValues, repetition, definition, rows.kinds.size, traces);
      return;
    }
    levels.clear();
    int at = 0;
    for (int i = 0; i < rows.kinds.size; i++) {
      byte kind = rows.kinds.values[i];
      levels.add(kind == AttributeKinds.UNSUPPORTED ? rows.level + 1 : rows.definition.values[i]);
      if (kind == AttributeKinds.UNSUPPORTED) {
        addString((int) rows.values.values[at]);
      }
      at += kind == AttributeKinds.NONE ? 0 : 1;
    }
    encodeLevels(levels, rows.level + 1, optional);
    writer.bytes(column).append(byteValues, repetition, optional, rows.kinds.size, traces);
  }

  /// The four lists of values. Where no array has two elements, each has exactly the repetition
  /// levels of the keys.
  private void valueColumns(int first, AttributeRows rows) {
    if (RunEncoder.width(rows.level) != RunEncoder.width(rows.level + 1)) {
      encodeLevels(rows.repetition, rows.level + 1, repetition);
    }
    for (int kind = AttributeKinds.STRING; kind <= AttributeKinds.BOOL; kind++) {
      int arrays = rows.countOfKind[kind + AttributeKinds.ARRAY_OF];
      int column = first + kind - AttributeKinds.STRING;
      longs.clear();
      if (rows.countOfKind[kind] + arrays == 0) {
        values(column, kind, repetition, definition, rows.kinds.size);
      } else if (rows.longArrays && arrays > 0) {
        expandedValues(column, kind, rows);
      } else {
        singleValues(column, kind, rows);
      }
    }
  }

  /// An attribute's definition level is one less than that of its value.
  private void singleValues(int column, int kind, AttributeRows rows) {
    int entries = rows.kinds.size;
    byte[] kinds = rows.kinds.values;
    byte[] ofKeys = rows.definition.values;
    long[] all = rows.values.values;
    int arrayKind = kind + AttributeKinds.ARRAY_OF;
    byte[] ofValues = levels.ofSize(entries);
    long[] found = longs.ofSize(rows.countOfKind[kind] + rows.countOfKind[arrayKind]);
    int at = 0;
    int count = 0;
    for (int i = 0; i < entries; i++) {
      byte here = kinds[i];
      byte level = ofKeys[i];
      if (here == kind) {
        found[count++] = all[at];
        level++;
      } else if (here == arrayKind) {
        found[count++] = rows.elements.values[(int) (all[at] >>> 32)];
        level++;
      }
      ofValues[i] = level;
      at += here == AttributeKinds.NONE ? 0 : 1;
    }
    encodeLevels(levels, rows.level + 1, optional);
    values(column, kind, repetition, optional, entries);
  }

  private void expandedValues(int column, int kind, AttributeRows rows) {
    levels.clear();
    bytes.clear();
    int at = 0;
    for (int i = 0; i < rows.kinds.size; i++) {
      byte here = rows.kinds.values[i];
      bytes.add(rows.repetition.values[i]);
      if (here == kind) {
        levels.add(rows.level + 1);
        longs.add(rows.values.values[at]);
      } else if (here == kind + AttributeKinds.ARRAY_OF) {
        int from = (int) (rows.values.values[at] >>> 32);
        int count = (int) rows.values.values[at];
        for (int e = from; e < from + count; e++) {
          levels.add(rows.level + 1);
          longs.add(rows.elements.values[e]);
          if (e > from) {
            bytes.add(rows.level + 1);
          }
        }
      } else {
        levels.add(rows.definition.values[i]);
      }
      at += here == AttributeKinds.NONE ? 0 : 1;
    }
    PageBytes ownRepetition = new PageBytes();
    encodeLevels(bytes, rows.level + 1, ownRepetition);
    encodeLevels(levels, rows.level + 1, optional);
    values(column, kind, ownRepetition, optional, levels.size);
  }

  /// Appends what is in `longs`.
  private void values(
      int column, int kind, PageBytes repetitionOf, PageBytes definitionOf, int entries) {
    switch (kind) {
      case AttributeKinds.STRING -> {
        int[] numbers = ints.ofSize(longs.size);
        for (int i = 0; i < longs.size; i++) {
          numbers[i] = (int) longs.values[i];
        }
        writer
            .dictionary(column)
            .append(ints.values, ints.size, repetitionOf, definitionOf, entries, traces);
      }
      case AttributeKinds.BOOL -> {
        bytes.clear();
        for (int i = 0; i < longs.size; i++) {
          bytes.add((int) longs.values[i]);
        }
        writer
            .booleans(column)
            .append(bytes.values, bytes.size, repetitionOf, definitionOf, entries, traces);
      }
      default ->
          writer
              .longs(column)
              .append(longs.values, longs.size, repetitionOf, definitionOf, entries, traces);
    }
  }

  /// @param known how many entries `values` has; the others are null
  private void optionalStrings(int column, int[] values, int known, int entries, int level) {
    strings.clear();
    if (known > 0) {
      byte[] present = levels.ofSize(entries);
      Arrays.fill(present, known, entries, (byte) 0);
      for (int i = 0; i < known; i++) {
        present[i] = (byte) (values[i] != ResourceTable.NULL ? 1 : 0);
        if (values[i] != ResourceTable.NULL) {
          strings.add(values[i]);
        }
      }
    }
    optionalLevels(levels, strings.size, entries, level);
    writer
        .dictionary(column)
        .append(strings.values, strings.size, repetition, optional, entries, traces);
  }

  /// Levels of an optional leaf: `level` where it is null, one more where it is not.
  private void optionalLevels(ByteList present, int count, int entries, int level) {
    int width = RunEncoder.width(level + 1);
    if (count == 0 || count == entries) {
      allLevels(count == 0 ? level : level + 1, entries, width, optional);
      return;
    }
    byte[] ofValues = bytes.ofSize(entries);
    for (int i = 0; i < entries; i++) {
      ofValues[i] = (byte) (level + present.values[i]);
    }
    encodeLevels(bytes, level + 1, optional);
  }

  private void encodeLevels(ByteList values, int max, PageBytes to) {
    to.clear();
    int width = RunEncoder.width(max);
    RunEncoder.levels(
        values.values, values.size, width, levelsCompressed && fewRuns(values, width), to);
  }

  /// Whether runs alone take not much more than packed levels: less than three times as much.
  private static boolean fewRuns(ByteList levels, int width) {
    int runs = 1;
    for (int i = 1; i < levels.size; i++) {
      if (levels.values[i] != levels.values[i - 1]) {
        runs++;
      }
    }
    return runs * 16L < 3L * width * levels.size;
  }

  private static void allLevels(int level, int count, int width, PageBytes to) {
    to.clear();
    RunEncoder.run(level, count, width, to);
  }

  private void addStrings(IntList numbers) {
    for (int i = 0; i < numbers.size; i++) {
      addString(numbers.values[i]);
    }
  }

  private void addString(int number) {
    byteValues.add(pool.data(), pool.start(number), pool.length(number));
  }

  private void byteColumn(
      String path, PageBytes repetitionOf, PageBytes definitionOf, int entries) {
    writer
        .bytes(schema.ordinal(path))
        .append(byteValues, repetitionOf, definitionOf, entries, traces);
  }

  private void longColumn(
      String path, LongList values, PageBytes repetitionOf, PageBytes definitionOf, int entries) {
    writer
        .longs(schema.ordinal(path))
        .append(values.values, values.size, repetitionOf, definitionOf, entries, traces);
  }

  private void stringColumn(
      String path, IntList values, PageBytes repetitionOf, PageBytes definitionOf, int entries) {
    writer
        .dictionary(schema.ordinal(path))
        .append(values.values, values.size, repetitionOf, definitionOf, entries, traces);
  }
}
