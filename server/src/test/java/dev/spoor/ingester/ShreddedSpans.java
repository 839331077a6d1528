package dev.spoor.ingester;

import dev.spoor.model.Bytes;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsBuilder;

/// Columns of what a sender sent, for tests of other packages.
public final class ShreddedSpans {

  private ShreddedSpans() {}

  /// @param request an OTLP export request in protobuf
  public static SpanColumns of(byte[] request) throws Exception {
    SpanColumnsBuilder builder = new SpanColumnsBuilder();
    new SpanShredder(builder, 2048).shred(Bytes.of(request));
    return builder.build();
  }
}
