package dev.spoor.traceql.query;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.ast.ComparisonOperator;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.FieldExpression.Comparison;
import dev.spoor.traceql.ast.FieldExpression.Contains;
import dev.spoor.traceql.ast.FieldExpression.FieldOf;
import dev.spoor.traceql.ast.FieldExpression.Literal;
import dev.spoor.traceql.ast.FieldExpression.Logic;
import dev.spoor.traceql.ast.Hints;
import dev.spoor.traceql.ast.LogicalOperator;
import dev.spoor.traceql.ast.Pipeline;
import dev.spoor.traceql.ast.Query;
import dev.spoor.traceql.ast.SpansetExpression;
import dev.spoor.traceql.ast.SpansetExpression.Filter;
import dev.spoor.traceql.ast.SpansetOperator;
import dev.spoor.traceql.ast.Stage;
import dev.spoor.traceql.parse.DurationText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The search by `tags`, `minDuration` and `maxDuration`, from before there was a language, as a
/// query of the language.
///
/// A trace matches when each tag is found on one of its spans, not necessarily the same one.
public final class LegacySearch {

  private static final List<String> RESOURCE_COLUMNS =
      List.of(
          "service.name",
          "cluster",
          "namespace",
          "pod",
          "container",
          "k8s.cluster.name",
          "k8s.namespace.name",
          "k8s.pod.name",
          "k8s.container.name");

  private static final List<String> SPAN_COLUMNS = List.of("http.method", "http.url");

  private LegacySearch() {}

  /// @param tags from key to value; see [#parseTags]
  /// @param minNanos least duration of a trace
  /// @param maxNanos longest duration of a trace; 0 is no bound
  /// @throws TraceQlException when the durations are the wrong way round, or a value is impossible
  public static CompiledQuery compile(
      Map<String, String> tags, OptionalLong minNanos, OptionalLong maxNanos) {
    boolean hasMax = maxNanos.isPresent() && maxNanos.getAsLong() != 0;
    if (minNanos.isPresent() && hasMax && maxNanos.getAsLong() < minNanos.getAsLong()) {
      throw invalid("invalid maxDuration: must be greater than minDuration");
    }
    List<Stage> stages = new ArrayList<>();
    durations(minNanos, hasMax ? maxNanos : OptionalLong.empty())
        .ifPresent(filter -> stages.add(new Stage.Spanset(filter)));
    List<SpansetExpression> filters = new ArrayList<>();
    tags.forEach((key, value) -> filters.add(new Filter(tag(key, value))));
    if (!filters.isEmpty()) {
      stages.add(new Stage.Spanset(all(filters)));
    }
    if (stages.isEmpty()) {
      stages.add(new Stage.Spanset(new Filter(new Literal(new Value.Bool(true)))));
    }
    return CompiledQuery.of(new Query.Search(new Pipeline(stages), Hints.NONE));
  }

  /// Reads `key=value key2="another value"`.
  ///
  /// @throws TraceQlException naming the position of what is wrong, or the tag that is there twice
  public static Map<String, String> parseTags(String text) {
    return new Logfmt(text).parse();
  }

  /// Reads `1.5s`, `300ms`, `2h45m`, `0`. In nanoseconds.
  ///
  /// @param parameter the name of the parameter, for the message
  /// @throws TraceQlException naming the parameter
  public static long parseDuration(String parameter, String text) {
    boolean negative = text.startsWith("-");
    String magnitude = negative || text.startsWith("+") ? text.substring(1) : text;
    OptionalLong nanos =
        magnitude.equals("0") ? OptionalLong.of(0) : DurationText.parseAnyOrder(magnitude);
    if (nanos.isEmpty()) {
      throw invalid("invalid %s: time: invalid duration \"%s\"".formatted(parameter, text));
    }
    return negative ? -nanos.getAsLong() : nanos.getAsLong();
  }

  private static TraceQlException invalid(String message) {
    return new TraceQlException(TraceQlException.Reason.INVALID, message);
  }

  private static Optional<Filter> durations(OptionalLong min, OptionalLong max) {
    List<FieldExpression> bounds = new ArrayList<>();
    min.ifPresent(nanos -> bounds.add(duration(ComparisonOperator.GREATER_EQUAL, nanos)));
    max.ifPresent(nanos -> bounds.add(duration(ComparisonOperator.LESS_EQUAL, nanos)));
    return bounds.stream().reduce((a, b) -> Logic.of(a, LogicalOperator.AND, b)).map(Filter::new);
  }

  private static FieldExpression duration(ComparisonOperator operator, long nanos) {
    return new Comparison(
        operator,
        new FieldOf(Field.Intrinsic.TRACE_DURATION),
        new Literal(new Value.Duration(nanos)));
  }

  /// As a tree that is no higher than it has to be, however many there are.
  private static SpansetExpression all(List<SpansetExpression> filters) {
    if (filters.size() == 1) {
      return filters.getFirst();
    }
    int middle = filters.size() / 2;
    return new SpansetExpression.Combined(
        SpansetOperator.AND,
        all(filters.subList(0, middle)),
        all(filters.subList(middle, filters.size())));
  }

  private static FieldExpression tag(String key, String value) {
    if (key.equals("root.service.name")) {
      return new Contains(Field.Intrinsic.ROOT_SERVICE_NAME, value);
    }
    if (key.equals("root.name")) {
      return new Contains(Field.Intrinsic.ROOT_NAME, value);
    }
    if (key.equals("name")) {
      return new Contains(Field.Intrinsic.NAME, value);
    }
    if (key.equals("status.code")) {
      return status(value);
    }
    if (key.equals("error") && value.equals("true")) {
      return status("error");
    }
    if (RESOURCE_COLUMNS.contains(key)) {
      return new Contains(new Field.Attribute(Scope.RESOURCE, key), value);
    }
    if (SPAN_COLUMNS.contains(key)) {
      return new Contains(new Field.Attribute(Scope.SPAN, key), value);
    }
    return attribute(key, value);
  }

  private static FieldExpression equal(Field field, Value value) {
    return new Comparison(ComparisonOperator.EQUAL, new FieldOf(field), new Literal(value));
  }

  private static FieldExpression status(String text) {
    for (Value.SpanStatus status : Value.SpanStatus.values()) {
      if (status.text().equals(text)) {
        return equal(Field.Intrinsic.STATUS, new Value.Status(status));
      }
    }
    throw invalid("invalid tags: status.code is unset, ok or error, not " + text);
  }

  /// Of the span or the resource; what looks like a number or a truth value may be stored as such.
  private static FieldExpression attribute(String key, String value) {
    List<Value> literals = new ArrayList<>();
    literals.add(new Value.Str(value));
    integer(value).ifPresent(number -> literals.add(new Value.Int(number)));
    if (value.equals("true") || value.equals("false")) {
      literals.add(new Value.Bool(value.equals("true")));
    }
    List<FieldExpression> alternatives = new ArrayList<>();
    for (Scope scope : List.of(Scope.SPAN, Scope.RESOURCE)) {
      for (Value literal : literals) {
        alternatives.add(equal(new Field.Attribute(scope, key), literal));
      }
    }
    List<Logic.Link> rest =
        alternatives.stream()
            .skip(1)
            .map(alternative -> new Logic.Link(LogicalOperator.OR, alternative))
            .toList();
    return new Logic(alternatives.getFirst(), rest);
  }

  private static OptionalLong integer(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException isText) {
      return OptionalLong.empty();
    }
  }

  /// Keys and values with `=` between, and blanks between the pairs. A value may stand in double
  /// quotes, where `\` escapes what follows it.
  private static final class Logfmt {

    private final String text;
    private int position;

    Logfmt(String text) {
      this.text = text;
    }

    Map<String, String> parse() {
      Map<String, String> tags = new LinkedHashMap<>();
      skipBlanks();
      while (position < text.length()) {
        String key = word(true);
        if (key.isEmpty()) {
          throw error("unexpected '" + text.charAt(position) + "'");
        }
        String value = "";
        if (position < text.length() && text.charAt(position) == '=') {
          position++;
          value = value();
        }
        if (tags.put(key, value) != null) {
          throw invalid("invalid tags: tag " + key + " has been set twice");
        }
        skipBlanks();
      }
      return tags;
    }

    private String value() {
      if (position == text.length() || text.charAt(position) != '"') {
        return word(false);
      }
      int start = position;
      position++;
      StringBuilder value = new StringBuilder();
      while (position < text.length()) {
        char c = text.charAt(position);
        position++;
        if (c == '"') {
          return value.toString();
        }
        if (c == '\\' && position < text.length()) {
          value.append(unescaped(text.charAt(position)));
          position++;
        } else {
          value.append(c);
        }
      }
      position = start;
      throw error("unterminated quoted value");
    }

    private static char unescaped(char c) {
      return switch (c) {
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 't' -> '\t';
        default -> c;
      };
    }

    private String word(boolean key) {
      int start = position;
      while (position < text.length()) {
        char c = text.charAt(position);
        if (c <= ' ' || (key && c == '=')) {
          break;
        }
        if (c == '"' || c == '=') {
          throw error("unexpected '" + c + "'");
        }
        position++;
      }
      return text.substring(start, position);
    }

    private void skipBlanks() {
      while (position < text.length() && text.charAt(position) <= ' ') {
        position++;
      }
    }

    private TraceQlException error(String message) {
      return invalid("invalid tags: " + message + " at position " + (position + 1));
    }
  }
}
