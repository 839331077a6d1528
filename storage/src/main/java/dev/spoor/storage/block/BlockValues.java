package dev.spoor.storage.block;

import dev.spoor.storage.columns.AnyValues;
import dev.spoor.storage.columns.NumberColumn;
import dev.spoor.storage.parquet.ByteStrings;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.Leaf;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.ValueColumn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives the values of fields in a window.
final class BlockValues {

  private static final ValueColumn.Type STRING = ValueColumn.Type.STRING;
  private static final ValueColumn.Type INT = ValueColumn.Type.INT;
  private static final ValueColumn.Type DURATION = ValueColumn.Type.DURATION;

  private final RowWindow window;
  private final BlockColumns columns;
  private final BlockMatcher matcher;

  BlockValues(RowWindow window, BlockMatcher matcher) {
    this.window = window;
    this.columns = window.columns();
    this.matcher = matcher;
  }

  ValueColumn of(Field field, OrdinalSet ordinals) throws IOException {
    ValueColumn asItIs = decoded(field);
    if (asItIs != null) {
      return asItIs;
    }
    ValueTable table = new ValueTable(matcher.count(field.level()));
    switch (field) {
      case Field.Attribute attribute -> attribute(attribute, ordinals, table);
      case Field.Intrinsic intrinsic -> intrinsic(intrinsic, ordinals, table);
    }
    return table;
  }

  // ---- what needs no table

  /// The values as they were decoded, or null when they have to be gathered.
  private @Nullable ValueColumn decoded(Field field) throws IOException {
    return switch (field) {
      case Field.Attribute(Scope scope, String name) ->
          switch (scope) {
            case RESOURCE -> new OwnersColumn(resources(name), window.firstSpansOfResources());
            case INSTRUMENTATION ->
                new OwnersColumn(
                    all(BlockColumns.Owner.SCOPE, name, window.scopes()),
                    window.firstSpansOfScopes());
            case SPAN, EVENT, LINK, ANY -> null;
          };
      case Field.Intrinsic intrinsic ->
          switch (intrinsic) {
            case NAME -> strings(columns.name, window.spans());
            case DURATION -> numbers(columns.duration, DURATION, window.spans());
            case SPAN_START -> numbers(columns.start, INT, window.spans());
            case NESTED_SET_LEFT -> numbers(columns.nestedLeft, INT, window.spans());
            case NESTED_SET_RIGHT -> numbers(columns.nestedRight, INT, window.spans());
            case NESTED_SET_PARENT -> numbers(columns.nestedParent, INT, window.spans());
            case ROOT_NAME -> ofTraces(strings(columns.rootName, window.traces()));
            case ROOT_SERVICE_NAME -> ofTraces(strings(columns.rootService, window.traces()));
            case TRACE_DURATION ->
                ofTraces(numbers(columns.traceDuration, DURATION, window.traces()));
            case TRACE_START -> ofTraces(numbers(columns.traceStart, INT, window.traces()));
            default -> null;
          };
    };
  }

  private @Nullable ValueColumn numbers(@Nullable Leaf leaf, ValueColumn.Type type, int count)
      throws IOException {
    ColumnCursor column = window.scalar(leaf, count);
    return column == null ? null : new NumberColumn(type, column.longs(), column.firstValue());
  }

  private @Nullable ValueColumn strings(@Nullable Leaf leaf, int count) throws IOException {
    ColumnCursor column = window.scalar(leaf, count);
    return column == null ? null : StringColumn.of(column, false);
  }

  private @Nullable ValueColumn ofTraces(@Nullable ValueColumn traces) throws IOException {
    return traces == null ? null : new OwnersColumn(traces, window.firstSpans());
  }

  private ValueColumn resources(String name) throws IOException {
    List<BlockColumns.Fixed> fixed = columns.attributes(BlockColumns.Owner.RESOURCE).fixed(name);
    int count = window.resources();
    if (fixed.size() == 1 && matcher.generic(BlockColumns.Owner.RESOURCE, name) == null) {
      Leaf leaf = fixed.getFirst().leaf();
      boolean isDense = leaf.maxDefinition() == leaf.definitionAt(BlockColumns.RESOURCE);
      if (leaf.type().isBytes() && isDense && leaf.maxRepetition() == BlockColumns.RESOURCE) {
        ColumnCursor column = window.scalar(leaf, count);
        StringColumn strings =
            column == null ? null : StringColumn.of(column, fixed.getFirst().emptyIsAbsent());
        if (strings != null) {
          return strings;
        }
      }
    }
    return all(BlockColumns.Owner.RESOURCE, name, count);
  }

  // ---- attributes

  private void attribute(Field.Attribute attribute, OrdinalSet ordinals, ValueTable to)
      throws IOException {
    String name = attribute.name();
    switch (attribute.scope()) {
      case SPAN -> owned(BlockColumns.Owner.SPAN, name, ordinals, to);
      case EVENT -> owned(BlockColumns.Owner.EVENT, name, ordinals, to);
      case LINK -> owned(BlockColumns.Owner.LINK, name, ordinals, to);
      case RESOURCE -> resources(name, ordinals, to);
      case INSTRUMENTATION -> {
        ValueTable scopes = all(BlockColumns.Owner.SCOPE, name, window.scopes());
        spread(scopes, window.firstSpansOfScopes(), ordinals, to);
      }
      case ANY -> {
        resources(name, ordinals, to);
        owned(BlockColumns.Owner.SPAN, name, ordinals, to);
      }
    }
  }

  private void resources(String name, OrdinalSet ordinals, ValueTable to) throws IOException {
    ValueTable resources = all(BlockColumns.Owner.RESOURCE, name, window.resources());
    spread(resources, window.firstSpansOfResources(), ordinals, to);
  }

  private ValueTable all(BlockColumns.Owner owner, String name, int count) throws IOException {
    ValueTable table = new ValueTable(count);
    owned(owner, name, OrdinalSet.all(count), table);
    return table;
  }

  /// Gives each of the ordinals the value of the owner it belongs to.
  private static void spread(ValueTable owners, int[] firsts, OrdinalSet ordinals, ValueTable to) {
    int[] stringIds = new int[owners.stringIds()];
    Arrays.fill(stringIds, -1);
    int owner = 0;
    for (int i = ordinals.next(0); i >= 0; i = ordinals.next(i + 1)) {
      while (firsts[owner + 1] <= i) {
        owner++;
      }
      to.copy(i, owners, owner, stringIds);
    }
  }

  /// In the order in which an assembled owner has them, so that the last of several wins in both.
  private void owned(BlockColumns.Owner owner, String name, OrdinalSet ordinals, ValueTable to)
      throws IOException {
    LinkMessages messages = owner == BlockColumns.Owner.LINK ? matcher.linkMessages() : null;
    if (messages != null) {
      for (int i = ordinals.next(0); i >= 0; i = ordinals.next(i + 1)) {
        for (LinkMessages.Attribute attribute : messages.link(i).attributes()) {
          if (attribute.key().equals(name)) {
            to.set(i, attribute.value());
          }
        }
      }
      return;
    }
    if (owner == BlockColumns.Owner.SPAN && columns.attributes(owner).fixed(name).isEmpty()) {
      for (NumberPlaces.Found found : matcher.foundNumbers(name)) {
        if (window.set(found, ordinals, to)) {
          return;
        }
      }
    }
    BlockColumns.Attributes lists = columns.attributes(owner);
    ListScan scan = lists.message() ? null : matcher.listScan(owner, name);
    if (scan != null) {
      new ListedValues(scan, owner, to).set(scan.of(ordinals));
    } else {
      messages(owner, name, ordinals, to);
    }
    for (BlockColumns.Fixed column : columns.attributes(owner).fixed(name)) {
      fixed(column, owner.level(), ordinals, to);
    }
  }

  private void fixed(BlockColumns.Fixed fixed, int level, OrdinalSet ordinals, ValueTable to)
      throws IOException {
    ColumnCursor column = window.column(fixed.leaf());
    if (column.valueCount() == 0) {
      return;
    }
    int[] starts = window.starts(column, level, ordinals.size());
    Strings strings = new Strings(column, to);
    for (int i = ordinals.next(0); i >= 0; i = ordinals.next(i + 1)) {
      int first = starts[i];
      int count = starts[i + 1] - first;
      boolean isString = column.leaf().type().isBytes();
      if (count > 1) {
        List<Value> elements = new ArrayList<>();
        for (int value = first; value < first + count; value++) {
          elements.add(
              isString
                  ? new Value.Str(column.strings().utf8(column.id(value)))
                  : new Value.Int(column.longs()[value]));
        }
        to.set(i, new Value.Array(elements));
      } else if (count == 1 && !isString) {
        to.set(i, INT, column.longs()[first]);
      } else if (count == 1
          && (!fixed.emptyIsAbsent() || column.strings().length(column.id(first)) > 0)) {
        to.set(i, STRING, strings.id(first));
      }
    }
  }

  /// Ids of a column's strings in a table, looked up once for each entry of a dictionary.
  private static final class Strings {
    private final ColumnCursor column;
    private final ValueTable table;
    private final int[] known;

    Strings(ColumnCursor column, ValueTable table) {
      this.column = column;
      this.table = table;
      boolean remember =
          column.hasDictionary() && column.strings().size() <= 4 * column.valueCount() + 64;
      this.known = new int[remember ? column.strings().size() : 0];
      Arrays.fill(known, -1);
    }

    int id(int value) {
      int id = column.id(value);
      if (id < known.length && known[id] >= 0) {
        return known[id];
      }
      ByteStrings strings = column.strings();
      int own = table.intern(strings.data(), strings.start(id), strings.length(id));
      if (id < known.length) {
        known[id] = own;
      }
      return own;
    }
  }

  /// Lists whose values are messages, or whose keys have no dictionary.
  private void messages(BlockColumns.Owner owner, String name, OrdinalSet ordinals, ValueTable to)
      throws IOException {
    GenericAttributes generic = matcher.generic(owner, name);
    if (generic == null) {
      return;
    }
    matcher
        .scan(generic, owner, name)
        .each((of, attribute) -> {
          if (ordinals.contains(of)) {
            to.set(of, value(generic, attribute));
          }
        });
  }

  private static Value value(GenericAttributes generic, int attribute) throws IOException {
    if (generic.isMessages()) {
      return BlockMatcher.message(generic, attribute);
    }
    for (ListedType type : ListedType.values()) {
      GenericAttributes.Values values = type.of(generic);
      if (values != null && values.has(attribute)) {
        return type.value(values.column, values.first(attribute), values.end(attribute));
      }
    }
    return ofJson(generic, attribute);
  }

  private static Value ofJson(GenericAttributes generic, int attribute) throws IOException {
    byte[] json = generic.json(attribute);
    byte[] message = json == null ? new byte[0] : AnyValueJson.toMessage(json);
    return AnyValues.read(message, 0, message.length);
  }

  /// The types that have a column of their own in generic lists.
  private enum ListedType {
    STRINGS(STRING),
    INTS(INT),
    DOUBLES(ValueColumn.Type.FLOAT),
    BOOLS(ValueColumn.Type.BOOL);

    private final ValueColumn.Type type;

    ListedType(ValueColumn.Type type) {
      this.type = type;
    }

    @Nullable Leaf leaf(BlockColumns.Attributes lists) {
      return switch (this) {
        case STRINGS -> lists.strings();
        case INTS -> lists.ints();
        case DOUBLES -> lists.doubles();
        case BOOLS -> lists.bools();
      };
    }

    GenericAttributes.@Nullable Values of(GenericAttributes generic) throws IOException {
      return switch (this) {
        case STRINGS -> generic.strings();
        case INTS -> generic.ints();
        case DOUBLES -> generic.doubles();
        case BOOLS -> generic.bools();
      };
    }

    /// One value, or an array of several.
    Value value(ColumnCursor column, int first, int end) {
      if (end - first == 1) {
        return value(column, first);
      }
      List<Value> elements = new ArrayList<>();
      for (int i = first; i < end; i++) {
        elements.add(value(column, i));
      }
      return new Value.Array(elements);
    }

    private Value value(ColumnCursor column, int value) {
      return switch (this) {
        case STRINGS -> new Value.Str(column.strings().utf8(column.id(value)));
        case INTS -> new Value.Int(column.longs()[value]);
        case DOUBLES -> new Value.Float(Double.longBitsToDouble(column.longs()[value]));
        case BOOLS -> new Value.Bool(column.longs()[value] != 0);
      };
    }
  }

  /// Values of generic lists, each in the column of its type. Columns that are there anyway are
  /// asked first, and no column is read that has none of the values: that of strings is the largest
  /// of a block.
  private final class ListedValues {
    private final ListScan scan;
    private final BlockColumns.Owner owner;
    private final ValueTable to;

    ListedValues(ListScan scan, BlockColumns.Owner owner, ValueTable to) {
      this.scan = scan;
      this.owner = owner;
      this.to = to;
    }

    void set(ListScan.Found found) throws IOException {
      Place[] places = new Place[found.count()];
      int missing = places.length;
      for (ListedType type : typesReadFirst()) {
        Leaf leaf = type.leaf(columns.attributes(owner));
        if (missing > 0 && leaf != null) {
          missing -= locate(type, window.column(leaf), found, places);
        }
      }
      GenericAttributes generic = missing > 0 ? matcher.generic(owner) : null;
      Strings strings = null;
      for (int i = 0; i < places.length; i++) {
        int ordinal = found.owner(i);
        Place place = places[i];
        if (place == null) {
          to.set(ordinal, generic == null ? Value.OPAQUE : ofJson(generic, found.attribute(i)));
        } else if (place.end - place.first > 1) {
          to.set(ordinal, place.type.value(place.column, place.first, place.end));
        } else if (place.type == ListedType.STRINGS) {
          strings = strings == null ? new Strings(place.column, to) : strings;
          to.set(ordinal, STRING, strings.id(place.first));
        } else {
          to.set(ordinal, place.type.type, place.column.longs()[place.first]);
        }
      }
    }

    private List<ListedType> typesReadFirst() {
      List<ListedType> types = new ArrayList<>();
      for (boolean read : new boolean[] {true, false}) {
        for (ListedType type : ListedType.values()) {
          Leaf leaf = type.leaf(columns.attributes(owner));
          if (leaf != null && window.isRead(leaf) == read) {
            types.add(type);
          }
        }
      }
      return types;
    }

    /// Returns how many were there.
    private int locate(
        ListedType type, ColumnCursor column, ListScan.Found found, @Nullable Place[] places)
        throws IOException {
      int[] count = new int[1];
      scan.locate(
          column,
          found,
          (index, first, end) -> {
            if (places[index] == null) {
              places[index] = new Place(type, column, first, end);
              count[0]++;
            }
          });
      return count[0];
    }
  }

  /// The values `[first, end)` of a column.
  private record Place(ListedType type, ColumnCursor column, int first, int end) {}

  // ---- intrinsics

  private void intrinsic(Field.Intrinsic field, OrdinalSet ordinals, ValueTable to)
      throws IOException {
    switch (field) {
      case NAME -> strings(columns.name, ordinals, to);
      case STATUS_MESSAGE -> strings(columns.statusMessage, ordinals, to);
      case EVENT_NAME -> strings(columns.eventName, ordinals, to);
      case INSTRUMENTATION_NAME -> ofScopes(columns.scopeName, ordinals, to);
      case INSTRUMENTATION_VERSION -> ofScopes(columns.scopeVersion, ordinals, to);
      case ROOT_NAME -> ofTraces(columns.rootName, STRING, ordinals, to);
      case ROOT_SERVICE_NAME -> ofTraces(columns.rootService, STRING, ordinals, to);
      case TRACE_DURATION -> ofTraces(columns.traceDuration, DURATION, ordinals, to);
      case TRACE_START -> ofTraces(columns.traceStart, INT, ordinals, to);
      case DURATION -> numbers(columns.duration, DURATION, ordinals, to);
      case SPAN_START -> numbers(columns.start, INT, ordinals, to);
      case NESTED_SET_LEFT -> numbers(columns.nestedLeft, INT, ordinals, to);
      case NESTED_SET_RIGHT -> numbers(columns.nestedRight, INT, ordinals, to);
      case NESTED_SET_PARENT -> numbers(columns.nestedParent, INT, ordinals, to);
      case STATUS -> status(ordinals, to);
      case KIND -> kind(ordinals, to);
      case CHILD_COUNT -> {
        if (columns.childCount == null) {
          numbers(matcher.childCounts(), INT, ordinals, to);
        } else {
          numbers(columns.childCount, INT, ordinals, to);
        }
      }
      case EVENT_TIME_SINCE_START -> {
        if (columns.eventSinceStart == null) {
          numbers(matcher.eventTimes(), DURATION, ordinals, to);
        } else {
          numbers(columns.eventSinceStart, DURATION, ordinals, to);
        }
      }
      case SPAN_ID, PARENT_SPAN_ID, LINK_TRACE_ID, LINK_SPAN_ID -> {
        BlockMatcher.Texts texts = matcher.texts(field);
        for (int i = ordinals.next(0); i >= 0; i = ordinals.next(i + 1)) {
          to.set(i, texts.text(i));
        }
      }
      case TRACE_ID -> {
        BlockMatcher.Texts texts = matcher.texts(field);
        ValueTable traces = new ValueTable(window.traces());
        for (int trace = 0; trace < traces.size(); trace++) {
          traces.set(trace, texts.text(trace));
        }
        spread(traces, window.firstSpans(), ordinals, to);
      }
    }
  }

  private void ofScopes(@Nullable Leaf leaf, OrdinalSet ordinals, ValueTable to)
      throws IOException {
    ValueTable scopes = new ValueTable(window.scopes());
    strings(leaf, OrdinalSet.all(scopes.size()), scopes);
    spread(scopes, window.firstSpansOfScopes(), ordinals, to);
  }

  private void ofTraces(
      @Nullable Leaf leaf, ValueColumn.Type type, OrdinalSet ordinals, ValueTable to)
      throws IOException {
    ValueTable traces = new ValueTable(window.traces());
    OrdinalSet all = OrdinalSet.all(traces.size());
    if (type == STRING) {
      strings(leaf, all, traces);
    } else {
      numbers(leaf, type, all, traces);
    }
    spread(traces, window.firstSpans(), ordinals, to);
  }

  private void strings(@Nullable Leaf leaf, OrdinalSet ordinals, ValueTable to) throws IOException {
    ColumnCursor column = window.scalar(leaf, to.size());
    Strings strings = column == null ? null : new Strings(column, to);
    for (int i = ordinals.next(0); i >= 0; i = ordinals.next(i + 1)) {
      int id = column == null || strings == null ? 0 : strings.id(column.firstValue() + i);
      to.set(i, STRING, id);
    }
  }

  private void numbers(
      @Nullable Leaf leaf, ValueColumn.Type type, OrdinalSet ordinals, ValueTable to)
      throws IOException {
    ColumnCursor column = window.scalar(leaf, to.size());
    for (int i = ordinals.next(0); i >= 0; i = ordinals.next(i + 1)) {
      to.set(i, type, column == null ? 0 : column.longs()[column.firstValue() + i]);
    }
  }

  private static void numbers(
      long[] numbers, ValueColumn.Type type, OrdinalSet ordinals, ValueTable to) {
    for (int i = ordinals.next(0); i >= 0; i = ordinals.next(i + 1)) {
      to.set(i, type, numbers[i]);
    }
  }

  private void status(OrdinalSet ordinals, ValueTable to) throws IOException {
    ColumnCursor column = window.scalar(columns.statusCode, to.size());
    for (int i = ordinals.next(0); i >= 0; i = ordinals.next(i + 1)) {
      int code = column == null ? 0 : (int) column.longs()[column.firstValue() + i];
      to.set(i, ValueColumn.Type.STATUS, Value.SpanStatus.ofOtlp(code).ordinal());
    }
  }

  private void kind(OrdinalSet ordinals, ValueTable to) throws IOException {
    ColumnCursor column = window.scalar(columns.kind, to.size());
    for (int i = ordinals.next(0); i >= 0; i = ordinals.next(i + 1)) {
      int code = column == null ? 0 : (int) column.longs()[column.firstValue() + i];
      to.set(i, ValueColumn.Type.KIND, Value.SpanKind.ofOtlp(code).ordinal());
    }
  }
}
