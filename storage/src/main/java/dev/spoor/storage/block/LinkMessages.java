package dev.spoor.storage.block;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoReader;
import dev.spoor.model.proto.WireType;
import dev.spoor.storage.columns.AnyValues;
import dev.spoor.storage.parquet.ByteStrings;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.traceql.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// The links of a window of vParquet3, which stores those of a span as one OTLP message.
final class LinkMessages {

  /// The repeated field of the message, which no type of OTLP is.
  static final int LINKS = 1 << 3 | WireType.LENGTH_DELIMITED;

  /// Fields of a link, and of its attributes.
  static final int TRACE_ID = 1 << 3 | WireType.LENGTH_DELIMITED;

  static final int SPAN_ID = 2 << 3 | WireType.LENGTH_DELIMITED;
  static final int TRACE_STATE = 3 << 3 | WireType.LENGTH_DELIMITED;
  static final int ATTRIBUTES = 4 << 3 | WireType.LENGTH_DELIMITED;
  static final int DROPPED_ATTRIBUTES = 5 << 3 | WireType.VARINT;
  static final int KEY = 1 << 3 | WireType.LENGTH_DELIMITED;
  static final int VALUE = 2 << 3 | WireType.LENGTH_DELIMITED;

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
        int from = strings.start(id);
        addLinks(new ProtoReader(strings.data(), from, strings.end(id), from), links);
      }
      firsts[span + 1] = links.size();
    }
    return new LinkMessages(firsts, links);
  }

  private static void addLinks(ProtoReader reader, List<Link> links) throws IOException {
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == LINKS) {
        int outer = reader.enter();
        links.add(link(reader));
        reader.leave(outer);
      } else {
        reader.skip(tag);
      }
    }
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
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case TRACE_ID -> traceId = hex(reader);
        case SPAN_ID -> spanId = hex(reader);
        case ATTRIBUTES -> {
          int outer = reader.enter();
          attributes.add(attribute(reader));
          reader.leave(outer);
        }
        default -> reader.skip(tag);
      }
    }
    return new Link(traceId, spanId, attributes);
  }

  private static Attribute attribute(ProtoReader reader) throws IOException {
    String key = "";
    Value value = Value.OPAQUE;
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case KEY -> key = reader.utf8();
        case VALUE -> {
          int length = reader.skipBytes();
          int end = reader.position();
          value = AnyValues.read(reader.array(), end - length, end);
        }
        default -> reader.skip(tag);
      }
    }
    return new Attribute(key, value);
  }

  private static String hex(ProtoReader reader) throws IOException {
    Bytes id = reader.bytes();
    return HexFormat.of().formatHex(id.array(), id.offset(), id.end());
  }
}
