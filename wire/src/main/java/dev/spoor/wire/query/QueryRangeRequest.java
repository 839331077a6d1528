package dev.spoor.wire.query;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoReader;

/// Which time series to make, `tempopb.QueryRangeRequest`. Zero and `""` are what was left out.
///
/// The fields by which Tempo hands parts of a query to its queriers are not read.
///
/// @param query TraceQL
/// @param startNanos since the epoch, unsigned as all 64-bit numbers here
/// @param endNanos since the epoch
/// @param stepNanos length of an interval
/// @param exemplars at most
/// @param maxSeries at most
public record QueryRangeRequest(
    String query, long startNanos, long endNanos, long stepNanos, long exemplars, long maxSeries) {

  private static final int QUERY = 1 << 3 | 2;
  private static final int START = 2 << 3;
  private static final int END = 3 << 3;
  private static final int STEP = 4 << 3;
  private static final int EXEMPLARS = 16 << 3;
  private static final int MAX_SERIES = 17 << 3;

  /// Reads a message; fields that it does not know are left out.
  public static QueryRangeRequest parse(Bytes message) throws MalformedProtoException {
    ProtoReader reader = new ProtoReader(message);
    String query = "";
    long start = 0;
    long end = 0;
    long step = 0;
    long exemplars = 0;
    long maxSeries = 0;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case QUERY -> query = reader.utf8();
        case START -> start = reader.varint();
        case END -> end = reader.varint();
        case STEP -> step = reader.varint();
        case EXEMPLARS -> exemplars = reader.varint32() & 0xFFFF_FFFFL;
        case MAX_SERIES -> maxSeries = reader.varint32() & 0xFFFF_FFFFL;
        default -> reader.skip(tag);
      }
    }
    return new QueryRangeRequest(query, start, end, step, exemplars, maxSeries);
  }
}
