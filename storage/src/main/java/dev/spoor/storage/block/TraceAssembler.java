package dev.spoor.storage.block;

import dev.spoor.model.TraceId;
import dev.spoor.model.proto.ProtoReader;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.storage.columns.AnyValues;
import dev.spoor.storage.columns.ByteDictionary;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsBuilder;
import dev.spoor.storage.columns.ValueType;
import dev.spoor.storage.parquet.ByteStrings;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.Leaf;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.QueryBudget;
import dev.spoor.traceql.fetch.QueryStoppedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts the spans of a window together again, with all that they had.
///
/// The attributes of an owner come in the order of its generic list, then its dedicated columns in
/// the order of the meta, then the columns that every block has; the order in which they were sent
/// is not stored. Nor are flags and schema URLs.
final class TraceAssembler {

  private static final int STEP_SPANS = 1024;

  /// What a span takes while it is assembled, about.
  private static final long BYTES_PER_SPAN = 250;

  private final QueryBudget budget = QueryBudget.current();
  private long held;

  private final RowWindow window;
  private final BlockColumns columns;
  private final SpanColumnsBuilder builder;
  private final ByteDictionary.Builder strings;
  private final @Nullable SharedStrings shared;
  private final Map<ColumnCursor, Interner> interners = new IdentityHashMap<>();

  private TraceAssembler(
      RowWindow window, SpanColumnsBuilder builder, @Nullable SharedStrings shared) {
    this.window = window;
    this.columns = window.columns();
    this.builder = builder;
    this.strings = builder.strings();
    this.shared = shared;
  }

  /// @throws IOException naming what can't be read
  static SpanColumns assemble(RowWindow window) throws IOException {
    return new TraceAssembler(window, new SpanColumnsBuilder(), null).assemble();
  }

  /// One of many windows of a row group, which are used one after the other.
  ///
  /// @param shared for all of these windows
  /// @throws IOException naming what can't be read
  static SpanColumns assemble(RowWindow window, SharedStrings shared) throws IOException {
    shared.beginBatch(window.spans());
    SpanColumnsBuilder builder = SpanColumnsBuilder.sharing(shared.strings(), window.spans());
    return new TraceAssembler(window, builder, shared).assemble();
  }

  private SpanColumns assemble() throws IOException {
    try {
      OwnerAttributes ofResources = new OwnerAttributes(BlockColumns.Owner.RESOURCE);
      OwnerAttributes ofScopes = new OwnerAttributes(BlockColumns.Owner.SCOPE);
      OwnerAttributes ofSpans = new OwnerAttributes(BlockColumns.Owner.SPAN);
      OwnerAttributes ofEvents = new OwnerAttributes(BlockColumns.Owner.EVENT);
      OwnerAttributes ofLinks = new OwnerAttributes(BlockColumns.Owner.LINK);
      builder.reserve(
          ofResources.room(), ofScopes.room(), ofSpans.room(), ofEvents.room(), ofLinks.room());
      addResources(ofResources);
      addScopes(ofScopes);
      addSpans(ofSpans, new EventParts(ofEvents), new LinkParts(ofLinks));
      return builder.build();
    } finally {
      budget.release(held);
    }
  }

  /// Takes memory for what is about to be assembled. It is given back with the result: whoever
  /// keeps that knows better what it takes.
  private void hold(long bytes) throws QueryStoppedException {
    budget.check();
    if (budget.hold(bytes)) {
      held += bytes;
    } else {
      budget.check();
    }
  }

  private void addResources(OwnerAttributes attributes) throws IOException {
    int count = window.resources();
    Scalar dropped = new Scalar(columns.resourceDropped, count);
    for (int resource = 0; resource < count; resource++) {
      attributes.add(resource);
      builder.endResource((int) dropped.number(resource));
    }
  }

  private void addScopes(OwnerAttributes attributes) throws IOException {
    int count = window.scopes();
    Scalar name = new Scalar(columns.scopeName, count);
    Scalar version = new Scalar(columns.scopeVersion, count);
    Scalar dropped = new Scalar(columns.scopeDropped, count);
    for (int scope = 0; scope < count; scope++) {
      attributes.add(scope);
      builder.endScope(name.string(scope), version.string(scope), (int) dropped.number(scope));
    }
  }

  private void addSpans(OwnerAttributes attributes, EventParts events, LinkParts links)
      throws IOException {
    SpanParts parts = new SpanParts(window.spans());
    Scalar traceId = new Scalar(columns.traceId, window.traces());
    int[] firstSpans = window.firstSpans();
    int[] firstOfResources = window.firstSpansOfResources();
    int[] firstOfScopes = window.firstSpansOfScopes();
    int resource = 0;
    int scope = 0;
    for (int trace = 0; trace < window.traces(); trace++) {
      TraceId id = traceIdOf(traceId, trace);
      for (int span = firstSpans[trace]; span < firstSpans[trace + 1]; span++) {
        if ((span & (STEP_SPANS - 1)) == 0) {
          hold(STEP_SPANS * BYTES_PER_SPAN);
        }
        while (firstOfResources[resource + 1] <= span) {
          resource++;
        }
        while (firstOfScopes[scope + 1] <= span) {
          scope++;
        }
        attributes.add(span);
        parts.fill(span);
        builder.span().traceIdHigh = id.high();
        builder.span().traceIdLow = id.low();
        builder.span().resource = resource;
        builder.span().scope = scope;
        events.add(span, builder.span().startNanos);
        links.add(span);
        builder.endSpan();
      }
    }
  }

  private static TraceId traceIdOf(Scalar column, int trace) {
    return traceId(column.stringsOf(), column.stringIndex(trace));
  }

  /// The trace id that a byte string stands for: shorter ones have zeros before them, of longer
  /// ones the end counts.
  static TraceId traceId(ByteStrings strings, int index) {
    byte[] bytes = strings.data();
    int end = strings.end(index);
    int start = Math.max(strings.start(index), end - TraceId.LENGTH);
    if (end - start == TraceId.LENGTH) {
      return TraceId.at(bytes, start);
    }
    byte[] padded = new byte[TraceId.LENGTH];
    System.arraycopy(bytes, start, padded, TraceId.LENGTH - (end - start), end - start);
    return TraceId.at(padded, 0);
  }

  /// The span id that a byte string stands for: shorter ones have zeros behind them, of longer ones
  /// the start counts.
  static long spanId(ByteStrings strings, int index) {
    byte[] bytes = strings.data();
    int start = strings.start(index);
    int length = Math.min(Long.BYTES, strings.end(index) - start);
    long id = 0;
    for (int i = 0; i < length; i++) {
      id |= (bytes[start + i] & 0xFFL) << (56 - 8 * i);
    }
    return id;
  }

  private Interner interner(ColumnCursor column) {
    return interners.computeIfAbsent(column, Interner::new);
  }

  /// Numbers the strings of a column in the batch.
  private final class Interner {
    private final ColumnCursor column;

    /// The number of the first string of the dictionary, of which so many are numbered by their
    /// place.
    private final int first;

    private final int inPlace;

    /// By id in the dictionary: number + 1. Null when asking for each value is cheaper.
    private final int @Nullable [] known;

    Interner(ColumnCursor column) {
      this.column = column;
      ByteStrings from = column.strings();
      SharedStrings all = shared;
      if (all != null && column.hasDictionary() && all.first(column) >= 0) {
        first = all.first(column);
        inPlace = all.size(column);
        known = null;
      } else {
        first = 0;
        inPlace = 0;
        known =
            column.hasDictionary() && from.size() <= 4 * column.valueCount() + 64
                ? new int[from.size()]
                : null;
      }
    }

    int intern(int value) {
      int id = column.id(value);
      if (id < inPlace) {
        return first + id;
      }
      int[] numbers = known;
      if (numbers == null) {
        return add(id);
      }
      int number = numbers[id];
      if (number == 0) {
        number = add(id) + 1;
        numbers[id] = number;
      }
      return number - 1;
    }

    private int add(int id) {
      ByteStrings from = column.strings();
      int length = from.length(id);
      return length == 0
          ? ByteDictionary.EMPTY
          : strings.intern(from.data(), from.start(id), length);
    }
  }

  /// A column with one value an owner, all zero or empty when the file lacks it.
  private final class Scalar {
    private final @Nullable ColumnCursor column;
    private final @Nullable Interner interner;
    private final long[] longs;
    private final int base;

    Scalar(@Nullable Leaf leaf, int count) throws IOException {
      column = count == 0 ? null : window.scalar(leaf, count);
      interner = column == null || !column.leaf().type().isBytes() ? null : interner(column);
      longs = column == null ? new long[0] : column.longs();
      base = column == null ? 0 : column.firstValue();
    }

    long number(int owner) {
      return column == null ? 0 : longs[base + owner];
    }

    int string(int owner) {
      return interner == null ? ByteDictionary.EMPTY : interner.intern(base + owner);
    }

    long spanId(int owner) {
      return column == null ? 0 : TraceAssembler.spanId(column.strings(), stringIndex(owner));
    }

    boolean isEmpty(int owner) {
      return column == null || column.strings().length(stringIndex(owner)) == 0;
    }

    int stringIndex(int owner) {
      return column == null ? 0 : column.id(base + owner);
    }

    ByteStrings stringsOf() {
      if (column == null) {
        throw new IllegalStateException("a column that every block has");
      }
      return column.strings();
    }
  }

  /// The scalar fields of spans.
  private final class SpanParts {
    private final Scalar spanId;
    private final Scalar parentSpanId;
    private final Scalar start;
    private final Scalar duration;
    private final Scalar name;
    private final Scalar kind;
    private final Scalar statusCode;
    private final Scalar statusMessage;
    private final Scalar traceState;
    private final Scalar dropped;
    private final Scalar eventsDropped;
    private final Scalar linksDropped;

    SpanParts(int count) throws IOException {
      spanId = new Scalar(columns.spanId, count);
      parentSpanId = new Scalar(columns.parentSpanId, count);
      start = new Scalar(columns.start, count);
      duration = new Scalar(columns.duration, count);
      name = new Scalar(columns.name, count);
      kind = new Scalar(columns.kind, count);
      statusCode = new Scalar(columns.statusCode, count);
      statusMessage = new Scalar(columns.statusMessage, count);
      traceState = new Scalar(columns.traceState, count);
      dropped = new Scalar(columns.spanDropped, count);
      eventsDropped = new Scalar(columns.eventsDropped, count);
      linksDropped = new Scalar(columns.linksDropped, count);
    }

    void fill(int i) {
      SpanColumnsBuilder.Span span = builder.span();
      span.spanId = spanId.spanId(i);
      span.hasParent = !parentSpanId.isEmpty(i);
      span.parentSpanId = span.hasParent ? parentSpanId.spanId(i) : 0;
      span.startNanos = start.number(i);
      span.endNanos = start.number(i) + duration.number(i);
      span.name = name.string(i);
      span.kind = (int) kind.number(i);
      span.statusCode = (int) statusCode.number(i);
      span.statusMessage = statusMessage.string(i);
      span.traceState = traceState.string(i);
      span.droppedAttributes = (int) dropped.number(i);
      span.droppedEvents = (int) eventsDropped.number(i);
      span.droppedLinks = (int) linksDropped.number(i);
    }
  }

  private final class EventParts {
    private final int[] firsts;
    private final OwnerAttributes attributes;
    private final Scalar sinceStart;
    private final Scalar time;
    private final Scalar name;
    private final Scalar dropped;

    EventParts(OwnerAttributes attributes) throws IOException {
      this.attributes = attributes;
      firsts = window.firstEvents();
      int count = window.events();
      sinceStart = new Scalar(columns.eventSinceStart, count);
      time = new Scalar(columns.eventTime, count);
      name = new Scalar(columns.eventName, count);
      dropped = new Scalar(columns.eventDropped, count);
    }

    void add(int span, long startNanos) throws IOException {
      for (int event = firsts[span]; event < firsts[span + 1]; event++) {
        attributes.add(event);
        long nanos =
            columns.eventTime == null ? startNanos + sinceStart.number(event) : time.number(event);
        builder.endEvent(nanos, name.string(event), (int) dropped.number(event));
      }
    }
  }

  private final class LinkParts {
    private final int[] firsts;
    private final OwnerAttributes attributes;
    private final Scalar traceId;
    private final Scalar spanId;
    private final Scalar traceState;
    private final Scalar dropped;
    private final @Nullable ColumnCursor messages;

    LinkParts(OwnerAttributes attributes) throws IOException {
      this.attributes = attributes;
      firsts = window.firstLinks();
      int count = window.links();
      traceId = new Scalar(columns.linkTraceId, count);
      spanId = new Scalar(columns.linkSpanId, count);
      traceState = new Scalar(columns.linkTraceState, count);
      dropped = new Scalar(columns.linkDropped, count);
      messages = window.scalar(columns.linksMessage, window.spans());
    }

    void add(int span) throws IOException {
      for (int link = firsts[span]; link < firsts[span + 1]; link++) {
        attributes.add(link);
        builder.endLink(
            traceId.string(link),
            spanId.string(link),
            traceState.string(link),
            (int) dropped.number(link));
      }
      if (messages != null) {
        ByteStrings from = messages.strings();
        int index = messages.id(messages.firstValue() + span);
        try {
          int start = from.start(index);
          addMessages(new ProtoReader(from.data(), start, from.end(index), start));
        } catch (IOException e) {
          throw window.malformed(messages.leaf(), e);
        }
      }
    }

    /// A message whose field 1 is repeated: the links of a span as OTLP writes them.
    private void addMessages(ProtoReader reader) throws IOException {
      while (reader.hasMore()) {
        int tag = reader.tag();
        if (tag == LinkMessages.LINKS) {
          int outer = reader.enter();
          addMessage(reader);
          reader.leave(outer);
        } else {
          reader.skip(tag);
        }
      }
    }

    private void addMessage(ProtoReader link) throws IOException {
      int trace = ByteDictionary.EMPTY;
      int span = ByteDictionary.EMPTY;
      int state = ByteDictionary.EMPTY;
      int droppedAttributes = 0;
      while (link.hasMore()) {
        int tag = link.tag();
        switch (tag) {
          case LinkMessages.TRACE_ID -> trace = intern(link);
          case LinkMessages.SPAN_ID -> span = intern(link);
          case LinkMessages.TRACE_STATE -> state = intern(link);
          case LinkMessages.ATTRIBUTES -> {
            int outer = link.enter();
            addKeyValue(link);
            link.leave(outer);
          }
          case LinkMessages.DROPPED_ATTRIBUTES -> droppedAttributes = link.varint32();
          default -> link.skip(tag);
        }
      }
      builder.endLink(trace, span, state, droppedAttributes);
    }

    private void addKeyValue(ProtoReader pair) throws IOException {
      int key = ByteDictionary.EMPTY;
      int start = 0;
      int end = 0;
      while (pair.hasMore()) {
        int tag = pair.tag();
        switch (tag) {
          case LinkMessages.KEY -> key = intern(pair);
          case LinkMessages.VALUE -> {
            int length = pair.skipBytes();
            end = pair.position();
            start = end - length;
          }
          default -> pair.skip(tag);
        }
      }
      addAnyValue(BlockColumns.Owner.LINK, key, pair.array(), start, end);
    }

    private int intern(ProtoReader reader) throws IOException {
      int length = reader.skipBytes();
      return strings.intern(reader.array(), reader.position() - length, length);
    }
  }

  /// Adds an attribute whose value is a message; one that is malformed stays as it is.
  private void addAnyValue(BlockColumns.Owner owner, int key, byte[] bytes, int from, int to) {
    switch (AnyValues.readScalar(bytes, from, to)) {
      case Value.Str(String text) -> add(owner, key, ValueType.STRING, strings.intern(text));
      case Value.Int(long number) -> add(owner, key, ValueType.INT, number);
      case Value.Float(double number) ->
          add(owner, key, ValueType.DOUBLE, Double.doubleToRawLongBits(number));
      case Value.Bool(boolean bool) -> add(owner, key, ValueType.BOOL, bool ? 1 : 0);
      case Value.Array _, Value.Opaque _, Value.Nil _ -> addOther(owner, key, bytes, from, to);
      case Value.Duration _, Value.Status _, Value.Kind _ -> addOther(owner, key, bytes, from, to);
    }
  }

  /// Adds an attribute of the resource, span and so on that is being put together.
  private void add(BlockColumns.Owner owner, int key, byte type, long value) {
    switch (owner) {
      case RESOURCE -> builder.resourceAttribute(key, type, value);
      case SCOPE -> builder.scopeAttribute(key, type, value);
      case SPAN -> builder.spanAttribute(key, type, value);
      case EVENT -> builder.eventAttribute(key, type, value);
      case LINK -> builder.linkAttribute(key, type, value);
    }
  }

  private void addOther(BlockColumns.Owner owner, int key, byte[] bytes, int from, int to) {
    add(owner, key, ValueType.OTHER, strings.intern(bytes, from, to - from));
  }

  /// The values of an attribute with a column of its own.
  private static final class FixedValues {
    private final ColumnCursor column;
    private final Interner interner;
    private final int key;
    private final boolean emptyIsAbsent;

    /// By owner, where its values start; null when no owner has more than one, so that entries are
    /// owners.
    private final int @Nullable [] starts;

    private int next;

    // Of the owner at which this stands.
    private int first;
    private int end;

    FixedValues(
        ColumnCursor column,
        Interner interner,
        int key,
        boolean emptyIsAbsent,
        int @Nullable [] starts) {
      this.column = column;
      this.interner = interner;
      this.key = key;
      this.emptyIsAbsent = emptyIsAbsent;
      this.starts = starts;
      next = column.firstValue();
    }

    /// Goes to an owner, which follows the one before.
    void move(int owner) {
      if (starts == null) {
        first = next;
        next += column.hasValue(owner) ? 1 : 0;
        end = next;
      } else {
        first = starts[owner];
        end = starts[owner + 1];
      }
    }
  }

  /// The attributes of one kind of owner, from wherever they stand. Owners are added one after the
  /// other, all of them.
  private final class OwnerAttributes {
    private final BlockColumns.Owner kind;
    private final int owners;
    private final @Nullable GenericAttributes generic;
    private final GenericAttributes.@Nullable Scalars scalars;
    private final @Nullable Interner keys;
    private @Nullable Interner texts;
    private final List<FixedValues> fixed = new ArrayList<>();

    OwnerAttributes(BlockColumns.Owner owner) throws IOException {
      this.kind = owner;
      this.owners = window.owners(owner);
      this.generic = owners == 0 ? null : GenericAttributes.of(window, owner);
      this.scalars = generic == null ? null : generic.scalars();
      this.keys = generic == null ? null : interner(generic.keys());
      if (owners == 0) {
        return;
      }
      for (BlockColumns.Fixed column : columns.attributes(owner).fixed()) {
        if (!window.mayHaveValues(column.leaf())) {
          continue;
        }
        ColumnCursor cursor = window.column(column.leaf());
        if (cursor.valueCount() > 0) {
          boolean isOwners =
              cursor.entryCount() == owners && column.leaf().maxRepetition() <= owner.level();
          int[] starts = isOwners ? null : window.starts(cursor, owner.level(), owners);
          int key = strings.intern(column.name());
          Interner interner = interner(cursor);
          fixed.add(new FixedValues(cursor, interner, key, column.emptyIsAbsent(), starts));
        }
      }
    }

    /// How many attributes there are, at most.
    SpanColumnsBuilder.Room room() {
      int attributes = generic == null ? 0 : generic.keys().valueCount();
      for (FixedValues values : fixed) {
        attributes += values.column.valueCount();
      }
      return new SpanColumnsBuilder.Room(owners, attributes);
    }

    void add(int owner) throws IOException {
      if (generic != null && keys != null) {
        for (int i = generic.first(owner); i < generic.end(owner); i++) {
          addGeneric(generic, i, keys.intern(i));
        }
      }
      for (FixedValues values : fixed) {
        values.move(owner);
        if (values.first < values.end) {
          addFixed(values, values.first, values.end);
        }
      }
    }

    private void addGeneric(GenericAttributes from, int attribute, int key) throws IOException {
      byte type = scalars == null ? GenericAttributes.NONE : scalars.type(attribute);
      if (scalars != null && type != GenericAttributes.NONE) {
        ColumnCursor column = scalars.column(type);
        int place = scalars.place(attribute);
        long value = type == ValueType.STRING ? text(column, place) : column.longs()[place];
        TraceAssembler.this.add(kind, key, type, value);
        return;
      }
      if (from.isMessages()) {
        addMessage(from, attribute, key);
      } else if (from.isArray(attribute)) {
        addOther(key, arrayOf(from, attribute));
      } else if (!addScalar(from, attribute, key)) {
        byte[] json = from.json(attribute);
        byte[] message = json == null ? new byte[0] : AnyValueJson.toMessage(json);
        addAnyValue(kind, key, message, 0, message.length);
      }
    }

    private void addMessage(GenericAttributes from, int attribute, int key) throws IOException {
      GenericAttributes.Values messages = from.strings();
      if (messages == null || !messages.has(attribute)) {
        addOther(key, new byte[0]);
        return;
      }
      ByteStrings bytes = messages.column.strings();
      int index = messages.column.id(messages.first(attribute));
      addAnyValue(kind, key, bytes.data(), bytes.start(index), bytes.end(index));
    }

    private boolean addScalar(GenericAttributes from, int attribute, int key) throws IOException {
      GenericAttributes.Values values = from.strings();
      if (values != null && values.has(attribute)) {
        int text = text(values.column, values.first(attribute));
        TraceAssembler.this.add(kind, key, ValueType.STRING, text);
        return true;
      }
      return addNumber(from.ints(), attribute, key, ValueType.INT)
          || addNumber(from.doubles(), attribute, key, ValueType.DOUBLE)
          || addNumber(from.bools(), attribute, key, ValueType.BOOL);
    }

    private int text(ColumnCursor column, int value) {
      Interner interner = texts;
      if (interner == null) {
        interner = interner(column);
        texts = interner;
      }
      return interner.intern(value);
    }

    private boolean addNumber(
        GenericAttributes.@Nullable Values values, int attribute, int key, byte type) {
      if (values == null || !values.has(attribute)) {
        return false;
      }
      TraceAssembler.this.add(kind, key, type, values.column.longs()[values.first(attribute)]);
      return true;
    }

    private byte[] arrayOf(GenericAttributes from, int attribute) throws IOException {
      ProtoWriter message = new ProtoWriter(64);
      int list = message.begin(AnyValues.ARRAY);
      GenericAttributes.Values values = from.strings();
      if (values != null) {
        addStrings(message, values.column, values.first(attribute), values.end(attribute));
      }
      addNumbers(message, from.ints(), attribute, AnyValues.INT);
      addNumbers(message, from.doubles(), attribute, AnyValues.DOUBLE);
      addNumbers(message, from.bools(), attribute, AnyValues.BOOL);
      message.end(list);
      return message.toArray();
    }

    private void addNumbers(
        ProtoWriter list, GenericAttributes.@Nullable Values values, int attribute, int field) {
      if (values != null) {
        addNumbers(list, values.column, values.first(attribute), values.end(attribute), field);
      }
    }

    private void addFixed(FixedValues values, int first, int end) {
      ColumnCursor column = values.column;
      boolean isString = column.leaf().type().isBytes();
      if (end - first > 1) {
        ProtoWriter message = new ProtoWriter(64);
        int list = message.begin(AnyValues.ARRAY);
        if (isString) {
          addStrings(message, column, first, end);
        } else {
          addNumbers(message, column, first, end, AnyValues.INT);
        }
        message.end(list);
        addOther(values.key, message.toArray());
      } else if (!isString) {
        TraceAssembler.this.add(kind, values.key, ValueType.INT, column.longs()[first]);
      } else if (!values.emptyIsAbsent || column.strings().length(column.id(first)) > 0) {
        TraceAssembler.this.add(kind, values.key, ValueType.STRING, values.interner.intern(first));
      }
    }

    private void addOther(int key, byte[] message) {
      TraceAssembler.this.add(
          kind, key, ValueType.OTHER, strings.intern(message, 0, message.length));
    }

    private static void addStrings(ProtoWriter list, ColumnCursor column, int first, int end) {
      ByteStrings from = column.strings();
      for (int i = first; i < end; i++) {
        int id = column.id(i);
        int element = list.begin(AnyValues.VALUES);
        list.bytes(AnyValues.STRING, from.data(), from.start(id), from.length(id));
        list.end(element);
      }
    }

    private static void addNumbers(
        ProtoWriter list, ColumnCursor column, int first, int end, int field) {
      for (int i = first; i < end; i++) {
        long value = column.longs()[i];
        int element = list.begin(AnyValues.VALUES);
        if (field == AnyValues.DOUBLE) {
          list.fixed64(field, value);
        } else {
          list.varint(field, value);
        }
        list.end(element);
      }
    }
  }
}
