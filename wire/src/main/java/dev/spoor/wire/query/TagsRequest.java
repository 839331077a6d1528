package dev.spoor.wire.query;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;

/// Which names of attributes to list, `tempopb.SearchTagsRequest`. Zero and `""` are what was left
/// out.
///
/// @param query TraceQL that filters the spans
/// @param startSeconds since the epoch
/// @param endSeconds since the epoch
/// @param maxTagsPerScope names at most
/// @param staleValuesThreshold after so many blocks without a new name the rest is not read
public record TagsRequest(
    String scope,
    String query,
    long startSeconds,
    long endSeconds,
    long maxTagsPerScope,
    long staleValuesThreshold) {

  private static final int SCOPE = 1 << 3 | 2;
  private static final int QUERY = 2 << 3 | 2;
  private static final int START = 3 << 3;
  private static final int END = 4 << 3;
  private static final int MAX_TAGS = 5 << 3;
  private static final int STALE_VALUES = 6 << 3;

  /// Reads a message; fields that it does not know are left out.
  public static TagsRequest parse(Bytes message) throws MalformedProtoException {
    ProtoReader reader = new ProtoReader(message);
    String scope = "";
    String query = "";
    long start = 0;
    long end = 0;
    long maxTags = 0;
    long staleValues = 0;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case SCOPE -> scope = reader.utf8();
        case QUERY -> query = reader.utf8();
        case START -> start = reader.varint32() & 0xFFFF_FFFFL;
        case END -> end = reader.varint32() & 0xFFFF_FFFFL;
        case MAX_TAGS -> maxTags = reader.varint32() & 0xFFFF_FFFFL;
        case STALE_VALUES -> staleValues = reader.varint32() & 0xFFFF_FFFFL;
        default -> reader.skip(tag);
      }
    }
    return new TagsRequest(scope, query, start, end, maxTags, staleValues);
  }
}
