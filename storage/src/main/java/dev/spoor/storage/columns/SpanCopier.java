package dev.spoor.storage.columns;

import dev.spoor.model.TraceId;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Copies spans of several batches into one new batch, trace after trace in ascending order of
/// trace ids.
///
/// Pieces of one trace are added one after the other; a span that came already (same trace id, span
/// id and kind) is left out, the first one stays. Strings, resources and scopes are numbered anew,
/// by content: what no copied span needs is left behind, and equal ones of different batches share
/// a number.
///
/// Adding only notes what to copy; [#build] copies column after column. Until then the copier holds
/// on to the batches. It may be used again: then it keeps its memory, and holds on to the batches
/// of the last result. One thread at a time.
public final class SpanCopier {

  /// Numbers start anew long before they pass the range of `int`.
  private static final int MAX_BASE = 1 << 29;

  private static final long MAX_CONTENT_BYTES = 4 << 20;

  private final int maxBase;
  private final long maxContentBytes;

  private final IdentityHashMap<SpanColumns, Source> sources = new IdentityHashMap<>();
  private final ByteDictionary.Builder strings = new ByteDictionary.Builder();
  private OwnerTable resources = new OwnerTable(1);
  private OwnerTable scopes = new OwnerTable(3);

  /// Null before the second result, and when they grew too large.
  private @Nullable Contents resourceContents;

  private @Nullable Contents scopeContents;
  private final SpanKeySet seen = new SpanKeySet();

  /// A result was built of what is here; the next span begins anew.
  private boolean isBuilt;

  // What sources remember of earlier results is not above these.
  private int stringBase;
  private int resourceBase;
  private int scopeBase;

  private Source[] runSources = new Source[64];
  private int[] runFirsts = new int[64];
  private int[] runEnds = new int[64];
  private int runs;

  private long[] idHighs = new long[64];
  private long[] idLows = new long[64];
  private int[] firstSpans = new int[65];
  private int traces;
  private int spans;
  private long repeated;

  public SpanCopier() {
    this(MAX_BASE, MAX_CONTENT_BYTES);
  }

  /// @param maxBase strings, or resources or scopes, of several results before numbers start anew
  /// @param maxContentBytes of resources or scopes that are known by content, likewise
  SpanCopier(int maxBase, long maxContentBytes) {
    this.maxBase = maxBase;
    this.maxContentBytes = maxContentBytes;
  }

  /// Adds the spans of a trace of `batch`.
  ///
  /// @throws IllegalArgumentException when a trace with a greater id was added before
  public void add(SpanColumns batch, int trace) {
    beginTrace(batch.traceIdHighs[trace], batch.traceIdLows[trace]);
    Source source = sourceOf(batch);
    int end = batch.firstSpans[trace + 1];
    int first = batch.firstSpans[trace];
    for (int span = first; span < end; span++) {
      if (!seen.add(batch.spanIds[span], batch.kinds[span])) {
        addRun(source, first, span);
        first = span + 1;
        repeated++;
      }
    }
    addRun(source, first, end);
    firstSpans[traces] = spans;
  }

  /// Adds the spans `[first, end)` of `batch`, which belong to one trace and were not added before.
  void addRange(SpanColumns batch, int trace, int first, int end) {
    beginTrace(batch.traceIdHighs[trace], batch.traceIdLows[trace]);
    addRun(sourceOf(batch), first, end);
    firstSpans[traces] = spans;
  }

  private Source sourceOf(SpanColumns batch) {
    Source source = sources.get(batch);
    if (source == null) {
      source = new Source(batch, stringIds(batch.strings));
      sources.put(batch, source);
    }
    source.isUsed = true;
    return source;
  }

  /// Batches that go on with the same strings share what is remembered of these, since in each of
  /// them all strings of a row group are.
  private int[] stringIds(ByteDictionary strings) {
    if (!strings.isView()) {
      return new int[strings.size()];
    }
    int[] known = {};
    for (Source source : sources.values()) {
      if (strings.continues(source.columns.strings) && source.stringIds.length > known.length) {
        known = source.stringIds;
      }
    }
    // With room for the strings of later batches.
    return known.length >= strings.size()
        ? known
        : Arrays.copyOf(known, Math.max(strings.size(), known.length + known.length / 8));
  }

  /// Looks at spans that were added.
  public interface Runs {
    /// @param first of the spans that stand one after the other in the batch
    /// @param end behind the last of them
    void take(SpanColumns batch, int first, int end);
  }

  /// Shows what was added and not yet built, for somebody who needs no batch of it.
  public void forEachRun(Runs taker) {
    for (int run = 0; run < runs; run++) {
      taker.take(runSources[run].columns, runFirsts[run], runEnds[run]);
    }
  }

  /// Lets go of all batches; what was added and not yet built is gone.
  public void clear() {
    forgetRuns();
    sources.clear();
  }

  private void forgetRuns() {
    Arrays.fill(runSources, 0, runs, null);
    runs = 0;
    traces = 0;
    spans = 0;
  }

  /// The id of the trace that was added first.
  ///
  /// @throws IllegalStateException when nothing was added
  public TraceId firstTrace() {
    if (traces == 0) {
      throw new IllegalStateException("nothing was added");
    }
    return new TraceId(idHighs[0], idLows[0]);
  }

  /// Spans added so far, without those left out.
  public int spanCount() {
    return spans;
  }

  /// Spans left out because they were there already, in all results.
  public long repeatedSpans() {
    return repeated;
  }

  private void beginTrace(long idHigh, long idLow) {
    if (isBuilt) {
      beginAgain();
    }
    if (traces > 0) {
      int order = TraceId.compare(idHigh, idLow, idHighs[traces - 1], idLows[traces - 1]);
      if (order == 0) {
        return;
      }
      if (order < 0) {
        throw new IllegalArgumentException(
            "trace %s after %s"
                .formatted(
                    new TraceId(idHigh, idLow),
                    new TraceId(idHighs[traces - 1], idLows[traces - 1])));
      }
    }
    if (traces == idHighs.length) {
      idHighs = Arrays.copyOf(idHighs, traces * 2);
      idLows = Arrays.copyOf(idLows, traces * 2);
      firstSpans = Arrays.copyOf(firstSpans, traces * 2 + 1);
    }
    idHighs[traces] = idHigh;
    idLows[traces] = idLow;
    traces++;
    seen.clear();
  }

  private Contents resourceContents() {
    Contents contents = resourceContents;
    if (contents == null) {
      contents = new Contents(1);
      resourceContents = contents;
    }
    return contents;
  }

  private Contents scopeContents() {
    Contents contents = scopeContents;
    if (contents == null) {
      contents = new Contents(3);
      scopeContents = contents;
    }
    return contents;
  }

  private void addRun(Source source, int first, int end) {
    if (first == end) {
      return;
    }
    spans += end - first;
    if (runs > 0 && runSources[runs - 1] == source && runEnds[runs - 1] == first) {
      runEnds[runs - 1] = end;
      return;
    }
    if (runs == runSources.length) {
      runSources = Arrays.copyOf(runSources, runs * 2);
      runFirsts = Arrays.copyOf(runFirsts, runs * 2);
      runEnds = Arrays.copyOf(runEnds, runs * 2);
    }
    runSources[runs] = source;
    runFirsts[runs] = first;
    runEnds[runs] = end;
    runs++;
  }

  /// The batch. The next span that is added begins another one.
  public SpanColumns build() {
    if (isBuilt) {
      beginAgain();
    }
    SpanColumns.Parts to = new SpanColumns.Parts();
    to.traceIdHighs = Arrays.copyOf(idHighs, traces);
    to.traceIdLows = Arrays.copyOf(idLows, traces);
    to.firstSpans = Arrays.copyOf(firstSpans, traces + 1);
    copySpans(to);
    copyEvents(to);
    copyLinks(to);
    to.resourceDroppedAttributes = resources.column(0);
    to.resourceAttributes = resources.lists().build();
    to.scopeNames = scopes.column(0);
    to.scopeVersions = scopes.column(1);
    to.scopeDroppedAttributes = scopes.column(2);
    to.scopeAttributes = scopes.lists().build();
    to.strings = strings.build();
    forgetRuns();
    isBuilt = true;
    return new SpanColumns(to);
  }

  private void beginAgain() {
    isBuilt = false;
    stringBase += strings.size();
    resourceBase += resources.size();
    scopeBase += scopes.size();
    strings.clear();
    resources = new OwnerTable(1);
    scopes = new OwnerTable(3);
    sources.values().removeIf(source -> !source.isUsed);
    sources.values().forEach(source -> source.isUsed = false);
    boolean isFull = isFull(resourceContents) || isFull(scopeContents);
    if (isFull || Math.max(stringBase, Math.max(resourceBase, scopeBase)) > maxBase) {
      sources.clear();
      resourceContents = null;
      scopeContents = null;
      stringBase = 0;
      resourceBase = 0;
      scopeBase = 0;
    }
  }

  private boolean isFull(@Nullable Contents contents) {
    return contents != null && contents.bytes() > maxContentBytes;
  }

  /// Resources (or scopes) of all sources, numbered by content: one that several sources have is
  /// looked at once for each of them, and not once more for each result.
  private static final class Contents {

    private final ByteDictionary.Builder strings = new ByteDictionary.Builder();
    private final OwnerTable table;

    /// By number here: the number in the result, kept like those of a source.
    private int[] inResult = new int[16];

    Contents(int width) {
      table = new OwnerTable(width);
    }

    long bytes() {
      return Math.max(strings.dataBytes(), table.lists().entries() * 16L);
    }

    int numberOf(SpanColumns of, AttributeLists lists, int owner, int... ownNumbers) {
      for (int entry = lists.first(owner); entry < lists.end(owner); entry++) {
        byte type = lists.type(entry);
        long value = lists.value(entry);
        table
            .lists()
            .add(
                string(of, lists.key(entry)),
                type,
                ValueType.isString(type) ? string(of, (int) value) : value);
      }
      int number = table.end(ownNumbers);
      if (number >= inResult.length) {
        inResult = Arrays.copyOf(inResult, 2 * number);
      }
      return number;
    }

    int string(SpanColumns of, int id) {
      ByteDictionary from = of.strings;
      return strings.intern(from.data(), from.start(id), from.length(id));
    }
  }

  private void copySpans(SpanColumns.Parts to) {
    to.spanIds = new long[spans];
    to.parentSpanIds = new long[spans];
    to.spanFlags = new byte[spans];
    to.startNanos = new long[spans];
    to.endNanos = new long[spans];
    to.names = new int[spans];
    to.kinds = new byte[spans];
    to.statusCodes = new byte[spans];
    to.statusMessages = new int[spans];
    to.traceStates = new int[spans];
    to.droppedAttributes = new int[spans];
    to.droppedEvents = new int[spans];
    to.droppedLinks = new int[spans];
    to.resources = new int[spans];
    to.scopes = new int[spans];
    ListCopy attributes = new ListCopy(spans, entries(Kind.SPAN));
    int at = 0;
    for (int run = 0; run < runs; run++) {
      Source source = runSources[run];
      SpanColumns from = source.columns;
      int first = runFirsts[run];
      int count = runEnds[run] - first;
      System.arraycopy(from.spanIds, first, to.spanIds, at, count);
      System.arraycopy(from.parentSpanIds, first, to.parentSpanIds, at, count);
      System.arraycopy(from.spanFlags, first, to.spanFlags, at, count);
      System.arraycopy(from.startNanos, first, to.startNanos, at, count);
      System.arraycopy(from.endNanos, first, to.endNanos, at, count);
      System.arraycopy(from.kinds, first, to.kinds, at, count);
      System.arraycopy(from.statusCodes, first, to.statusCodes, at, count);
      System.arraycopy(from.droppedAttributes, first, to.droppedAttributes, at, count);
      System.arraycopy(from.droppedEvents, first, to.droppedEvents, at, count);
      System.arraycopy(from.droppedLinks, first, to.droppedLinks, at, count);
      source.copyStrings(from.names, first, to.names, at, count);
      source.copyStrings(from.statusMessages, first, to.statusMessages, at, count);
      source.copyStrings(from.traceStates, first, to.traceStates, at, count);
      for (int i = 0; i < count; i++) {
        to.resources[at + i] = source.resource(from.resources[first + i]);
        to.scopes[at + i] = source.scope(from.scopes[first + i]);
      }
      attributes.copy(source, from.spanAttributes, first, first + count);
      at += count;
    }
    to.spanAttributes = attributes.build();
  }

  private void copyEvents(SpanColumns.Parts to) {
    int events = 0;
    for (int run = 0; run < runs; run++) {
      int[] starts = runSources[run].columns.firstEvents;
      events += starts[runEnds[run]] - starts[runFirsts[run]];
    }
    to.firstEvents = new int[spans + 1];
    to.eventTimes = new long[events];
    to.eventNames = new int[events];
    to.eventDroppedAttributes = new int[events];
    if (events == 0) {
      to.eventAttributes = AttributeLists.NONE;
      return;
    }
    ListCopy attributes = new ListCopy(events, entries(Kind.EVENT));
    int span = 0;
    int at = 0;
    for (int run = 0; run < runs; run++) {
      Source source = runSources[run];
      SpanColumns from = source.columns;
      int first = from.firstEvents[runFirsts[run]];
      int count = from.firstEvents[runEnds[run]] - first;
      for (int i = runFirsts[run]; i < runEnds[run]; i++) {
        to.firstEvents[++span] = from.firstEvents[i + 1] - first + at;
      }
      if (count > 0) {
        System.arraycopy(from.eventTimes, first, to.eventTimes, at, count);
        System.arraycopy(from.eventDroppedAttributes, first, to.eventDroppedAttributes, at, count);
        source.copyStrings(from.eventNames, first, to.eventNames, at, count);
        attributes.copy(source, from.eventAttributes, first, first + count);
        at += count;
      }
    }
    to.eventAttributes = attributes.build();
  }

  private void copyLinks(SpanColumns.Parts to) {
    int links = 0;
    for (int run = 0; run < runs; run++) {
      int[] starts = runSources[run].columns.firstLinks;
      links += starts[runEnds[run]] - starts[runFirsts[run]];
    }
    to.firstLinks = new int[spans + 1];
    to.linkTraceIds = new int[links];
    to.linkSpanIds = new int[links];
    to.linkTraceStates = new int[links];
    to.linkDroppedAttributes = new int[links];
    if (links == 0) {
      to.linkAttributes = AttributeLists.NONE;
      return;
    }
    ListCopy attributes = new ListCopy(links, entries(Kind.LINK));
    int span = 0;
    int at = 0;
    for (int run = 0; run < runs; run++) {
      Source source = runSources[run];
      SpanColumns from = source.columns;
      int first = from.firstLinks[runFirsts[run]];
      int count = from.firstLinks[runEnds[run]] - first;
      for (int i = runFirsts[run]; i < runEnds[run]; i++) {
        to.firstLinks[++span] = from.firstLinks[i + 1] - first + at;
      }
      if (count > 0) {
        source.copyStrings(from.linkTraceIds, first, to.linkTraceIds, at, count);
        source.copyStrings(from.linkSpanIds, first, to.linkSpanIds, at, count);
        source.copyStrings(from.linkTraceStates, first, to.linkTraceStates, at, count);
        System.arraycopy(from.linkDroppedAttributes, first, to.linkDroppedAttributes, at, count);
        attributes.copy(source, from.linkAttributes, first, first + count);
        at += count;
      }
    }
    to.linkAttributes = attributes.build();
  }

  private enum Kind {
    SPAN,
    EVENT,
    LINK
  }

  /// The attributes that the runs have together.
  private int entries(Kind kind) {
    long total = 0;
    for (int run = 0; run < runs; run++) {
      SpanColumns from = runSources[run].columns;
      int first = runFirsts[run];
      int end = runEnds[run];
      total +=
          switch (kind) {
            case SPAN -> from.spanAttributes.first(end) - from.spanAttributes.first(first);
            case EVENT ->
                from.eventAttributes.first(from.firstEvents[end])
                    - from.eventAttributes.first(from.firstEvents[first]);
            case LINK ->
                from.linkAttributes.first(from.firstLinks[end])
                    - from.linkAttributes.first(from.firstLinks[first]);
          };
    }
    return Math.toIntExact(total);
  }

  /// A batch that is copied from, and the new numbers of what it has. Numbers are kept plus one and
  /// plus the base of this result, so that what is not above the base is one not given yet.
  private final class Source {

    private final SpanColumns columns;

    /// By string; shared with batches that have the same strings.
    private final int[] stringIds;

    private final int[] resourceIds;
    private final int[] scopeIds;

    /// Numbers in the contents, plus one; 0 is one not looked up yet.
    private final int[] resourceNumbers;

    private final int[] scopeNumbers;
    private boolean isUsed;

    Source(SpanColumns columns, int[] stringIds) {
      this.columns = Objects.requireNonNull(columns);
      this.stringIds = stringIds;
      this.resourceIds = new int[columns.resourceCount()];
      this.scopeIds = new int[columns.scopeCount()];
      this.resourceNumbers = new int[columns.resourceCount()];
      this.scopeNumbers = new int[columns.scopeCount()];
    }

    int string(int id) {
      int known = stringIds[id] - stringBase;
      return known > 0 ? known - 1 : intern(id);
    }

    private int intern(int id) {
      ByteDictionary from = columns.strings;
      int number = strings.intern(from.data(), from.start(id), from.length(id));
      stringIds[id] = stringBase + number + 1;
      return number;
    }

    void copyStrings(int[] from, int first, int[] to, int at, int count) {
      for (int i = 0; i < count; i++) {
        to[at + i] = string(from[first + i]);
      }
    }

    int resource(int resource) {
      int known = resourceIds[resource] - resourceBase;
      if (known > 0) {
        return known - 1;
      }
      int number = stringBase == 0 ? newResource(resource) : sharedResource(resource);
      resourceIds[resource] = resourceBase + number + 1;
      return number;
    }

    private int sharedResource(int resource) {
      Contents contents = resourceContents();
      if (resourceNumbers[resource] == 0) {
        int content =
            contents.numberOf(
                columns,
                columns.resourceAttributes,
                resource,
                columns.resourceDroppedAttributes[resource]);
        resourceNumbers[resource] = content + 1;
      }
      int content = resourceNumbers[resource] - 1;
      int known = contents.inResult[content] - resourceBase;
      if (known > 0) {
        return known - 1;
      }
      int number = newResource(resource);
      contents.inResult[content] = resourceBase + number + 1;
      return number;
    }

    private int newResource(int resource) {
      addTo(resources.lists(), columns.resourceAttributes, resource);
      return resources.end(columns.resourceDroppedAttributes[resource]);
    }

    int scope(int scope) {
      int known = scopeIds[scope] - scopeBase;
      if (known > 0) {
        return known - 1;
      }
      int number = stringBase == 0 ? newScope(scope) : sharedScope(scope);
      scopeIds[scope] = scopeBase + number + 1;
      return number;
    }

    private int sharedScope(int scope) {
      Contents contents = scopeContents();
      if (scopeNumbers[scope] == 0) {
        int content =
            contents.numberOf(
                columns,
                columns.scopeAttributes,
                scope,
                contents.string(columns, columns.scopeNames[scope]),
                contents.string(columns, columns.scopeVersions[scope]),
                columns.scopeDroppedAttributes[scope]);
        scopeNumbers[scope] = content + 1;
      }
      int content = scopeNumbers[scope] - 1;
      int known = contents.inResult[content] - scopeBase;
      if (known > 0) {
        return known - 1;
      }
      int number = newScope(scope);
      contents.inResult[content] = scopeBase + number + 1;
      return number;
    }

    private int newScope(int scope) {
      addTo(scopes.lists(), columns.scopeAttributes, scope);
      return scopes.end(
          string(columns.scopeNames[scope]),
          string(columns.scopeVersions[scope]),
          columns.scopeDroppedAttributes[scope]);
    }

    private void addTo(AttributeListsBuilder lists, AttributeLists from, int owner) {
      for (int entry = from.first(owner); entry < from.end(owner); entry++) {
        byte type = from.type(entry);
        lists.add(string(from.key(entry)), type, value(type, from.value(entry)));
      }
    }

    long value(byte type, long value) {
      return ValueType.isString(type) ? string((int) value) : value;
    }
  }

  /// Attribute lists being copied into arrays that have their final length.
  private static final class ListCopy {

    private final int[] starts;
    private final int[] keys;
    private final byte[] types;
    private final long[] values;
    private int owners;
    private int entries;

    ListCopy(int owners, int entries) {
      starts = new int[owners + 1];
      keys = new int[entries];
      types = new byte[entries];
      values = new long[entries];
    }

    void copy(Source source, AttributeLists from, int firstOwner, int endOwner) {
      int[] fromStarts = from.starts();
      int first = fromStarts[firstOwner];
      int end = fromStarts[endOwner];
      int shift = entries - first;
      for (int owner = firstOwner; owner < endOwner; owner++) {
        starts[++owners] = fromStarts[owner + 1] + shift;
      }
      int[] fromKeys = from.keys();
      byte[] fromTypes = from.types();
      long[] fromValues = from.values();
      System.arraycopy(fromTypes, first, types, entries, end - first);
      for (int i = first; i < end; i++) {
        keys[i + shift] = source.string(fromKeys[i]);
        values[i + shift] = source.value(fromTypes[i], fromValues[i]);
      }
      entries += end - first;
    }

    AttributeLists build() {
      return new AttributeLists(starts, keys, types, values);
    }
  }
}
