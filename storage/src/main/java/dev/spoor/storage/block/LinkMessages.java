package dev.spoor.storage.block;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.spoor.storage.parquet.ByteStrings;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.traceql.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// The links of a window of vParquet3, which stores those of a span as one OTLP message.
final class LinkMessages {

  /// A link, its ids in hex as they were sent.
  record Link(String traceId, String spanId, List<Attribute> attributes) {}

  record Attribute(String key, Value value) {}

  private final int[] firsts;
  private final List<Link> links;

  private LinkMessages(int[] firsts, List<Link> links) {
    this.firsts = firsts;
    this.links = links;
  }

  /// @param column with one message a span
  /// @throws IOException when a message is malformed
  static LinkMessages of(ColumnCursor column) throws IOException {
    int[] firsts = new int[column.valueCount() + 1];
    List<Link> links = new ArrayList<>();
    ByteStrings strings = column.strings();
    for (int span = 0; span < column.valueCount(); span++) {
      int id = column.id(column.firstValue() + span);
      if (strings.length(id) > 0) {
        ProtoReader reader = new ProtoReader(strings.data(), strings.start(id), strings.end(id));
        while (reader.next()) {
          if (reader.field() == 1) {
            links.add(link(reader.message()));
          } else {
            reader.skip();
          }
        }
      }
      firsts[span + 1] = links.size();
    }
    return new LinkMessages(firsts, links);
  }

  /// For each span its first link, and one more.
  int[] firsts() {
    return firsts;
  }

  Link link(int ordinal) {
    return links.get(ordinal);
  }

  private static Link link(ProtoReader reader) throws IOException {
    String traceId = "";
    String spanId = "";
    List<Attribute> attributes = new ArrayList<>();
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> traceId = hex(reader);
        case 2 -> spanId = hex(reader);
        case 4 -> attributes.add(attribute(reader.message()));
        default -> reader.skip();
      }
    }
    return new Link(traceId, spanId, attributes);
  }

  private static Attribute attribute(ProtoReader reader) throws IOException {
    String key = "";
    Value value = Value.OPAQUE;
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> {
          reader.range();
          key = new String(reader.array(), reader.start(), reader.end() - reader.start(), UTF_8);
        }
        case 2 -> {
          reader.range();
          value = AnyValues.toValue(reader.array(), reader.start(), reader.end());
        }
        default -> reader.skip();
      }
    }
    return new Attribute(key, value);
  }

  private static String hex(ProtoReader reader) throws IOException {
    reader.range();
    return HexFormat.of().formatHex(reader.array(), reader.start(), reader.end());
  }
}
