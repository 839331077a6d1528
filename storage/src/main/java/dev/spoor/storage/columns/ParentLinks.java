package dev.spoor.storage.columns;

import java.nio.charset.StandardCharsets;

/// Links that make a span a child within its own trace, as the OpenTracing bridge writes them: such
/// a span is not the root though it has no parent id.
public final class ParentLinks {

  private static final byte[] REFERENCE_TYPE = ascii("opentracing.ref_type");
  private static final byte[] CHILD_OF = ascii("child_of");
  private static final int MAX_TRACE_ID = 16;

  private ParentLinks() {}

  /// Whether some span of a batch may have such a link, as far as its dictionary tells.
  static boolean mayBeIn(ByteDictionary strings) {
    return strings.find(REFERENCE_TYPE) >= 0 && strings.find(CHILD_OF) >= 0;
  }

  /// Whether a span has such a link. Trace ids of links are numbers of up to 16 bytes, of which
  /// leading zeros may be missing.
  ///
  /// @param high of the trace id, as `low`
  public static boolean isChild(SpanColumns columns, int span, long high, long low) {
    for (int link = columns.firstLink(span); link < columns.endLink(span); link++) {
      if (isTrace(columns.strings, columns.linkTraceId(link), high, low)
          && saysChildOf(columns, link)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isTrace(ByteDictionary strings, int id, long high, long low) {
    int length = strings.length(id);
    if (length == 0 || length > MAX_TRACE_ID) {
      return false;
    }
    long linkHigh = 0;
    long linkLow = 0;
    for (int i = strings.start(id); i < strings.end(id); i++) {
      linkHigh = linkHigh << 8 | linkLow >>> 56;
      linkLow = linkLow << 8 | (strings.data()[i] & 0xFF);
    }
    return linkHigh == high && linkLow == low;
  }

  private static boolean saysChildOf(SpanColumns columns, int link) {
    AttributeLists lists = columns.linkAttributes;
    ByteDictionary strings = columns.strings;
    for (int entry = lists.first(link); entry < lists.end(link); entry++) {
      if (lists.type(entry) == ValueType.STRING
          && strings.equals(lists.key(entry), REFERENCE_TYPE, 0, REFERENCE_TYPE.length)
          && strings.equals((int) lists.value(entry), CHILD_OF, 0, CHILD_OF.length)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
