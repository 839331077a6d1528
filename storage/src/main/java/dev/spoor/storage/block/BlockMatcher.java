package dev.spoor.storage.block;

import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.AnyValues;
import dev.spoor.storage.columns.ConditionTest;
import dev.spoor.storage.columns.NestedSets;
import dev.spoor.storage.parquet.ByteStrings;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.Leaf;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.OrdinalSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Decides conditions for the spans, events and links of a window, on levels and dictionary ids.
final class BlockMatcher {

  private static final HexFormat HEX = HexFormat.of();

  private final RowWindow window;
  private final BlockColumns columns;
  private final RowGroupTests tests;
  private final Map<Condition, ConditionTest> conditions;
  private final @Nullable GenericAttributes[] generics =
      new GenericAttributes[BlockColumns.Owner.values().length];
  private @Nullable LinkMessages linkMessages;

  BlockMatcher(RowWindow window, RowGroupTests tests, Map<Condition, ConditionTest> conditions) {
    this.window = window;
    this.columns = window.columns();
    this.tests = tests;
    this.conditions = conditions;
  }

  OrdinalSet matching(Condition condition) throws IOException {
    return switch (condition.field()) {
      case Field.Attribute attribute -> attribute(attribute, condition);
      case Field.Intrinsic intrinsic -> intrinsic(intrinsic, condition);
    };
  }

  ConditionTest test(Condition condition) {
    return conditions.computeIfAbsent(condition, ConditionTest::new);
  }

  /// Which strings of a column satisfy a comparison.
  StringHits hits(Leaf leaf, ConditionTest test) throws IOException {
    return tests.hits(window.cursor(leaf), test);
  }

  int count(Field.Level level) throws IOException {
    return switch (level) {
      case SPAN -> window.spans();
      case EVENT -> window.events();
      case LINK -> {
        int[] firsts = firstLinks();
        yield firsts[firsts.length - 1];
      }
    };
  }

  /// For each span its first link, however links are stored.
  int[] firstLinks() throws IOException {
    LinkMessages messages = linkMessages();
    return messages == null ? window.firstLinks() : messages.firsts();
  }

  /// The links of vParquet3; null in other versions.
  @Nullable LinkMessages linkMessages() throws IOException {
    Leaf leaf = columns.linksMessage;
    if (linkMessages == null && leaf != null) {
      ColumnCursor column = window.scalar(leaf, window.spans());
      try {
        linkMessages = column == null ? null : LinkMessages.of(column);
      } catch (IOException e) {
        throw window.malformed(leaf, e);
      }
    }
    return linkMessages;
  }

  // ---- attributes

  private OrdinalSet attribute(Field.Attribute attribute, Condition condition) throws IOException {
    String name = attribute.name();
    if (condition.operator() == Condition.Operator.MISSING) {
      OrdinalSet all = OrdinalSet.all(count(attribute.level()));
      return all.andNot(having(attribute));
    }
    if (condition.operator() == Condition.Operator.EXISTS) {
      return having(attribute);
    }
    ConditionTest test = test(condition);
    return switch (attribute.scope()) {
      case SPAN -> satisfying(BlockColumns.Owner.SPAN, name, test);
      case RESOURCE -> ofResources(satisfying(BlockColumns.Owner.RESOURCE, name, test));
      case INSTRUMENTATION -> ofScopes(satisfying(BlockColumns.Owner.SCOPE, name, test));
      case EVENT -> satisfying(BlockColumns.Owner.EVENT, name, test);
      case LINK -> satisfying(BlockColumns.Owner.LINK, name, test);
      case ANY -> {
        OrdinalSet resources = satisfying(BlockColumns.Owner.RESOURCE, name, test);
        OrdinalSet spans = satisfying(BlockColumns.Owner.SPAN, name, test);
        if (resources.isEmpty()) {
          yield spans;
        }
        OrdinalSet inherited = ofResources(resources).andNot(having(BlockColumns.Owner.SPAN, name));
        yield spans.or(inherited);
      }
    };
  }

  private OrdinalSet having(Field.Attribute attribute) throws IOException {
    String name = attribute.name();
    return switch (attribute.scope()) {
      case SPAN -> having(BlockColumns.Owner.SPAN, name);
      case RESOURCE -> ofResources(having(BlockColumns.Owner.RESOURCE, name));
      case INSTRUMENTATION -> ofScopes(having(BlockColumns.Owner.SCOPE, name));
      case EVENT -> having(BlockColumns.Owner.EVENT, name);
      case LINK -> having(BlockColumns.Owner.LINK, name);
      case ANY ->
          having(BlockColumns.Owner.SPAN, name)
              .or(ofResources(having(BlockColumns.Owner.RESOURCE, name)));
    };
  }

  /// The owners that have an attribute of this name, whatever its value.
  OrdinalSet having(BlockColumns.Owner owner, String name) throws IOException {
    OrdinalSet set = new OrdinalSet(owners(owner));
    LinkMessages messages = owner == BlockColumns.Owner.LINK ? linkMessages() : null;
    if (messages != null) {
      for (int link = 0; link < set.size(); link++) {
        for (LinkMessages.Attribute attribute : messages.link(link).attributes()) {
          if (attribute.key().equals(name)) {
            set.add(link);
          }
        }
      }
      return set;
    }
    for (BlockColumns.Fixed column : columns.attributes(owner).fixed(name)) {
      ColumnScan.present(window.column(column.leaf()), owner.level(), column.emptyIsAbsent(), set);
    }
    ListScan scan = listScan(owner, name);
    if (scan != null) {
      scan.present(set);
      return set;
    }
    GenericAttributes generic = generic(owner, name);
    if (generic != null) {
      new KeyScan(generic, owner, name).each((of, attribute) -> set.add(of));
    }
    return set;
  }

  /// A walk over the attributes of one name; null when there are none, or keys have no dictionary.
  @Nullable ListScan listScan(BlockColumns.Owner owner, String name) throws IOException {
    Leaf leaf = columns.attributes(owner).key();
    if (leaf == null || window.cursor(leaf).dictionary() == null) {
      return null;
    }
    int id = tests.id(window.cursor(leaf), name);
    return id < 0 ? null : new ListScan(window, window.column(leaf), id, owner.level());
  }

  /// The owners of which a value of this attribute satisfies a comparison.
  private OrdinalSet satisfying(BlockColumns.Owner owner, String name, ConditionTest test)
      throws IOException {
    OrdinalSet set = new OrdinalSet(owners(owner));
    LinkMessages messages = owner == BlockColumns.Owner.LINK ? linkMessages() : null;
    if (messages != null) {
      for (int link = 0; link < set.size(); link++) {
        for (LinkMessages.Attribute attribute : messages.link(link).attributes()) {
          if (attribute.key().equals(name) && test.attribute(attribute.value())) {
            set.add(link);
          }
        }
      }
      return set;
    }
    for (BlockColumns.Fixed column : columns.attributes(owner).fixed(name)) {
      satisfyingFixed(column, owner, test, set);
    }
    satisfyingGeneric(owner, name, test, set);
    return set;
  }

  private void satisfyingFixed(
      BlockColumns.Fixed column, BlockColumns.Owner owner, ConditionTest test, OrdinalSet to)
      throws IOException {
    if (!column.leaf().type().isBytes()) {
      ConditionTest.Numbers numbers = test.attributeInts();
      if (!numbers.isEmpty()) {
        ColumnScan.numbers(window.column(column.leaf()), numbers, owner.level(), to);
      }
      return;
    }
    if (test.wantsStrings()) {
      StringHits hits = tests.hits(window.cursor(column.leaf()), test);
      if (!hits.none()) {
        OrdinalSet set = new OrdinalSet(to.size());
        ColumnScan.strings(window.column(column.leaf()), hits, owner.level(), set);
        if (column.emptyIsAbsent() && test.string("")) {
          OrdinalSet present = new OrdinalSet(to.size());
          ColumnScan.present(window.column(column.leaf()), owner.level(), true, present);
          set.and(present);
        }
        to.or(set);
      }
    }
  }

  private void satisfyingGeneric(
      BlockColumns.Owner owner, String name, ConditionTest test, OrdinalSet to) throws IOException {
    AttributeTest attribute = attributeTest(owner, test);
    if (attribute.canNotHold() || !attribute.mayHold()) {
      return;
    }
    NumberPlaces.Found numbers = numbers(owner, name, attribute);
    if (numbers != null && window.add(numbers, to)) {
      return;
    }
    ListScan scan = attribute.other ? null : listScan(owner, name);
    if (scan != null) {
      attribute.addAll(scan, to);
      return;
    }
    GenericAttributes generic = generic(owner, name);
    if (generic != null) {
      new KeyScan(generic, owner, name)
          .each((of, index) -> {
            if (attribute.holds(generic, index)) {
              to.add(of);
            }
          });
    }
  }

  /// The spans of which a number satisfies the comparison, when nothing else can and the index of
  /// values knows all of them.
  private NumberPlaces.@Nullable Found numbers(
      BlockColumns.Owner owner, String name, AttributeTest attribute) throws IOException {
    return owner == BlockColumns.Owner.SPAN && tests.hasIndex() && attribute.wantsOnlyInts()
        ? tests.numbers(name, attribute.test)
        : null;
  }

  /// Whether columns need not be read to decide a condition, since the index of values knows all
  /// spans that satisfy it.
  boolean isIndexed(Condition condition) throws IOException {
    return condition.operator() != Condition.Operator.EXISTS
        && condition.operator() != Condition.Operator.MISSING
        && condition.field() instanceof Field.Attribute(Scope scope, String name)
        && scope == Scope.SPAN
        && tests.hasIndex()
        && columns.attributes(BlockColumns.Owner.SPAN).fixed(name).isEmpty()
        && numbers(
                BlockColumns.Owner.SPAN,
                name,
                attributeTest(BlockColumns.Owner.SPAN, test(condition)))
            != null;
  }

  /// What is known of the numbers of an attribute of spans without reading columns.
  List<NumberPlaces.Found> foundNumbers(String name) {
    return tests.foundNumbers(name);
  }

  private int owners(BlockColumns.Owner owner) throws IOException {
    return owner == BlockColumns.Owner.LINK ? count(Field.Level.LINK) : window.owners(owner);
  }

  /// The generic lists, or null when they hold no attribute of this name.
  @Nullable GenericAttributes generic(BlockColumns.Owner owner, String name) throws IOException {
    Leaf key = columns.attributes(owner).key();
    if (key == null) {
      return null;
    }
    ColumnCursor keys = window.cursor(key);
    if (keys.dictionary() != null && tests.id(keys, name) < 0) {
      return null;
    }
    return generic(owner);
  }

  /// The generic lists, or null when the file has none for this kind of owner.
  @Nullable GenericAttributes generic(BlockColumns.Owner owner) throws IOException {
    GenericAttributes known = generics[owner.ordinal()];
    if (known == null) {
      known = GenericAttributes.of(window, owner);
      generics[owner.ordinal()] = known;
    }
    return known;
  }

  KeyScan scan(GenericAttributes generic, BlockColumns.Owner owner, String name) {
    return new KeyScan(generic, owner, name);
  }

  @FunctionalInterface
  interface AttributeVisitor {
    void visit(int owner, int attribute) throws IOException;
  }

  /// Walks the keys of generic lists and stops at those of one name.
  final class KeyScan {
    private final ColumnCursor keys;
    private final int level;
    private final String name;

    KeyScan(GenericAttributes generic, BlockColumns.Owner owner, String name) {
      this.keys = generic.keys();
      this.level = owner.level();
      this.name = name;
    }

    void each(AttributeVisitor visitor) throws IOException {
      if (keys.dictionary() == null) {
        eachByText(visitor);
        return;
      }
      int wanted = tests.id(keys, name);
      byte[] reps = keys.repetitions();
      byte[] defs = keys.definitions();
      int[] ids = keys.ids();
      int ownerDefinition = keys.leaf().definitionAt(level);
      int highest = keys.leaf().maxDefinition();
      int end = keys.endEntry();
      int owner = -1;
      int value = keys.firstValue();
      for (int i = keys.firstEntry(); i < end; i++) {
        int def = defs[i];
        if (reps[i] <= level && def >= ownerDefinition) {
          owner++;
        }
        if (def == highest) {
          if (ids[value] == wanted) {
            visitor.visit(owner, value);
          }
          value++;
        }
      }
    }

    private void eachByText(AttributeVisitor visitor) throws IOException {
      byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
      int[] starts = keys.starts(level);
      for (int owner = 0; owner + 1 < starts.length; owner++) {
        for (int value = starts[owner]; value < starts[owner + 1]; value++) {
          if (keys.strings().equals(keys.id(value), wanted)) {
            visitor.visit(owner, value);
          }
        }
      }
    }
  }

  private AttributeTest attributeTest(BlockColumns.Owner owner, ConditionTest test)
      throws IOException {
    return new AttributeTest(columns.attributes(owner), test);
  }

  /// Decides a comparison for attributes of generic lists: which of the columns matter, and what of
  /// them is looked for.
  private final class AttributeTest {
    private final BlockColumns.Attributes lists;
    private final ConditionTest test;
    private final @Nullable StringHits strings;
    private final ConditionTest.Numbers ints;
    private final ConditionTest.Numbers doubles;
    private final boolean bools;

    /// Whether values may also stand as messages or as JSON.
    private final boolean other;

    AttributeTest(BlockColumns.Attributes lists, ConditionTest test) throws IOException {
      this.lists = lists;
      this.test = test;
      this.other = lists.message() || lists.isArray() == null;
      Leaf leaf = lists.strings();
      this.strings =
          leaf != null && test.wantsStrings() && !lists.message()
              ? tests.hits(window.cursor(leaf), test)
              : null;
      this.ints = lists.ints() == null ? ConditionTest.Numbers.NONE : test.attributeInts();
      this.doubles = lists.doubles() == null ? ConditionTest.Numbers.NONE : test.attributeDoubles();
      this.bools = lists.bools() != null && test.wantsBools();
    }

    /// Whether the row group's dictionary shows that no attribute can satisfy the comparison.
    boolean canNotHold() {
      return !other
          && (strings == null || strings.none())
          && ints.isEmpty()
          && doubles.isEmpty()
          && !bools;
    }

    /// Whether nothing but a whole number can satisfy the comparison.
    boolean wantsOnlyInts() {
      return !other
          && (strings == null || strings.none())
          && !ints.isEmpty()
          && doubles.isEmpty()
          && !bools;
    }

    /// Whether some attribute of the window may satisfy the comparison, as far as ids tell.
    boolean mayHold() throws IOException {
      Leaf leaf = lists.strings();
      if (other || !ints.isEmpty() || !doubles.isEmpty() || bools) {
        return true;
      }
      return strings != null && leaf != null && strings.anyIn(window.column(leaf));
    }

    /// Adds the owners with an attribute that satisfies the comparison.
    void addAll(ListScan scan, OrdinalSet to) throws IOException {
      StringHits hits = strings;
      if (hits != null && !hits.none() && lists.strings() != null) {
        ColumnCursor column = window.column(lists.strings());
        if (hits.only() >= 0) {
          addFew(scan, column, value -> column.ids()[value] == hits.only(), to);
        } else {
          scan.values(column, value -> hits.test(column, value), to);
        }
      }
      if (!ints.isEmpty() && lists.ints() != null) {
        addNumbers(scan, window.column(lists.ints()), ints, to);
      }
      if (!doubles.isEmpty() && lists.doubles() != null) {
        addNumbers(scan, window.column(lists.doubles()), doubles, to);
      }
      if (bools && lists.bools() != null) {
        ColumnCursor column = window.column(lists.bools());
        scan.values(column, value -> test.bool(column.longs()[value] != 0), to);
      }
    }

    private void addNumbers(
        ListScan scan, ColumnCursor column, ConditionTest.Numbers numbers, OrdinalSet to)
        throws IOException {
      long[] longs = column.longs();
      if (numbers.isInterval()) {
        long min = numbers.min();
        long max = numbers.max();
        addFew(scan, column, value -> longs[value] >= min && longs[value] <= max, to);
      } else {
        addFew(scan, column, value -> numbers.test(longs[value]), to);
      }
    }

    /// Most values satisfy no comparison: so these are looked for first, and only then at the
    /// attributes that they belong to.
    private void addFew(ListScan scan, ColumnCursor column, ListScan.ValueTest value, OrdinalSet to)
        throws IOException {
      int most = (column.endEntry() - column.firstEntry()) / ListScan.FEW;
      int[] few = new int[Math.min(most, column.valueCount())];
      int count = 0;
      for (int i = column.firstValue(); i < column.endValue(); i++) {
        if (value.holds(i)) {
          if (count == few.length) {
            scan.values(column, value, to);
            return;
          }
          few[count++] = i;
        }
      }
      scan.values(column, few, count, to);
    }

    boolean holds(GenericAttributes generic, int attribute) throws IOException {
      if (generic.isMessages()) {
        return test.attribute(message(generic, attribute));
      }
      if (strings != null && !strings.none()) {
        GenericAttributes.Values values = generic.strings();
        for (int i = first(values, attribute); i < end(values, attribute); i++) {
          if (values != null && strings.test(values.column, i)) {
            return true;
          }
        }
      }
      return holds(ints, ints.isEmpty() ? null : generic.ints(), attribute)
          || holds(doubles, doubles.isEmpty() ? null : generic.doubles(), attribute)
          || (bools && holdsBool(generic.bools(), attribute))
          || (other && holdsJson(generic, attribute));
    }

    private boolean holds(
        ConditionTest.Numbers numbers, GenericAttributes.@Nullable Values values, int attribute) {
      if (values != null) {
        for (int i = values.first(attribute); i < values.end(attribute); i++) {
          if (numbers.test(values.column.longs()[i])) {
            return true;
          }
        }
      }
      return false;
    }

    private boolean holdsBool(GenericAttributes.@Nullable Values values, int attribute) {
      if (values != null) {
        for (int i = values.first(attribute); i < values.end(attribute); i++) {
          if (test.bool(values.column.longs()[i] != 0)) {
            return true;
          }
        }
      }
      return false;
    }

    private boolean holdsJson(GenericAttributes generic, int attribute) throws IOException {
      byte[] json = generic.json(attribute);
      if (json == null) {
        return false;
      }
      byte[] message = AnyValueJson.toMessage(json);
      return test.attribute(AnyValues.read(message, 0, message.length));
    }
  }

  private static int first(GenericAttributes.@Nullable Values values, int attribute) {
    return values == null ? 0 : values.first(attribute);
  }

  private static int end(GenericAttributes.@Nullable Values values, int attribute) {
    return values == null ? 0 : values.end(attribute);
  }

  /// The value of an attribute that is stored as a message.
  static Value message(GenericAttributes generic, int attribute) throws IOException {
    GenericAttributes.Values messages = generic.strings();
    if (messages == null || !messages.has(attribute)) {
      return Value.OPAQUE;
    }
    ByteStrings bytes = messages.column.strings();
    int id = messages.column.id(messages.first(attribute));
    return AnyValues.read(bytes.data(), bytes.start(id), bytes.end(id));
  }

  OrdinalSet ofResources(OrdinalSet resources) throws IOException {
    return spread(resources, window.firstSpansOfResources(), window.spans());
  }

  OrdinalSet ofScopes(OrdinalSet scopes) throws IOException {
    return spread(scopes, window.firstSpansOfScopes(), window.spans());
  }

  private static OrdinalSet spread(OrdinalSet owners, int[] firsts, int spans) {
    OrdinalSet set = new OrdinalSet(spans);
    for (int owner = owners.next(0); owner >= 0; owner = owners.next(owner + 1)) {
      set.addRange(firsts[owner], firsts[owner + 1]);
    }
    return set;
  }

  // ---- intrinsics

  private OrdinalSet intrinsic(Field.Intrinsic field, Condition condition) throws IOException {
    int size = count(field.level());
    if (condition.operator() == Condition.Operator.EXISTS) {
      return OrdinalSet.all(size);
    }
    if (condition.operator() == Condition.Operator.MISSING) {
      return new OrdinalSet(size);
    }
    ConditionTest test = test(condition);
    return switch (field) {
      case NAME -> strings(columns.name, BlockColumns.SPAN, size, test);
      case STATUS_MESSAGE -> strings(columns.statusMessage, BlockColumns.SPAN, size, test);
      case EVENT_NAME -> strings(columns.eventName, BlockColumns.EVENT, size, test);
      case INSTRUMENTATION_NAME ->
          ofScopes(strings(columns.scopeName, BlockColumns.SCOPE, window.scopes(), test));
      case INSTRUMENTATION_VERSION ->
          ofScopes(strings(columns.scopeVersion, BlockColumns.SCOPE, window.scopes(), test));
      case ROOT_NAME -> ofTraces(strings(columns.rootName, 0, window.traces(), test));
      case ROOT_SERVICE_NAME -> ofTraces(strings(columns.rootService, 0, window.traces(), test));
      case TRACE_DURATION ->
          ofTraces(numbers(columns.traceDuration, 0, window.traces(), test.intrinsics()));
      case TRACE_START ->
          ofTraces(numbers(columns.traceStart, 0, window.traces(), test.intrinsics()));
      case DURATION -> numbers(columns.duration, BlockColumns.SPAN, size, test.intrinsics());
      case SPAN_START -> numbers(columns.start, BlockColumns.SPAN, size, test.intrinsics());
      case NESTED_SET_LEFT ->
          numbers(columns.nestedLeft, BlockColumns.SPAN, size, test.intrinsics());
      case NESTED_SET_RIGHT ->
          numbers(columns.nestedRight, BlockColumns.SPAN, size, test.intrinsics());
      case NESTED_SET_PARENT ->
          numbers(columns.nestedParent, BlockColumns.SPAN, size, test.intrinsics());
      case STATUS -> numbers(columns.statusCode, BlockColumns.SPAN, size, status(test));
      case KIND -> numbers(columns.kind, BlockColumns.SPAN, size, kind(test));
      case CHILD_COUNT -> {
        if (columns.childCount != null) {
          yield numbers(columns.childCount, BlockColumns.SPAN, size, test.intrinsics());
        }
        yield numbers(childCounts(), test.intrinsics());
      }
      case EVENT_TIME_SINCE_START -> {
        if (columns.eventSinceStart != null) {
          yield numbers(columns.eventSinceStart, BlockColumns.EVENT, size, test.intrinsics());
        }
        yield numbers(eventTimes(), test.intrinsics());
      }
      case SPAN_ID, PARENT_SPAN_ID, TRACE_ID, LINK_TRACE_ID, LINK_SPAN_ID ->
          byText(field, size, test);
    };
  }

  private static ConditionTest.Numbers status(ConditionTest test) {
    boolean[] holds = new boolean[3];
    for (int code = 0; code < holds.length; code++) {
      holds[code] = test.status(Value.SpanStatus.ofOtlp(code));
    }
    return codes(holds);
  }

  private static ConditionTest.Numbers kind(ConditionTest test) {
    boolean[] holds = new boolean[6];
    for (int code = 0; code < holds.length; code++) {
      holds[code] = test.kind(Value.SpanKind.ofOtlp(code));
    }
    return codes(holds);
  }

  /// @param holds by code; a code that is not known counts as 0
  private static ConditionTest.Numbers codes(boolean[] holds) {
    boolean any = false;
    for (boolean one : holds) {
      any |= one;
    }
    return any
        ? ConditionTest.Numbers.of(code -> holds[code >= 0 && code < holds.length ? (int) code : 0])
        : ConditionTest.Numbers.NONE;
  }

  private OrdinalSet ofTraces(OrdinalSet traces) throws IOException {
    return spread(traces, window.firstSpans(), window.spans());
  }

  private OrdinalSet strings(@Nullable Leaf leaf, int level, int size, ConditionTest test)
      throws IOException {
    if (leaf == null) {
      return test.wantsStrings() && test.string("") ? OrdinalSet.all(size) : new OrdinalSet(size);
    }
    OrdinalSet set = new OrdinalSet(size);
    if (test.wantsStrings()) {
      StringHits hits = tests.hits(window.cursor(leaf), test);
      if (!hits.none()) {
        ColumnCursor column = window.column(leaf);
        window.scalar(leaf, size);
        ColumnScan.strings(column, hits, level, set);
      }
    }
    return set;
  }

  private OrdinalSet numbers(
      @Nullable Leaf leaf, int level, int size, ConditionTest.Numbers numbers) throws IOException {
    if (leaf == null) {
      return numbers.test(0) ? OrdinalSet.all(size) : new OrdinalSet(size);
    }
    OrdinalSet set = new OrdinalSet(size);
    boolean possible =
        !numbers.isEmpty()
            && (!numbers.isInterval()
                || window
                    .cursor(leaf)
                    .mayHold(window.fromRow(), window.toRow(), numbers.min(), numbers.max()));
    ColumnCursor column = possible ? window.scalar(leaf, size) : null;
    if (column != null) {
      ColumnScan.numbers(column, numbers, level, set);
    }
    return set;
  }

  private static OrdinalSet numbers(long[] values, ConditionTest.Numbers numbers) {
    OrdinalSet set = new OrdinalSet(values.length);
    for (int i = 0; i < values.length; i++) {
      if (numbers.test(values[i])) {
        set.add(i);
      }
    }
    return set;
  }

  /// Time of events since the start of their span, where the file has the time itself.
  long[] eventTimes() throws IOException {
    int[] firsts = window.firstEvents();
    long[] times = new long[window.events()];
    ColumnCursor time = window.scalar(columns.eventTime, times.length);
    ColumnCursor start = window.scalar(columns.start, window.spans());
    for (int span = 0; time != null && start != null && span + 1 < firsts.length; span++) {
      for (int event = firsts[span]; event < firsts[span + 1]; event++) {
        times[event] =
            time.longs()[time.firstValue() + event] - start.longs()[start.firstValue() + span];
      }
    }
    return times;
  }

  /// Children of spans where the file does not count them.
  long[] childCounts() throws IOException {
    int spans = window.spans();
    long[] counts = new long[spans];
    ColumnCursor spanIds = window.scalar(columns.spanId, spans);
    ColumnCursor parentSpanIds = window.scalar(columns.parentSpanId, spans);
    ColumnCursor spanKinds = window.scalar(columns.kind, spans);
    if (spanIds == null || parentSpanIds == null) {
      return counts;
    }
    long[] ids = new long[spans];
    long[] parentIds = new long[spans];
    byte[] hasParent = new byte[spans];
    byte[] kinds = new byte[spans];
    for (int span = 0; span < spans; span++) {
      ids[span] = spanId(spanIds, span);
      int parent = parentSpanIds.id(parentSpanIds.firstValue() + span);
      if (parentSpanIds.strings().length(parent) > 0) {
        hasParent[span] = 1;
        parentIds[span] = spanId(parentSpanIds, span);
      }
      kinds[span] = spanKinds == null ? 0 : (byte) spanKinds.longs()[spanKinds.firstValue() + span];
    }
    NestedSets sets = new NestedSets();
    int[] firsts = window.firstSpans();
    for (int trace = 0; trace < window.traces(); trace++) {
      sets.number(firsts[trace], firsts[trace + 1], ids, parentIds, hasParent, kinds);
    }
    for (int span = 0; span < spans; span++) {
      counts[span] = sets.childCount(span);
    }
    return counts;
  }

  private static long spanId(ColumnCursor column, int span) {
    return TraceAssembler.spanId(column.strings(), column.id(column.firstValue() + span));
  }

  // ---- without looking at values

  /// Whether something in the row group may satisfy a condition, as far as dictionaries tell; false
  /// is sure. Reads dictionary pages at most.
  boolean mayHold(Condition condition) throws IOException {
    if (condition.operator() == Condition.Operator.MISSING) {
      return true;
    }
    return switch (condition.field()) {
      case Field.Attribute(Scope scope, String name) ->
          switch (scope) {
            case SPAN -> mayHold(BlockColumns.Owner.SPAN, name, condition);
            case RESOURCE -> mayHold(BlockColumns.Owner.RESOURCE, name, condition);
            case INSTRUMENTATION -> mayHold(BlockColumns.Owner.SCOPE, name, condition);
            case EVENT -> mayHold(BlockColumns.Owner.EVENT, name, condition);
            case LINK ->
                columns.linksMessage != null || mayHold(BlockColumns.Owner.LINK, name, condition);
            case ANY ->
                mayHold(BlockColumns.Owner.SPAN, name, condition)
                    || mayHold(BlockColumns.Owner.RESOURCE, name, condition);
          };
      case Field.Intrinsic intrinsic -> mayHold(intrinsic, condition);
    };
  }

  private boolean mayHold(BlockColumns.Owner owner, String name, Condition condition)
      throws IOException {
    boolean exists = condition.operator() == Condition.Operator.EXISTS;
    ConditionTest test = test(condition);
    for (BlockColumns.Fixed column : columns.attributes(owner).fixed(name)) {
      if (exists) {
        ByteStrings dictionary =
            column.leaf().type().isBytes() ? window.cursor(column.leaf()).dictionary() : null;
        if (dictionary == null || dictionary.size() > 0) {
          return true;
        }
      } else if (!column.leaf().type().isBytes()) {
        if (!test.attributeInts().isEmpty()) {
          return true;
        }
      } else if (test.wantsStrings() && !tests.hits(window.cursor(column.leaf()), test).none()) {
        return true;
      }
    }
    return mayHoldGeneric(owner, name, condition);
  }

  /// Likewise for the generic lists alone.
  boolean mayHoldGeneric(BlockColumns.Owner owner, String name, Condition condition)
      throws IOException {
    Leaf key = columns.attributes(owner).key();
    if (key == null) {
      return false;
    }
    ColumnCursor keys = window.cursor(key);
    if (keys.dictionary() != null && tests.id(keys, name) < 0) {
      return false;
    }
    if (condition.operator() == Condition.Operator.EXISTS) {
      return true;
    }
    Rows indexed = indexedRows(owner, name, test(condition));
    return indexed != null
        ? !indexed.isEmpty()
        : !attributeTest(owner, test(condition)).canNotHold();
  }

  /// The rows that an index of values leaves, or null when it does not tell.
  @Nullable Rows indexedRows(BlockColumns.Owner owner, String name, ConditionTest test)
      throws IOException {
    BlockColumns.Attributes lists = columns.attributes(owner);
    if (lists.message() || lists.isArray() == null || !tests.hasIndex()) {
      return null;
    }
    Rows rows =
        tests.rows(
            owner,
            name,
            test,
            () -> {
              Leaf leaf = lists.strings();
              return leaf == null ? null : window.cursor(leaf).dictionary();
            });
    if (rows != null) {
      return rows;
    }
    NumberPlaces.Found numbers = numbers(owner, name, attributeTest(owner, test));
    return numbers == null ? null : numbers.rows();
  }

  private boolean mayHold(Field.Intrinsic field, Condition condition) throws IOException {
    Leaf leaf =
        switch (field) {
          case NAME -> columns.name;
          case EVENT_NAME -> columns.eventName;
          case INSTRUMENTATION_NAME -> columns.scopeName;
          case INSTRUMENTATION_VERSION -> columns.scopeVersion;
          case ROOT_NAME -> columns.rootName;
          case ROOT_SERVICE_NAME -> columns.rootService;
          default -> null;
        };
    if (leaf == null || condition.operator() == Condition.Operator.EXISTS) {
      return true;
    }
    ConditionTest test = test(condition);
    return test.wantsStrings() && !tests.hits(window.cursor(leaf), test).none();
  }

  /// The columns that deciding a condition reads.
  List<Leaf> leaves(Field field) {
    List<@Nullable Leaf> leaves = new ArrayList<>();
    switch (field) {
      case Field.Attribute(Scope scope, String name) -> {
        switch (scope) {
          case SPAN -> addLeaves(BlockColumns.Owner.SPAN, name, leaves);
          case RESOURCE -> addLeaves(BlockColumns.Owner.RESOURCE, name, leaves);
          case INSTRUMENTATION -> addLeaves(BlockColumns.Owner.SCOPE, name, leaves);
          case EVENT -> addLeaves(BlockColumns.Owner.EVENT, name, leaves);
          case LINK -> addLeaves(BlockColumns.Owner.LINK, name, leaves);
          case ANY -> {
            addLeaves(BlockColumns.Owner.SPAN, name, leaves);
            addLeaves(BlockColumns.Owner.RESOURCE, name, leaves);
          }
        }
      }
      case Field.Intrinsic intrinsic ->
          leaves.add(
              switch (intrinsic) {
                case NAME -> columns.name;
                case DURATION -> columns.duration;
                case STATUS -> columns.statusCode;
                case STATUS_MESSAGE -> columns.statusMessage;
                case KIND -> columns.kind;
                case SPAN_ID -> columns.spanId;
                case PARENT_SPAN_ID -> columns.parentSpanId;
                case CHILD_COUNT -> columns.childCount;
                case TRACE_ID -> columns.traceId;
                case TRACE_DURATION -> columns.traceDuration;
                case ROOT_NAME -> columns.rootName;
                case ROOT_SERVICE_NAME -> columns.rootService;
                case EVENT_NAME -> columns.eventName;
                case EVENT_TIME_SINCE_START -> columns.eventSinceStart;
                case LINK_TRACE_ID -> columns.linkTraceId;
                case LINK_SPAN_ID -> columns.linkSpanId;
                case INSTRUMENTATION_NAME -> columns.scopeName;
                case INSTRUMENTATION_VERSION -> columns.scopeVersion;
                case NESTED_SET_LEFT -> columns.nestedLeft;
                case NESTED_SET_RIGHT -> columns.nestedRight;
                case NESTED_SET_PARENT -> columns.nestedParent;
                case SPAN_START -> columns.start;
                case TRACE_START -> columns.traceStart;
              });
    }
    return leaves.stream().filter(Objects::nonNull).toList();
  }

  private void addLeaves(BlockColumns.Owner owner, String name, List<@Nullable Leaf> to) {
    columns.attributes(owner).fixed(name).forEach(column -> to.add(column.leaf()));
    to.add(columns.attributes(owner).key());
  }

  // ---- ids as text

  private OrdinalSet byText(Field.Intrinsic field, int size, ConditionTest test)
      throws IOException {
    OrdinalSet set = new OrdinalSet(size);
    if (!test.wantsStrings()) {
      return set;
    }
    if (field == Field.Intrinsic.TRACE_ID) {
      OrdinalSet traces = new OrdinalSet(window.traces());
      Texts texts = texts(field);
      for (int trace = 0; trace < traces.size(); trace++) {
        if (test.string(texts.text(trace))) {
          traces.add(trace);
        }
      }
      return ofTraces(traces);
    }
    Texts texts = texts(field);
    for (int i = 0; i < size; i++) {
      if (test.string(texts.text(i))) {
        set.add(i);
      }
    }
    return set;
  }

  /// The text of an id by ordinal (of traces for trace ids).
  @FunctionalInterface
  interface Texts {
    String text(int ordinal);
  }

  Texts texts(Field.Intrinsic field) throws IOException {
    LinkMessages messages =
        field == Field.Intrinsic.LINK_TRACE_ID || field == Field.Intrinsic.LINK_SPAN_ID
            ? linkMessages()
            : null;
    return switch (field) {
      case SPAN_ID -> spanIds(columns.spanId);
      case PARENT_SPAN_ID -> spanIds(columns.parentSpanId);
      case TRACE_ID -> {
        ColumnCursor ids = window.column(columns.traceId);
        yield trace -> traceId(ids, trace).toShortHex();
      }
      case LINK_TRACE_ID ->
          messages == null
              ? linkIds(columns.linkTraceId, BlockMatcher::withoutZeros)
              : link -> withoutZeros(messages.link(link).traceId());
      case LINK_SPAN_ID ->
          messages == null
              ? linkIds(columns.linkSpanId, BlockMatcher::padded)
              : link -> padded(messages.link(link).spanId());
      default -> throw new IllegalArgumentException(field + " is no id");
    };
  }

  private static TraceId traceId(ColumnCursor ids, int trace) {
    return TraceAssembler.traceId(ids.strings(), ids.id(ids.firstValue() + trace));
  }

  private Texts spanIds(@Nullable Leaf leaf) throws IOException {
    ColumnCursor ids = window.scalar(leaf, window.spans());
    return ids == null ? span -> "0".repeat(16) : span -> HEX.toHexDigits(spanId(ids, span));
  }

  private Texts linkIds(@Nullable Leaf leaf, UnaryOperator<String> form) throws IOException {
    ColumnCursor ids = window.scalar(leaf, window.links());
    return link -> {
      if (ids == null) {
        return form.apply("");
      }
      ByteStrings strings = ids.strings();
      int id = ids.id(ids.firstValue() + link);
      return form.apply(HEX.formatHex(strings.data(), strings.start(id), strings.end(id)));
    };
  }

  private static String withoutZeros(String hex) {
    int first = 0;
    while (first < hex.length() - 1 && hex.charAt(first) == '0') {
      first++;
    }
    return hex.isEmpty() ? "0" : hex.substring(first);
  }

  private static String padded(String hex) {
    return "0".repeat(Math.max(0, 16 - hex.length())) + hex;
  }
}
