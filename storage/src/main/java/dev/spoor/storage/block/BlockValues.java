package dev.spoor.storage.block;

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
            case RESOURCE ->
                new OwnersColumn(resources(name), window.firstSpansOfResources());
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
    GenericAttributes generic = matcher.generic(owner, name);
    if (generic != null) {
      GenericValues values = new GenericValues(generic, to);
      matcher
          .scan(generic, owner, name)
          .each((of, attribute) -> {
            if (ordinals.contains(of)) {
              values.set(of, attribute);
            }
          });
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

  /// Values of generic lists.
  private static final class GenericValues {
    private final GenericAttributes generic;
    private final ValueTable to;
    private @Nullable Strings strings;

    GenericValues(GenericAttributes generic, ValueTable to) {
      this.generic = generic;
      this.to = to;
    }

    void set(int owner, int attribute) throws IOException {
      if (generic.isMessages()) {
        to.set(owner, BlockMatcher.message(generic, attribute));
        return;
      }
      GenericAttributes.Values texts = generic.strings();
      if (texts != null && texts.has(attribute)) {
        setStrings(owner, texts, attribute);
        return;
      }
      boolean isSet =
          set(owner, generic.ints(), attribute, INT)
              || set(owner, generic.doubles(), attribute, ValueColumn.Type.FLOAT)
              || set(owner, generic.bools(), attribute, ValueColumn.Type.BOOL);
      if (!isSet) {
        byte[] json = generic.json(attribute);
        byte[] message = json == null ? new byte[0] : AnyValues.fromJson(json);
        to.set(owner, AnyValues.toValue(message, 0, message.length));
      }
    }

    private void setStrings(int owner, GenericAttributes.Values texts, int attribute) {
      if (texts.end(attribute) - texts.first(attribute) > 1) {
        List<Value> elements = new ArrayList<>();
        for (int i = texts.first(attribute); i < texts.end(attribute); i++) {
          elements.add(new Value.Str(texts.column.strings().utf8(texts.column.id(i))));
        }
        to.set(owner, new Value.Array(elements));
        return;
      }
      Strings known = strings;
      if (known == null) {
        known = new Strings(texts.column, to);
        strings = known;
      }
      to.set(owner, STRING, known.id(texts.first(attribute)));
    }

    private boolean set(
        int owner,
        GenericAttributes.@Nullable Values values,
        int attribute,
        ValueColumn.Type type) {
      if (values == null || !values.has(attribute)) {
        return false;
      }
      long[] longs = values.column.longs();
      int first = values.first(attribute);
      if (values.end(attribute) - first == 1) {
        to.set(owner, type, longs[first]);
        return true;
      }
      List<Value> elements = new ArrayList<>();
      for (int i = first; i < values.end(attribute); i++) {
        elements.add(element(type, longs[i]));
      }
      to.set(owner, new Value.Array(elements));
      return true;
    }

    private static Value element(ValueColumn.Type type, long value) {
      return switch (type) {
        case FLOAT -> new Value.Float(Double.longBitsToDouble(value));
        case BOOL -> new Value.Bool(value != 0);
        default -> new Value.Int(value);
      };
    }
  }

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
