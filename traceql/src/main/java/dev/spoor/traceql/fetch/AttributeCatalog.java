package dev.spoor.traceql.fetch;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// A batch that can tell which attributes its spans have, for queries that look at every attribute
/// and for lists of names.
public interface AttributeCatalog extends SpanBatch {

  /// The names of the attributes of one scope that at least one of the spans has: itself, in its
  /// resource or instrumentation scope, or in one of its events or links. The caller may change the
  /// set.
  ///
  /// @param scope any but [Scope#ANY]
  /// @throws IOException naming what can't be read
  Set<String> attributeNames(Scope scope, OrdinalSet spans) throws IOException;

  /// The attributes of spans, resources and instrumentation scopes that at least one span of the
  /// batch has, each once and with its own scope; events and links are left out.
  ///
  /// @throws IOException naming what can't be read
  default Collection<Field.Attribute> attributes() throws IOException {
    OrdinalSet spans = OrdinalSet.all(spanCount());
    List<Field.Attribute> attributes = new ArrayList<>();
    for (Scope scope : List.of(Scope.SPAN, Scope.RESOURCE, Scope.INSTRUMENTATION)) {
      for (String name : attributeNames(scope, spans)) {
        attributes.add(new Field.Attribute(scope, name));
      }
    }
    return attributes;
  }
}
