package dev.spoor.storage.columns;

import java.io.IOException;
import java.nio.ByteBuffer;

/// How many of everything a stored batch has. What the lengths of its sections are checked against.
///
/// @param listedParents parent span ids that stand in the list, since their span is not in the
///   trace
public record ColumnCounts(
    int traces,
    int spans,
    int strings,
    int stringBytes,
    int listedParents,
    int resources,
    int scopes,
    int events,
    int links,
    Attributes spanAttributes,
    Attributes resourceAttributes,
    Attributes scopeAttributes,
    Attributes eventAttributes,
    Attributes linkAttributes) {

  /// Bytes that [#write] writes.
  public static final int LENGTH = 4 * (9 + 5 * 6);

  /// More than any batch has; what is larger is damage, and not to be allocated.
  private static final int MOST = 1 << 28;

  /// Attributes of one kind of owner.
  ///
  /// @param keys different keys
  /// @param strings values of type [ValueType#STRING] and [ValueType#OTHER]
  /// @param numbers values of type [ValueType#INT] and [ValueType#BOOL]
  /// @param doubles values of type [ValueType#DOUBLE]
  /// @param others values of type [ValueType#OTHER], which also count as strings
  public record Attributes(
      int entries, int keys, int strings, int numbers, int doubles, int others) {

    private void write(ByteBuffer to) {
      to.putInt(entries).putInt(keys).putInt(strings).putInt(numbers).putInt(doubles);
      to.putInt(others);
    }

    private static Attributes read(ByteBuffer from) throws IOException {
      Attributes counts =
          new Attributes(
              count(from), count(from), count(from), count(from), count(from), count(from));
      long values = (long) counts.strings + counts.numbers + counts.doubles;
      if (values != counts.entries || counts.keys > counts.entries) {
        throw new IOException(counts + " contradict each other");
      }
      return counts;
    }
  }

  /// What the batch takes in memory with all its columns, about.
  public long memoryBytes() {
    long attributes =
        (long) spanAttributes.entries
            + resourceAttributes.entries
            + scopeAttributes.entries
            + eventAttributes.entries
            + linkAttributes.entries;
    return 512L
        + stringBytes
        + 4L * strings
        + 20L * traces
        + 79L * spans
        + 20L * ((long) events + links + resources + scopes)
        + 13L * attributes;
  }

  /// Writes [#LENGTH] bytes in the buffer's byte order.
  public void write(ByteBuffer to) {
    to.putInt(traces).putInt(spans).putInt(strings).putInt(stringBytes).putInt(listedParents);
    to.putInt(resources).putInt(scopes).putInt(events).putInt(links);
    spanAttributes.write(to);
    resourceAttributes.write(to);
    scopeAttributes.write(to);
    eventAttributes.write(to);
    linkAttributes.write(to);
  }

  /// Reads [#LENGTH] bytes in the buffer's byte order.
  ///
  /// @throws IOException saying which numbers cannot be
  public static ColumnCounts read(ByteBuffer from) throws IOException {
    ColumnCounts counts =
        new ColumnCounts(
            count(from),
            count(from),
            count(from),
            from.getInt(),
            count(from),
            count(from),
            count(from),
            count(from),
            count(from),
            Attributes.read(from),
            Attributes.read(from),
            Attributes.read(from),
            Attributes.read(from),
            Attributes.read(from));
    if (counts.stringBytes < 0) {
      throw new IOException("a dictionary of " + counts.stringBytes + " bytes");
    }
    if (counts.strings == 0) {
      throw new IOException("a dictionary without the empty string");
    }
    if (counts.traces > counts.spans || counts.listedParents > counts.spans) {
      throw new IOException(
          "%d traces and %d listed parents of %d spans"
              .formatted(counts.traces, counts.listedParents, counts.spans));
    }
    return counts;
  }

  private static int count(ByteBuffer from) throws IOException {
    int count = from.getInt();
    if (count < 0 || count > MOST) {
      throw new IOException("a count of " + Integer.toUnsignedString(count));
    }
    return count;
  }
}
