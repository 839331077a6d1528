package dev.spoor.wire.query;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a search over gRPC asks for, `tempopb.SearchRequest`. Zero and `""` are what was left out.
///
/// @param tags from key to value; of a key that is there twice the last one
/// @param minDurationMs 0 to 2^32 - 1, as all of type `uint32` here
/// @param limit traces at most
/// @param startSeconds since the epoch
/// @param endSeconds since the epoch
/// @param query TraceQL
public record SearchRequest(
    Map<String, String> tags,
    long minDurationMs,
    long maxDurationMs,
    long limit,
    long startSeconds,
    long endSeconds,
    String query,
    long spansPerSpanSet) {

  private static final int TAGS = 1 << 3 | 2;
  private static final int MIN_DURATION = 2 << 3;
  private static final int MAX_DURATION = 3 << 3;
  private static final int LIMIT = 4 << 3;
  private static final int START = 5 << 3;
  private static final int END = 6 << 3;
  private static final int QUERY = 8 << 3 | 2;
  private static final int SPANS_PER_SPAN_SET = 9 << 3;

  private static final int KEY = 1 << 3 | 2;
  private static final int VALUE = 2 << 3 | 2;

  public SearchRequest {
    tags = Map.copyOf(tags);
  }

  /// Reads a message; fields that it does not know are left out.
  public static SearchRequest parse(Bytes message) throws MalformedProtoException {
    ProtoReader reader = new ProtoReader(message);
    SortedMap<String, String> tags = new TreeMap<>();
    long minDuration = 0;
    long maxDuration = 0;
    long limit = 0;
    long start = 0;
    long end = 0;
    String query = "";
    long spans = 0;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case TAGS -> readTag(reader, tags);
        case MIN_DURATION -> minDuration = reader.varint32() & 0xFFFF_FFFFL;
        case MAX_DURATION -> maxDuration = reader.varint32() & 0xFFFF_FFFFL;
        case LIMIT -> limit = reader.varint32() & 0xFFFF_FFFFL;
        case START -> start = reader.varint32() & 0xFFFF_FFFFL;
        case END -> end = reader.varint32() & 0xFFFF_FFFFL;
        case QUERY -> query = reader.utf8();
        case SPANS_PER_SPAN_SET -> spans = reader.varint32() & 0xFFFF_FFFFL;
        default -> reader.skip(tag);
      }
    }
    return new SearchRequest(tags, minDuration, maxDuration, limit, start, end, query, spans);
  }

  private static void readTag(ProtoReader reader, Map<String, String> tags)
      throws MalformedProtoException {
    int outer = reader.enter();
    String key = "";
    String value = "";
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case KEY -> key = reader.utf8();
        case VALUE -> value = reader.utf8();
        default -> reader.skip(tag);
      }
    }
    reader.leave(outer);
    tags.put(key, value);
  }
}
