package dev.spoor.traceql.fetch;

import dev.spoor.traceql.Field;
import java.io.IOException;
import java.util.Collection;

/// A batch that can tell which attributes its spans have. Implemented by batches beside
/// [SpanBatch], as a query that looks at every attribute needs it.
public interface AttributeCatalog {

  /// The attributes of spans, resources and instrumentation scopes that at least one span of the
  /// batch has, each once and with its own scope (never [dev.spoor.traceql.Scope#ANY]); events and
  /// links are left out.
  ///
  /// @throws IOException naming what can't be read
  Collection<Field.Attribute> attributes() throws IOException;
}
