package dev.spoor.wire.query;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;

/// Which values to make of a range of time, `tempopb.QueryInstantRequest`. Zero and `""` are what
/// was left out.
///
/// @param query TraceQL
/// @param startNanos since the epoch, unsigned
/// @param endNanos since the epoch, unsigned
public record QueryInstantRequest(String query, long startNanos, long endNanos) {

  private static final int QUERY = 1 << 3 | 2;
  private static final int START = 2 << 3;
  private static final int END = 3 << 3;

  /// Reads a message; fields that it does not know are left out.
  public static QueryInstantRequest parse(Bytes message) throws MalformedProtoException {
    ProtoReader reader = new ProtoReader(message);
    String query = "";
    long start = 0;
    long end = 0;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case QUERY -> query = reader.utf8();
        case START -> start = reader.varint();
        case END -> end = reader.varint();
        default -> reader.skip(tag);
      }
    }
    return new QueryInstantRequest(query, start, end);
  }
}
