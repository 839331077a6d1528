package dev.spoor.api;

import dev.spoor.wire.query.QueryInstantResponse;
import dev.spoor.wire.query.QueryInstantResponse.InstantSeries;
import dev.spoor.wire.query.QueryRangeResponse;
import dev.spoor.wire.query.SearchResponse;
import dev.spoor.wire.query.TagValuesResponse;
import dev.spoor.wire.query.TagValuesV2Response;
import dev.spoor.wire.query.TagValuesV2Response.TagValue;
import dev.spoor.wire.query.TagsResponse;
import dev.spoor.wire.query.TagsV2Response;
import dev.spoor.wire.query.TimeSeries;
import dev.spoor.wire.query.TraceSearchMetadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Of what the answers are lists.
final class Forms {

  static final StreamedMessages.Form<SearchResponse, TraceSearchMetadata> TRACES =
      new ListForm<>(
          SearchResponse::traces,
          TraceSearchMetadata::traceId,
          (answer, traces) -> new SearchResponse(traces, answer.metrics()));

  static final StreamedMessages.Form<TagsResponse, String> NAMES =
      new ListForm<>(
          TagsResponse::tagNames,
          name -> name,
          (answer, names) -> new TagsResponse(names, answer.metrics()));

  static final StreamedMessages.Form<TagsV2Response, ScopedName> SCOPED_NAMES =
      new ListForm<>(
          Forms::scopedNames,
          name -> name,
          (answer, names) -> new TagsV2Response(byScope(names), answer.metrics()));

  static final StreamedMessages.Form<TagValuesResponse, String> VALUES =
      new ListForm<>(
          TagValuesResponse::tagValues,
          value -> value,
          (answer, values) -> new TagValuesResponse(values, answer.metrics()));

  static final StreamedMessages.Form<TagValuesV2Response, TagValue> TYPED_VALUES =
      new ListForm<>(
          TagValuesV2Response::tagValues,
          value -> value,
          (answer, values) -> new TagValuesV2Response(values, answer.metrics()));

  static final StreamedMessages.Form<QueryRangeResponse, TimeSeries> SERIES =
      new ListForm<>(
          QueryRangeResponse::series,
          TimeSeries::labels,
          (answer, series) -> new QueryRangeResponse(series, answer.metrics(), answer.partial()));

  static final StreamedMessages.Form<QueryInstantResponse, InstantSeries> INSTANT_SERIES =
      new ListForm<>(
          QueryInstantResponse::series,
          InstantSeries::labels,
          (answer, series) -> new QueryInstantResponse(series, answer.metrics(), answer.partial()));

  private Forms() {}

  private record ListForm<A, E>(
      Function<A, List<E>> all, Function<E, Object> name, BiFunction<A, List<E>, A> other)
      implements StreamedMessages.Form<A, E> {

    @Override
    public List<E> elements(A answer) {
      return all.apply(answer);
    }

    @Override
    public Object key(E element) {
      return name.apply(element);
    }

    @Override
    public A with(A answer, List<E> elements) {
      return other.apply(answer, elements);
    }
  }

  record ScopedName(String scope, String name) {}

  private static List<ScopedName> scopedNames(TagsV2Response answer) {
    List<ScopedName> names = new ArrayList<>();
    for (TagsV2Response.Scope scope : answer.scopes()) {
      scope.tags().forEach(name -> names.add(new ScopedName(scope.name(), name)));
    }
    return names;
  }

  private static List<TagsV2Response.Scope> byScope(List<ScopedName> names) {
    Map<String, List<String>> scopes = new LinkedHashMap<>();
    for (ScopedName name : names) {
      scopes.computeIfAbsent(name.scope(), _ -> new ArrayList<>()).add(name.name());
    }
    List<TagsV2Response.Scope> all = new ArrayList<>();
    scopes.forEach((scope, tags) -> all.add(new TagsV2Response.Scope(scope, tags)));
    return all;
  }
}
