package dev.spoor.wire.query;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;

/// Which values to list, `tempopb.SearchTagValuesRequest`. Zero and `""` are what was left out.
///
/// @param tagName whose values
/// @param query TraceQL that filters the spans
/// @param startSeconds since the epoch
/// @param endSeconds since the epoch
/// @param maxTagValues values at most
/// @param staleValueThreshold after so many blocks without a new value the rest is not read
public record TagValuesRequest(
    String tagName,
    String query,
    long startSeconds,
    long endSeconds,
    long maxTagValues,
    long staleValueThreshold) {

  private static final int TAG_NAME = 1 << 3 | 2;
  private static final int QUERY = 2 << 3 | 2;
  private static final int START = 4 << 3;
  private static final int END = 5 << 3;
  private static final int MAX_VALUES = 6 << 3;
  private static final int STALE_VALUES = 7 << 3;

  /// Reads a message; fields that it does not know are left out.
  public static TagValuesRequest parse(Bytes message) throws MalformedProtoException {
    ProtoReader reader = new ProtoReader(message);
    String tagName = "";
    String query = "";
    long start = 0;
    long end = 0;
    long maxValues = 0;
    long staleValues = 0;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case TAG_NAME -> tagName = reader.utf8();
        case QUERY -> query = reader.utf8();
        case START -> start = reader.varint32() & 0xFFFF_FFFFL;
        case END -> end = reader.varint32() & 0xFFFF_FFFFL;
        case MAX_VALUES -> maxValues = reader.varint32() & 0xFFFF_FFFFL;
        case STALE_VALUES -> staleValues = reader.varint32() & 0xFFFF_FFFFL;
        default -> reader.skip(tag);
      }
    }
    return new TagValuesRequest(tagName, query, start, end, maxValues, staleValues);
  }
}
