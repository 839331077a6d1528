package dev.spoor.traceql.query;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.ast.FieldExpression;
import dev.spoor.traceql.ast.Query;
import dev.spoor.traceql.check.Check;
import dev.spoor.traceql.metrics.CompiledMetrics;
import dev.spoor.traceql.parse.Parser;

/// The language, as seen from outside.
public final class TraceQl {

  /// Longer queries are refused, in bytes of UTF-8.
  public static final int MAX_BYTES = Parser.MAX_BYTES;

  private TraceQl() {}

  /// Reads a query, checks it, and makes it ready to run.
  ///
  /// @throws TraceQlException saying what is wrong: too long, not following the grammar (with line
  ///   and column), or making no sense
  public static CompiledQuery compile(String text) {
    return CompiledQuery.of(parse(text));
  }

  /// Reads a metrics query, checks it, and makes it ready to run.
  ///
  /// @throws TraceQlException as [#compile], and when the text is no metrics query
  public static CompiledMetrics compileMetrics(String text) {
    return CompiledMetrics.of(parse(text));
  }

  /// Reads a query and checks it.
  ///
  /// @throws TraceQlException as [#compile]
  public static Query parse(String text) {
    Query query = Parser.parse(text);
    Check.check(query);
    return query;
  }

  /// Reads the name of a field, such as `span.foo`, `.foo`, `status` or `span."a b"`.
  ///
  /// @throws TraceQlException when the text is none
  public static Field field(String text) {
    return switch (Parser.parseField(text)) {
      case FieldExpression.FieldOf(Field field) -> field;
      case FieldExpression.ParentOf(String parent) ->
          throw new TraceQlException(
              TraceQlException.Reason.INVALID, "parent not yet supported: " + parent);
    };
  }
}
