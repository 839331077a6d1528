package dev.spoor.api;

import dev.spoor.contract.Progress;
import dev.spoor.contract.QueryCost;
import dev.spoor.contract.TagLimits;
import dev.spoor.contract.TagNames;
import dev.spoor.contract.TagNamesLookup;
import dev.spoor.contract.TagValues;
import dev.spoor.contract.TagValuesLookup;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Request;
import dev.spoor.listener.Response;
import dev.spoor.model.Tenants;
import dev.spoor.overrides.ReadLimits;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ValueText;
import dev.spoor.traceql.query.AutocompleteFilter;
import dev.spoor.traceql.query.TraceQl;
import dev.spoor.wire.query.MetadataMetrics;
import dev.spoor.wire.query.TagValuesResponse;
import dev.spoor.wire.query.TagValuesV2Response;
import dev.spoor.wire.query.TagsResponse;
import dev.spoor.wire.query.TagsV2Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Names of attributes and values of fields, for those who write queries: `/api/search/tags`,
/// `/api/search/tag/{name}/values` and their second versions.
public final class TagsApi {

  /// In the order of the answer.
  private static final List<Scope> SCOPES =
      List.of(Scope.RESOURCE, Scope.SPAN, Scope.EVENT, Scope.LINK, Scope.INSTRUMENTATION);

  private static final String INTRINSIC = "intrinsic";

  private static final List<String> INTRINSICS =
      List.of(
          "duration",
          "event:name",
          "event:timeSinceStart",
          "instrumentation:name",
          "instrumentation:version",
          "kind",
          "link:spanID",
          "link:traceID",
          "name",
          "rootName",
          "rootServiceName",
          "span:duration",
          "span:id",
          "span:kind",
          "span:name",
          "span:parentID",
          "span:status",
          "span:statusMessage",
          "status",
          "statusMessage",
          "trace:duration",
          "trace:id",
          "trace:rootName",
          "trace:rootService",
          "traceDuration");

  private static final List<String> STATUSES = List.of("ok", "error", "unset");
  private static final List<String> KINDS =
      List.of("client", "server", "producer", "consumer", "internal", "unspecified");

  private final QueryApiParts parts;

  public TagsApi(QueryApiParts parts) {
    this.parts = parts;
  }

  public void serve(HttpListener listener, String prefix) {
    listener.route("*", prefix + "/api/search/tags", "api_search_tags", this::tags);
    listener.route("*", prefix + "/api/v2/search/tags", "api_v2_search_tags", this::tagsV2);
    listener.route(
        "*", values(prefix + "/api/search/tag/"), "api_search_tag_tagname_values", this::tagValues);
    listener.route(
        "*",
        values(prefix + "/api/v2/search/tag/"),
        "api_v2_search_tag_tagname_values",
        this::tagValuesV2);
  }

  /// A name may have slashes in it, and even `/values`.
  private static String values(String prefix) {
    return "regex:^\\Q" + prefix + "\\E(?<name>.+)/values$";
  }

  // ---- names

  private Response tags(Request request) throws InterruptedException {
    return names(request, Progress.unwatched()).as(request);
  }

  Answered<TagsResponse> names(Request request, Progress<TagsResponse> progress)
      throws InterruptedException {
    Tenants whose = parts.tenants().of(request);
    if (scope(request).equals(INTRINSIC)) {
      return Answered.known(new TagsResponse(INTRINSICS, metrics(QueryCost.NONE)));
    }
    TagNames found =
        parts
            .queries()
            .tagNames(
                whose,
                lookup(request, whose, AutocompleteFilter.NONE),
                progress.of(TagsApi::allNames));
    return new Answered<>(allNames(found), found.cost(), found.partial());
  }

  private static TagsResponse allNames(TagNames found) {
    List<String> names =
        found.names().values().stream().flatMap(List::stream).distinct().sorted().toList();
    return new TagsResponse(names, metrics(found.cost()));
  }

  private Response tagsV2(Request request) throws InterruptedException {
    return namesByScope(request, Progress.unwatched()).as(request);
  }

  Answered<TagsV2Response> namesByScope(Request request, Progress<TagsV2Response> progress)
      throws InterruptedException {
    Tenants whose = parts.tenants().of(request);
    String wanted = scope(request);
    if (wanted.equals(INTRINSIC)) {
      TagNames none = new TagNames(Map.of(), Optional.empty(), QueryCost.NONE);
      return Answered.known(namesByScope(none, true));
    }
    TagNames found =
        parts
            .queries()
            .tagNames(
                whose,
                lookup(request, whose, filter(request)),
                progress.of(soFar -> namesByScope(soFar, wanted.isEmpty())));
    return new Answered<>(namesByScope(found, wanted.isEmpty()), found.cost(), found.partial());
  }

  private static TagsV2Response namesByScope(TagNames found, boolean withIntrinsics) {
    List<TagsV2Response.Scope> scopes = new ArrayList<>();
    for (Scope scope : SCOPES) {
      List<String> names = found.names().getOrDefault(scope, List.of());
      if (!names.isEmpty()) {
        scopes.add(new TagsV2Response.Scope(scope.text(), names));
      }
    }
    if (withIntrinsics) {
      scopes.add(new TagsV2Response.Scope(INTRINSIC, INTRINSICS));
    }
    return new TagsV2Response(scopes, metrics(found.cost()));
  }

  /// Empty for all.
  private static String scope(Request request) {
    String scope = request.parameter("scope").orElse("none");
    if (scope.equals("none")) {
      return "";
    }
    boolean known =
        scope.equals(INTRINSIC) || SCOPES.stream().anyMatch(each -> each.text().equals(scope));
    if (!known) {
      throw Parameters.invalid("invalid scope: " + scope);
    }
    return scope;
  }

  private TagNamesLookup lookup(Request request, Tenants whose, AutocompleteFilter filter) {
    String wanted = scope(request);
    Parameters.NanoWindow window = window(request, whose);
    return new TagNamesLookup(
        wanted.isEmpty()
            ? SCOPES
            : SCOPES.stream().filter(scope -> scope.text().equals(wanted)).toList(),
        filter.query(),
        window.startNanos(),
        window.endNanos(),
        limits(request, whose));
  }

  // ---- values

  private Response tagValues(Request request) throws InterruptedException {
    return values(request, Progress.unwatched()).as(request);
  }

  Answered<TagValuesResponse> values(Request request, Progress<TagValuesResponse> progress)
      throws InterruptedException {
    Tenants whose = parts.tenants().of(request);
    String name = request.pathParameter("name");
    window(request, whose);
    return switch (name) {
      case "status.code" -> Answered.known(texts(List.of("unset", "ok", "error")));
      case "error" -> Answered.known(texts(List.of("true")));
      default -> {
        Field field = intrinsic(name).orElse(new Field.Attribute(Scope.ANY, name));
        Answered<TagValuesV2Response> typed =
            values(
                request, whose, field, AutocompleteFilter.NONE, progress.of(TagsApi::withoutTypes));
        yield new Answered<>(withoutTypes(typed.body()), typed.cost(), typed.partial());
      }
    };
  }

  private static TagValuesResponse texts(List<String> texts) {
    return new TagValuesResponse(texts, metrics(QueryCost.NONE));
  }

  private static TagValuesResponse withoutTypes(TagValuesV2Response typed) {
    List<String> texts =
        typed.tagValues().stream()
            .map(TagValuesV2Response.TagValue::value)
            .distinct()
            .sorted()
            .toList();
    return new TagValuesResponse(texts, typed.metrics());
  }

  private static Optional<Field> intrinsic(String name) {
    try {
      return TraceQl.field(name) instanceof Field.Intrinsic intrinsic
          ? Optional.of(intrinsic)
          : Optional.empty();
    } catch (TraceQlException attribute) {
      return Optional.empty();
    }
  }

  private Response tagValuesV2(Request request) throws InterruptedException {
    Answered<TagValuesV2Response> answer = typedValues(request, Progress.unwatched());
    return Accept.of(request) == Accept.LLM
        ? answer.with(request, Response.of(Accept.LLM_JSON, answer.body().toLlmJson().toArray()))
        : answer.as(request);
  }

  Answered<TagValuesV2Response> typedValues(Request request, Progress<TagValuesV2Response> progress)
      throws InterruptedException {
    Tenants whose = parts.tenants().of(request);
    return values(request, whose, field(request), filter(request), progress);
  }

  private static Field field(Request request) {
    String name = request.pathParameter("name");
    try {
      return TraceQl.field(name);
    } catch (TraceQlException bad) {
      throw Parameters.invalid(
          "please provide a valid tagName: %s: %s".formatted(name, bad.getMessage()));
    }
  }

  private Answered<TagValuesV2Response> values(
      Request request,
      Tenants whose,
      Field field,
      AutocompleteFilter filter,
      Progress<TagValuesV2Response> progress)
      throws InterruptedException {
    Parameters.NanoWindow window = window(request, whose);
    if (field == Field.Intrinsic.STATUS || field == Field.Intrinsic.KIND) {
      List<String> words = field == Field.Intrinsic.STATUS ? STATUSES : KINDS;
      return known(
          words.stream().map(word -> new TagValuesV2Response.TagValue("keyword", word)).toList());
    }
    if (!isListed(field)) {
      return known(List.of());
    }
    Optional<Value> only = filter.valueOf(field);
    if (only.isPresent()) {
      return known(List.of(tagValue(only.get())));
    }
    TagValues found =
        parts
            .queries()
            .tagValues(
                whose,
                new TagValuesLookup(
                    fields(field),
                    filter.query(),
                    window.startNanos(),
                    window.endNanos(),
                    limits(request, whose)),
                progress.of(TagsApi::typed));
    return new Answered<>(typed(found), found.cost(), found.partial());
  }

  private static Answered<TagValuesV2Response> known(List<TagValuesV2Response.TagValue> values) {
    return Answered.known(new TagValuesV2Response(values, metrics(QueryCost.NONE)));
  }

  private static TagValuesV2Response typed(TagValues found) {
    return new TagValuesV2Response(
        found.values().stream().map(TagsApi::tagValue).toList(), metrics(found.cost()));
  }

  /// Ids, times and positions have as many values as there are spans.
  private static boolean isListed(Field field) {
    return switch (field) {
      case Field.Attribute _ -> true;
      case Field.Intrinsic intrinsic ->
          switch (intrinsic) {
            case NAME, STATUS_MESSAGE, ROOT_NAME, ROOT_SERVICE_NAME -> true;
            case EVENT_NAME, INSTRUMENTATION_NAME, INSTRUMENTATION_VERSION -> true;
            case STATUS, KIND -> true;
            case DURATION, TRACE_DURATION, EVENT_TIME_SINCE_START, CHILD_COUNT -> false;
            case SPAN_ID, PARENT_SPAN_ID, TRACE_ID, LINK_TRACE_ID, LINK_SPAN_ID -> false;
            case NESTED_SET_LEFT, NESTED_SET_RIGHT, NESTED_SET_PARENT -> false;
            case SPAN_START, TRACE_START -> false;
          };
    };
  }

  private static List<Field> fields(Field field) {
    if (field instanceof Field.Attribute(Scope scope, String name) && scope == Scope.ANY) {
      return List.of(
          new Field.Attribute(Scope.RESOURCE, name),
          new Field.Attribute(Scope.SPAN, name),
          new Field.Attribute(Scope.INSTRUMENTATION, name));
    }
    return List.of(field);
  }

  private static TagValuesV2Response.TagValue tagValue(Value value) {
    String type =
        switch (value) {
          case Value.Int _ -> "int";
          case Value.Float _ -> "float";
          case Value.Bool _ -> "bool";
          case Value.Duration _ -> "duration";
          case Value.Status _, Value.Kind _ -> "keyword";
          case Value.Str _, Value.Nil _, Value.Array _, Value.Opaque _ -> "string";
        };
    return new TagValuesV2Response.TagValue(type, ValueText.plain(value));
  }

  // ---- both

  /// What is half written or makes no sense is no filter.
  private AutocompleteFilter filter(Request request) {
    Optional<String> text = request.parameter("q");
    if (text.isEmpty()) {
      return AutocompleteFilter.NONE;
    }
    Parameters.requireShort(text.get(), parts.config().maxQueryExpressionSizeBytes());
    try {
      return AutocompleteFilter.of(text.get());
    } catch (TraceQlException tooMuch) {
      throw Parameters.invalid("invalid q: " + tooMuch.getMessage());
    }
  }

  private Parameters.NanoWindow window(Request request, Tenants whose) {
    Parameters.NanoWindow window =
        Parameters.tagWindow(request, parts.clock(), parts.config().queryEndCutoff());
    Duration own = parts.overrides().limitsOf(whose).read().maxSearchDuration();
    Parameters.requireShort(window, own.isZero() ? parts.config().search().maxDuration() : own);
    return window;
  }

  private TagLimits limits(Request request, Tenants whose) {
    ReadLimits limits = parts.overrides().limitsOf(whose).read();
    return new TagLimits(
        Parameters.limitOrNone(request, "limit"),
        limits.maxBytesPerTagValuesQuery(),
        limits.maxBlocksPerTagValuesQuery(),
        Parameters.limitOrNone(request, "maxStaleValues"));
  }

  private static MetadataMetrics metrics(QueryCost cost) {
    return new MetadataMetrics(
        cost.fetch().bytesRead(), cost.jobs(), cost.jobsDone(), cost.blocks(), cost.blockBytes());
  }
}
