package dev.spoor.storage.columns;

import dev.spoor.model.TraceId;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.TraceSummary;
import dev.spoor.traceql.fetch.ValueColumn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// Answers what the language asks of a batch, reading columns as they are needed. What was decided
/// once is kept. One thread at a time.
final class ColumnBatch implements TraceBatch {

  private static final HexFormat HEX = HexFormat.of();
  private static final int NO_KEY = -1;

  private final LazyColumns lazy;
  private final SpanColumns shape;
  private final Map<Condition, OrdinalSet> decided = new HashMap<>();
  private final Map<String, Integer> keyIds = new HashMap<>();
  private @Nullable NestedSets nestedSets;
  private @Nullable TraceFacts traceFacts;

  ColumnBatch(LazyColumns lazy) throws IOException {
    this.lazy = lazy;
    this.shape = lazy.with();
  }

  @Override
  public int spanCount() {
    return shape.spanCount();
  }

  @Override
  public int traceCount() {
    return shape.traceCount();
  }

  @Override
  public int firstSpan(int trace) {
    return shape.firstSpan(trace);
  }

  @Override
  public long traceIdHigh(int trace) {
    return shape.traceIdHigh(trace);
  }

  @Override
  public long traceIdLow(int trace) {
    return shape.traceIdLow(trace);
  }

  @Override
  public int count(Field.Level level) throws IOException {
    return switch (level) {
      case SPAN -> spanCount();
      case EVENT -> lazy.with(ColumnGroup.EVENTS).eventCount();
      case LINK -> lazy.with(ColumnGroup.LINKS).linkCount();
    };
  }

  @Override
  public int spanOf(Field.Level level, int ordinal) throws IOException {
    return switch (level) {
      case SPAN -> ordinal;
      case EVENT -> TraceBatch.ownerOf(lazy.with(ColumnGroup.EVENTS).firstEvents, ordinal);
      case LINK -> TraceBatch.ownerOf(lazy.with(ColumnGroup.LINKS).firstLinks, ordinal);
    };
  }

  @Override
  public int firstOf(Field.Level level, int trace) throws IOException {
    int span = shape.firstSpans[trace];
    return switch (level) {
      case SPAN -> span;
      case EVENT -> lazy.with(ColumnGroup.EVENTS).firstEvents[span];
      case LINK -> lazy.with(ColumnGroup.LINKS).firstLinks[span];
    };
  }

  /// The spans that satisfy a condition; for events and links, those that have one that does.
  OrdinalSet spansMatching(Condition condition) throws IOException {
    OrdinalSet matching = matching(condition);
    Field.Level level = condition.field().level();
    if (level == Field.Level.SPAN) {
      return matching;
    }
    int[] starts =
        level == Field.Level.EVENT
            ? lazy.with(ColumnGroup.EVENTS).firstEvents
            : lazy.with(ColumnGroup.LINKS).firstLinks;
    OrdinalSet spans = new OrdinalSet(spanCount());
    int span = 0;
    for (int at = matching.next(0); at >= 0; at = matching.next(starts[span + 1])) {
      while (starts[span + 1] <= at) {
        span++;
      }
      spans.add(span);
    }
    return spans;
  }

  /// Whether the dictionary alone shows that nothing satisfies a condition.
  boolean dictionaryRulesOut(Condition condition) throws IOException {
    if (condition.operator() == Condition.Operator.MISSING) {
      return false;
    }
    boolean byEntry =
        switch (condition.field()) {
          case Field.Attribute _ -> lazy.otherValues() == 0;
          case Field.Intrinsic intrinsic ->
              switch (intrinsic) {
                case NAME, STATUS_MESSAGE, EVENT_NAME -> true;
                case INSTRUMENTATION_NAME, INSTRUMENTATION_VERSION -> true;
                default -> false;
              };
        };
    byte @Nullable [] needed =
        byEntry
                && condition.operator() == Condition.Operator.EQUAL
                && condition.operands().size() == 1
                && condition.operands().getFirst() instanceof Value.Str(String text)
            ? text.getBytes(StandardCharsets.UTF_8)
            : null;
    if (needed != null && lazy.surelyLacks(needed)) {
      return true;
    }
    if (condition.field() instanceof Field.Attribute(Scope _, String name)
        && (lazy.surelyLacks(name.getBytes(StandardCharsets.UTF_8)) || keyId(name) == NO_KEY)) {
      return true;
    }
    return needed != null && strings().find(needed) < 0;
  }

  @Override
  public OrdinalSet matching(Condition condition) throws IOException {
    OrdinalSet known = decided.get(condition);
    if (known == null) {
      known =
          switch (condition.field()) {
            case Field.Attribute attribute -> attribute(attribute, condition);
            case Field.Intrinsic intrinsic -> intrinsic(intrinsic, condition);
          };
      decided.put(condition, known);
    }
    return known.copy();
  }

  private OrdinalSet attribute(Field.Attribute attribute, Condition condition) throws IOException {
    int key = keyId(attribute.name());
    if (key == NO_KEY || dictionaryRulesOut(condition)) {
      int size = count(attribute.level());
      return condition.operator() == Condition.Operator.MISSING
          ? OrdinalSet.all(size)
          : new OrdinalSet(size);
    }
    AttributeScan scan = new AttributeScan(strings(), key, condition);
    return switch (attribute.scope()) {
      case SPAN -> scan.decide(lazy.with(ColumnGroup.SPAN_ATTRIBUTES).spanAttributes);
      case EVENT -> scan.decide(lazy.with(ColumnGroup.EVENT_ATTRIBUTES).eventAttributes);
      case LINK -> scan.decide(lazy.with(ColumnGroup.LINK_ATTRIBUTES).linkAttributes);
      case RESOURCE -> {
        SpanColumns columns = lazy.with(ColumnGroup.RESOURCES);
        yield spansWith(columns.resources, scan.decide(columns.resourceAttributes));
      }
      case INSTRUMENTATION -> {
        SpanColumns columns = lazy.with(ColumnGroup.SCOPES);
        yield spansWith(columns.scopes, scan.decide(columns.scopeAttributes));
      }
      case ANY -> {
        SpanColumns columns = lazy.with(ColumnGroup.SPAN_ATTRIBUTES, ColumnGroup.RESOURCES);
        OrdinalSet ofResources =
            spansWith(columns.resources, scan.decide(columns.resourceAttributes));
        yield scan.decideWithDefault(columns.spanAttributes, ofResources);
      }
    };
  }

  private static OrdinalSet spansWith(int[] owners, OrdinalSet chosen) {
    OrdinalSet spans = new OrdinalSet(owners.length);
    if (chosen.isEmpty()) {
      return spans;
    }
    for (int span = 0; span < owners.length; span++) {
      if (chosen.contains(owners[span])) {
        spans.add(span);
      }
    }
    return spans;
  }

  private OrdinalSet intrinsic(Field.Intrinsic field, Condition condition) throws IOException {
    int size = count(field.level());
    if (condition.operator() == Condition.Operator.EXISTS) {
      return OrdinalSet.all(size);
    }
    if (condition.operator() == Condition.Operator.MISSING || dictionaryRulesOut(condition)) {
      return new OrdinalSet(size);
    }
    return switch (field) {
      case NAME, STATUS_MESSAGE, EVENT_NAME, ROOT_NAME, ROOT_SERVICE_NAME ->
          byEntry(stringIds(field), condition);
      case INSTRUMENTATION_NAME, INSTRUMENTATION_VERSION -> byEntry(stringIds(field), condition);
      case SPAN_ID, PARENT_SPAN_ID, TRACE_ID, LINK_TRACE_ID, LINK_SPAN_ID ->
          byText(field, size, condition);
      case STATUS -> {
        byte[] codes = lazy.with(ColumnGroup.STATUS_CODES).statusCodes;
        ConditionTest test = new ConditionTest(condition);
        yield byByte(codes, code -> test.status(Value.SpanStatus.ofOtlp(code)));
      }
      case KIND -> {
        byte[] kinds = lazy.with(ColumnGroup.KINDS).kinds;
        ConditionTest test = new ConditionTest(condition);
        yield byByte(kinds, kind -> test.kind(Value.SpanKind.ofOtlp(kind)));
      }
      case DURATION, SPAN_START, TRACE_START, TRACE_DURATION, CHILD_COUNT ->
          byNumber(numbers(field), condition);
      case EVENT_TIME_SINCE_START, NESTED_SET_LEFT, NESTED_SET_RIGHT, NESTED_SET_PARENT ->
          byNumber(numbers(field), condition);
    };
  }

  private OrdinalSet byEntry(int[] ids, Condition condition) throws IOException {
    DictionaryTest test = new DictionaryTest(strings(), condition);
    OrdinalSet set = new OrdinalSet(ids.length);
    for (int i = 0; i < ids.length; i++) {
      if (test.string(ids[i])) {
        set.add(i);
      }
    }
    return set;
  }

  private OrdinalSet byText(Field.Intrinsic field, int size, Condition condition)
      throws IOException {
    ConditionTest test = new ConditionTest(condition);
    OrdinalSet set = new OrdinalSet(size);
    if (field == Field.Intrinsic.TRACE_ID) {
      for (int trace = 0; trace < traceCount(); trace++) {
        if (test.string(traceIdText(trace))) {
          set.addRange(firstSpan(trace), firstSpan(trace + 1));
        }
      }
      return set;
    }
    if (condition.operator() == Condition.Operator.EQUAL
        && (field == Field.Intrinsic.SPAN_ID || field == Field.Intrinsic.PARENT_SPAN_ID)) {
      return byId(ids(field), condition);
    }
    for (int i = 0; i < size; i++) {
      if (test.string(text(field, i))) {
        set.add(i);
      }
    }
    return set;
  }

  /// Without making the text of each id: only what is written as ids are can be equal.
  private static OrdinalSet byId(long[] ids, Condition condition) {
    OrdinalSet set = new OrdinalSet(ids.length);
    for (Value operand : condition.operands()) {
      if (operand instanceof Value.Str(String text)
          && text.length() == 16
          && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        long wanted = HexFormat.fromHexDigitsToLong(text);
        for (int i = 0; i < ids.length; i++) {
          if (ids[i] == wanted) {
            set.add(i);
          }
        }
      }
    }
    return set;
  }

  private static OrdinalSet byByte(byte[] codes, IntPredicate test) {
    boolean[] holds = new boolean[256];
    for (int code = 0; code < holds.length; code++) {
      holds[code] = test.test((byte) code);
    }
    OrdinalSet set = new OrdinalSet(codes.length);
    for (int i = 0; i < codes.length; i++) {
      if (holds[codes[i] & 0xFF]) {
        set.add(i);
      }
    }
    return set;
  }

  private static OrdinalSet byNumber(long[] numbers, Condition condition) {
    OrdinalSet set = new OrdinalSet(numbers.length);
    ConditionTest.Numbers wanted = new ConditionTest(condition).intrinsics();
    if (wanted.isInterval()) {
      long smallest = wanted.min();
      long largest = wanted.max();
      for (int i = 0; i < numbers.length; i++) {
        if (numbers[i] >= smallest && numbers[i] <= largest) {
          set.add(i);
        }
      }
    } else {
      for (int i = 0; i < numbers.length; i++) {
        if (wanted.test(numbers[i])) {
          set.add(i);
        }
      }
    }
    return set;
  }

  @Override
  public Set<String> attributeNames(Scope scope, OrdinalSet spans) throws IOException {
    return new AttributeNames(lazy).of(scope, spans);
  }

  @Override
  public ValueColumn values(Field field, OrdinalSet ordinals) throws IOException {
    return switch (field) {
      case Field.Attribute attribute -> attributeValues(attribute);
      case Field.Intrinsic intrinsic -> intrinsicValues(intrinsic, ordinals);
    };
  }

  private ValueColumn intrinsicValues(Field.Intrinsic intrinsic, OrdinalSet ordinals)
      throws IOException {
    return switch (intrinsic) {
      case NAME, STATUS_MESSAGE, EVENT_NAME, ROOT_NAME, ROOT_SERVICE_NAME ->
          new ValueColumns.Entries(strings(), stringIds(intrinsic));
      case INSTRUMENTATION_NAME, INSTRUMENTATION_VERSION ->
          new ValueColumns.Entries(strings(), stringIds(intrinsic));
      case SPAN_ID, PARENT_SPAN_ID, TRACE_ID, LINK_TRACE_ID, LINK_SPAN_ID ->
          texts(intrinsic, ordinals);
      case DURATION, TRACE_DURATION, EVENT_TIME_SINCE_START ->
          new NumberColumn(ValueColumn.Type.DURATION, numbers(intrinsic), 0);
      case SPAN_START, TRACE_START, CHILD_COUNT ->
          new NumberColumn(ValueColumn.Type.INT, numbers(intrinsic), 0);
      case NESTED_SET_LEFT, NESTED_SET_RIGHT, NESTED_SET_PARENT ->
          new NumberColumn(ValueColumn.Type.INT, numbers(intrinsic), 0);
      case STATUS, KIND -> new NumberColumn(enumType(intrinsic), numbers(intrinsic), 0);
    };
  }

  private static ValueColumn.Type enumType(Field.Intrinsic field) {
    return field == Field.Intrinsic.STATUS ? ValueColumn.Type.STATUS : ValueColumn.Type.KIND;
  }

  private ValueColumn attributeValues(Field.Attribute attribute) throws IOException {
    ValueColumns.Attributes column =
        new ValueColumns.Attributes(strings(), count(attribute.level()));
    int key = keyId(attribute.name());
    if (key == NO_KEY) {
      return column;
    }
    switch (attribute.scope()) {
      case SPAN -> column.fill(lazy.with(ColumnGroup.SPAN_ATTRIBUTES).spanAttributes, key);
      case EVENT -> column.fill(lazy.with(ColumnGroup.EVENT_ATTRIBUTES).eventAttributes, key);
      case LINK -> column.fill(lazy.with(ColumnGroup.LINK_ATTRIBUTES).linkAttributes, key);
      case RESOURCE -> {
        SpanColumns columns = lazy.with(ColumnGroup.RESOURCES);
        column.fill(columns.resourceAttributes, key, columns.resources);
      }
      case INSTRUMENTATION -> {
        SpanColumns columns = lazy.with(ColumnGroup.SCOPES);
        column.fill(columns.scopeAttributes, key, columns.scopes);
      }
      case ANY -> {
        SpanColumns columns = lazy.with(ColumnGroup.SPAN_ATTRIBUTES, ColumnGroup.RESOURCES);
        column.fill(columns.resourceAttributes, key, columns.resources);
        column.fill(columns.spanAttributes, key);
      }
    }
    return column;
  }

  private ValueColumn texts(Field.Intrinsic field, OrdinalSet ordinals) throws IOException {
    ValueColumns.Texts column = new ValueColumns.Texts(ordinals.size());
    for (int i = ordinals.next(0); i >= 0; i = ordinals.next(i + 1)) {
      column.set(i, text(field, i));
    }
    return column;
  }

  private String text(Field.Intrinsic field, int ordinal) throws IOException {
    return switch (field) {
      case SPAN_ID -> HEX.toHexDigits(ids(field)[ordinal]);
      case PARENT_SPAN_ID -> HEX.toHexDigits(ids(field)[ordinal]);
      case TRACE_ID -> traceIdText(TraceBatch.ownerOf(shape.firstSpans, ordinal));
      case LINK_TRACE_ID -> {
        String hex = linkHex(ordinal, true);
        int first = 0;
        while (first < hex.length() - 1 && hex.charAt(first) == '0') {
          first++;
        }
        yield hex.isEmpty() ? "0" : hex.substring(first);
      }
      case LINK_SPAN_ID -> {
        String hex = linkHex(ordinal, false);
        yield "0".repeat(Math.max(0, 16 - hex.length())) + hex;
      }
      default -> throw new IllegalArgumentException(field + " has no text");
    };
  }

  private String linkHex(int link, boolean trace) throws IOException {
    SpanColumns columns = lazy.with(ColumnGroup.LINKS, ColumnGroup.STRINGS);
    int id = trace ? columns.linkTraceIds[link] : columns.linkSpanIds[link];
    ByteDictionary strings = columns.strings;
    return HEX.formatHex(strings.data(), strings.start(id), strings.end(id));
  }

  private String traceIdText(int trace) {
    return new TraceId(traceIdHigh(trace), traceIdLow(trace)).toShortHex();
  }

  private long[] ids(Field.Intrinsic field) throws IOException {
    return field == Field.Intrinsic.SPAN_ID
        ? lazy.with(ColumnGroup.SPAN_IDS).spanIds
        : lazy.with(ColumnGroup.PARENTS).parentSpanIds;
  }

  /// By ordinal of the field's level: the dictionary entry of its value.
  private int[] stringIds(Field.Intrinsic field) throws IOException {
    return switch (field) {
      case NAME -> lazy.with(ColumnGroup.NAMES).names;
      case STATUS_MESSAGE -> lazy.with(ColumnGroup.STATUS_MESSAGES).statusMessages;
      case EVENT_NAME -> lazy.with(ColumnGroup.EVENTS).eventNames;
      case INSTRUMENTATION_NAME -> {
        SpanColumns columns = lazy.with(ColumnGroup.SCOPES);
        yield spread(columns.scopes, columns.scopeNames);
      }
      case INSTRUMENTATION_VERSION -> {
        SpanColumns columns = lazy.with(ColumnGroup.SCOPES);
        yield spread(columns.scopes, columns.scopeVersions);
      }
      case ROOT_NAME -> spreadTraces(facts().rootNames(lazy));
      case ROOT_SERVICE_NAME -> spreadTraces(facts().rootServices(lazy));
      default -> throw new IllegalArgumentException(field + " has no strings");
    };
  }

  private static int[] spread(int[] owners, int[] values) {
    int[] spread = new int[owners.length];
    for (int i = 0; i < spread.length; i++) {
      spread[i] = values[owners[i]];
    }
    return spread;
  }

  private int[] spreadTraces(int[] values) {
    int[] spread = new int[spanCount()];
    for (int trace = 0; trace < traceCount(); trace++) {
      for (int span = firstSpan(trace); span < firstSpan(trace + 1); span++) {
        spread[span] = values[trace];
      }
    }
    return spread;
  }

  /// By ordinal of the field's level: its value as a number.
  @SuppressWarnings("EnumOrdinal") // what ValueColumn promises
  private long[] numbers(Field.Intrinsic field) throws IOException {
    long[] numbers = new long[count(field.level())];
    switch (field) {
      case DURATION -> {
        SpanColumns columns = lazy.with(ColumnGroup.TIMES);
        for (int span = 0; span < numbers.length; span++) {
          numbers[span] = columns.endNanos[span] - columns.startNanos[span];
        }
      }
      case SPAN_START -> {
        return lazy.with(ColumnGroup.TIMES).startNanos;
      }
      case EVENT_TIME_SINCE_START -> {
        SpanColumns columns = lazy.with(ColumnGroup.EVENTS, ColumnGroup.TIMES);
        for (int span = 0; span < spanCount(); span++) {
          for (int event = columns.firstEvent(span); event < columns.endEvent(span); event++) {
            numbers[event] = columns.eventTimes[event] - columns.startNanos[span];
          }
        }
      }
      case TRACE_START, TRACE_DURATION -> {
        TraceFacts facts = facts();
        for (int trace = 0; trace < traceCount(); trace++) {
          long start = facts.start(trace);
          long value = field == Field.Intrinsic.TRACE_START ? start : facts.end(trace) - start;
          for (int span = firstSpan(trace); span < firstSpan(trace + 1); span++) {
            numbers[span] = value;
          }
        }
      }
      case NESTED_SET_LEFT, NESTED_SET_RIGHT, NESTED_SET_PARENT, CHILD_COUNT -> {
        NestedSets sets = nestedSets();
        for (int span = 0; span < numbers.length; span++) {
          numbers[span] =
              switch (field) {
                case NESTED_SET_LEFT -> sets.left(span);
                case NESTED_SET_RIGHT -> sets.right(span);
                case NESTED_SET_PARENT -> sets.parent(span);
                default -> sets.childCount(span);
              };
        }
      }
      case STATUS -> {
        byte[] codes = lazy.with(ColumnGroup.STATUS_CODES).statusCodes;
        for (int span = 0; span < numbers.length; span++) {
          numbers[span] = Value.SpanStatus.ofOtlp(codes[span]).ordinal();
        }
      }
      case KIND -> {
        byte[] kinds = lazy.with(ColumnGroup.KINDS).kinds;
        for (int span = 0; span < numbers.length; span++) {
          numbers[span] = Value.SpanKind.ofOtlp(kinds[span]).ordinal();
        }
      }
      default -> throw new IllegalArgumentException(field + " is no number");
    }
    return numbers;
  }

  private NestedSets nestedSets() throws IOException {
    NestedSets known = nestedSets;
    if (known == null) {
      known =
          NestedSets.of(lazy.with(ColumnGroup.SPAN_IDS, ColumnGroup.PARENTS, ColumnGroup.KINDS));
      nestedSets = known;
    }
    return known;
  }

  TraceFacts facts() throws IOException {
    TraceFacts known = traceFacts;
    if (known == null) {
      known = new TraceFacts(lazy.with(ColumnGroup.TIMES));
      traceFacts = known;
    }
    return known;
  }

  @Override
  public TraceSummary summary(int trace) throws IOException {
    TraceFacts facts = facts();
    ByteDictionary strings = strings();
    return new TraceSummary(
        facts.start(trace),
        facts.end(trace),
        strings.utf8(facts.rootServices(lazy)[trace]),
        strings.utf8(facts.rootNames(lazy)[trace]),
        services(trace));
  }

  private List<TraceSummary.ServiceStats> services(int trace) throws IOException {
    SpanColumns columns =
        lazy.with(ColumnGroup.RESOURCES, ColumnGroup.STATUS_CODES, ColumnGroup.STRINGS);
    int[] serviceOf = facts().services(lazy);
    Map<Integer, int[]> counts = new LinkedHashMap<>();
    for (int span = firstSpan(trace); span < firstSpan(trace + 1); span++) {
      int[] count = counts.computeIfAbsent(serviceOf[columns.resources[span]], _ -> new int[2]);
      count[0]++;
      if (columns.statusCodes[span] == Value.SpanStatus.ERROR.otlp()) {
        count[1]++;
      }
    }
    List<TraceSummary.ServiceStats> stats = new ArrayList<>();
    counts.forEach((service, count) ->
        stats.add(
            new TraceSummary.ServiceStats(columns.strings.utf8(service), count[0], count[1])));
    return stats;
  }

  private ByteDictionary strings() throws IOException {
    return lazy.with(ColumnGroup.STRINGS).strings;
  }

  /// The dictionary entry of an attribute name, or `NO_KEY`.
  private int keyId(String name) throws IOException {
    Integer known = keyIds.get(name);
    if (known == null) {
      known = strings().find(name.getBytes(StandardCharsets.UTF_8));
      keyIds.put(name, known);
    }
    return known;
  }
}
