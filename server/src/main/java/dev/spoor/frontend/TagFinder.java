package dev.spoor.frontend;

import dev.spoor.contract.Progress;
import dev.spoor.contract.TagLimits;
import dev.spoor.contract.TagNames;
import dev.spoor.contract.TagNamesLookup;
import dev.spoor.contract.TagValues;
import dev.spoor.contract.TagValuesLookup;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ValueText;
import dev.spoor.traceql.fetch.AttributeCatalog;
import dev.spoor.traceql.fetch.AttributeSource;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.FetchCost;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.fetch.SpanSource;
import dev.spoor.traceql.query.CompiledQuery;
import dev.spoor.traceql.query.DistinctValues;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Lists the names of attributes, and the values of fields, in all sources.
final class TagFinder {

  static final Comparator<Value> BY_TEXT =
      Comparator.comparing(ValueText::plain).thenComparing(ValueText::literal);

  private final StoredBlocks stored;

  TagFinder(StoredBlocks stored) {
    this.stored = stored;
  }

  TagNames names(QueryRun query, TagNamesLookup lookup, Progress<TagNames> progress)
      throws InterruptedException {
    Run<Field.Attribute> run =
        new Run<>(
            query,
            request(lookup.filter(), lookup.fromNanos(), lookup.toNanos(), Set.of()),
            lookup.filter(),
            new NameLook(lookup),
            new Found<>(lookup.limits(), Field.Attribute::name, Field.Attribute::scope));
    Supplier<TagNames> answer =
        () -> new TagNames(byScope(run.entries()), query.partial(), query.cost());
    query.watched(() -> progress.advanced(answer));
    run.scan(SearchSource.all(query, stored));
    return answer.get();
  }

  private static Map<Scope, List<String>> byScope(Set<Field.Attribute> found) {
    Map<Scope, List<String>> names = new EnumMap<>(Scope.class);
    for (Field.Attribute attribute : found) {
      names.computeIfAbsent(attribute.scope(), _ -> new ArrayList<>()).add(attribute.name());
    }
    names.values().forEach(list -> list.sort(null));
    return names;
  }

  private static Set<Field.Attribute> names(SpanBatch batch, List<Scope> scopes, OrdinalSet spans)
      throws IOException {
    if (!(batch instanceof AttributeCatalog catalog)) {
      throw new IOException("a source does not tell the names of attributes");
    }
    Set<Field.Attribute> names = new HashSet<>();
    for (Scope scope : scopes) {
      for (String name : catalog.attributeNames(scope, spans)) {
        names.add(new Field.Attribute(scope, name));
      }
    }
    return names;
  }

  TagValues values(QueryRun query, TagValuesLookup lookup, Progress<TagValues> progress)
      throws InterruptedException {
    List<BlockMeta> read = newest(query.blocks(), lookup.limits().blocks());
    if (read.size() < query.blocks().size()) {
      query.readsOnly(read, "only the newest %d blocks were read".formatted(read.size()));
    }
    Set<Field> fields = Set.copyOf(lookup.fields());
    Run<Value> run =
        new Run<>(
            query,
            request(lookup.filter(), lookup.fromNanos(), lookup.toNanos(), fields),
            lookup.filter(),
            new ValueLook(lookup, fields),
            new Found<>(lookup.limits(), ValueText::plain, _ -> ""));
    Supplier<TagValues> answer =
        () ->
            new TagValues(
                run.entries().stream().sorted(BY_TEXT).toList(), query.partial(), query.cost());
    query.watched(() -> progress.advanced(answer));
    run.scan(SearchSource.all(query, stored));
    return answer.get();
  }

  private static Set<Value> values(SpanBatch batch, Set<Field> fields, OrdinalSet spans)
      throws IOException {
    Set<Value> values = new HashSet<>();
    for (Field field : fields) {
      values.addAll(DistinctValues.of(batch, field, spans));
    }
    return values;
  }

  private static List<BlockMeta> newest(List<BlockMeta> blocks, int limit) {
    if (limit == 0 || blocks.size() <= limit) {
      return blocks;
    }
    return blocks.stream()
        .sorted(Comparator.comparing(BlockMeta::endTime).reversed())
        .limit(limit)
        .collect(Collectors.toList());
  }

  private static FetchRequest request(
      Optional<CompiledQuery> filter, long from, long to, Set<Field> columns) {
    return filter
        .map(query -> query.request(from, to))
        .orElseGet(() -> new FetchRequest(List.of(), true, false, from, to, columns));
  }

  /// Takes what it looks for out of some spans of a batch.
  private interface Look<T> {
    Set<T> at(SpanBatch batch, OrdinalSet spans) throws IOException;

    /// Takes it out of a whole source; empty when its spans have to be looked at.
    Optional<AttributeSource.Found<T>> in(AttributeSource source) throws IOException;
  }

  private record NameLook(TagNamesLookup lookup) implements Look<Field.Attribute> {
    @Override
    public Set<Field.Attribute> at(SpanBatch batch, OrdinalSet spans) throws IOException {
      return names(batch, lookup.scopes(), spans);
    }

    @Override
    public Optional<AttributeSource.Found<Field.Attribute>> in(AttributeSource source)
        throws IOException {
      Set<Field.Attribute> names = new HashSet<>();
      FetchCost cost = FetchCost.NONE;
      for (Scope scope : lookup.scopes()) {
        Optional<AttributeSource.Found<String>> found =
            source.attributeNames(scope, lookup.fromNanos(), lookup.toNanos());
        if (found.isEmpty()) {
          return Optional.empty();
        }
        found.get().entries().forEach(name -> names.add(new Field.Attribute(scope, name)));
        cost = cost.plus(found.get().cost());
      }
      return Optional.of(new AttributeSource.Found<>(names, cost));
    }
  }

  private record ValueLook(TagValuesLookup lookup, Set<Field> fields) implements Look<Value> {
    @Override
    public Set<Value> at(SpanBatch batch, OrdinalSet spans) throws IOException {
      return values(batch, fields, spans);
    }

    @Override
    public Optional<AttributeSource.Found<Value>> in(AttributeSource source) throws IOException {
      Set<Value> values = new HashSet<>();
      FetchCost cost = FetchCost.NONE;
      for (Field field : fields) {
        Optional<AttributeSource.Found<Value>> found =
            source.distinctValues(field, lookup.fromNanos(), lookup.toNanos());
        if (found.isEmpty()) {
          return Optional.empty();
        }
        values.addAll(found.get().entries());
        cost = cost.plus(found.get().cost());
      }
      return Optional.of(new AttributeSource.Found<>(values, cost));
    }
  }

  /// One look-up while it runs.
  private static final class Run<T> {

    private final QueryRun query;
    private final FetchRequest request;
    private final Optional<CompiledQuery> filter;
    private final Look<T> look;

    /// Guarded by itself.
    private final Found<T> found;

    Run(
        QueryRun query,
        FetchRequest request,
        Optional<CompiledQuery> filter,
        Look<T> look,
        Found<T> found) {
      this.query = query;
      this.request = request;
      this.filter = filter;
      this.look = look;
      this.found = found;
      query.planned(
          PlanText.of(filter.map(CompiledQuery::toString).orElse(""), request, Optional.empty()));
    }

    void scan(List<SearchSource> sources) throws InterruptedException {
      if (filter.isPresent() && filter.get().matchesNothing()) {
        return;
      }
      List<Job> jobs = new ArrayList<>();
      for (SearchSource source : sources) {
        jobs.add(new Job(source.name(), job -> look(source, job)));
      }
      query.scan("look for names and values", jobs);
    }

    private void look(SearchSource source, JobRun job) throws IOException {
      SpanSource opened = source.opener().open();
      if (filter.isEmpty() && opened instanceof AttributeSource attributes) {
        Optional<AttributeSource.Found<T>> told = look.in(attributes);
        if (told.isPresent()) {
          job.add(told.get().cost());
          synchronized (found) {
            looked(query.wantsMore() && found.addAll(told.get().entries()));
          }
          return;
        }
      }
      boolean anyNew = false;
      BatchCursor cursor = job.fetch(opened, request);
      SpanBatch batch = cursor.next();
      while (batch != null) {
        job.budget().check();
        OrdinalSet spans =
            filter.isPresent() ? filter.get().matching(batch) : OrdinalSet.all(batch.spanCount());
        Set<T> here = spans.isEmpty() ? Set.of() : look.at(batch, spans);
        synchronized (found) {
          anyNew |= query.wantsMore() && found.addAll(here);
        }
        batch = cursor.next();
      }
      synchronized (found) {
        looked(anyNew);
      }
    }

    Set<T> entries() {
      synchronized (found) {
        return Set.copyOf(found.entries);
      }
    }

    private void looked(boolean anyNew) {
      found.looked(anyNew);
      if (found.full) {
        query.partial(cutOff(found.limits));
      }
      if (found.isEnough()) {
        query.enough();
      }
    }
  }

  /// Why an answer is not all there is. That it is not more than the request asks for, is not told.
  static String cutOff(TagLimits limits) {
    return "names and values of more than %d bytes (max_bytes_per_tag_values_query) are left out"
        .formatted(limits.bytes());
  }

  /// What was found so far, within the limits.
  private static final class Found<T> {

    private final TagLimits limits;
    private final Function<T, String> text;
    private final Function<T, Object> group;
    private final Set<T> entries = new HashSet<>();
    private final Map<Object, Integer> counts = new HashMap<>();
    private long bytes;
    private int stale;
    private boolean full;

    /// @param group entries are counted by it
    Found(TagLimits limits, Function<T, String> text, Function<T, Object> group) {
      this.limits = limits;
      this.text = text;
      this.group = group;
    }

    /// Whether something was new.
    boolean addAll(Set<T> more) {
      boolean anyNew = false;
      for (T entry : more) {
        if (!entries.contains(entry)) {
          anyNew |= add(entry);
        }
      }
      return anyNew;
    }

    private boolean add(T entry) {
      int count = counts.getOrDefault(group.apply(entry), 0);
      if (limits.entries() > 0 && count >= limits.entries()) {
        return false;
      }
      long size = text.apply(entry).length();
      if (limits.bytes() > 0 && bytes + size > limits.bytes()) {
        full = true;
        return false;
      }
      bytes += size;
      counts.put(group.apply(entry), count + 1);
      return entries.add(entry);
    }

    void looked(boolean anyNew) {
      stale = anyNew ? 0 : stale + 1;
    }

    boolean isEnough() {
      return full || (limits.staleSources() > 0 && stale >= limits.staleSources());
    }
  }
}
