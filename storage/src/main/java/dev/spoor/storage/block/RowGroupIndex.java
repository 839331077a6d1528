package dev.spoor.storage.block;

import dev.spoor.model.TraceId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// The `index` object of a block: the last trace id of each row group, in their order.
public record RowGroupIndex(List<TraceId> lastIds) {

  public RowGroupIndex {
    lastIds = List.copyOf(lastIds);
  }

  /// The only row group that may hold this id, or -1 when it lies behind the last.
  public int find(TraceId id) {
    int low = 0;
    int high = lastIds.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (lastIds.get(middle).compareTo(id) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == lastIds.size() ? -1 : low;
  }

  /// The bytes of the object.
  public byte[] toJson() {
    return Json.write(generator -> {
      generator.writeStartObject();
      generator.writeName("rowGroups");
      generator.writeStartArray();
      for (TraceId id : lastIds) {
        generator.writeBinary(id.toBytes());
      }
      generator.writeEndArray();
      generator.writeEndObject();
    });
  }

  /// @param source what the bytes are, for messages
  /// @throws IOException naming the source and what is wrong with it
  public static RowGroupIndex parse(byte[] json, String source) throws IOException {
    return Json.read(json, source, RowGroupIndex::read);
  }

  private static RowGroupIndex read(JsonParser parser) throws IOException {
    Json.expect(parser, JsonToken.START_OBJECT);
    List<TraceId> ids = new ArrayList<>();
    while (Json.nextField(parser)) {
      if (parser.currentName().equals("rowGroups") && Json.startsArray(parser)) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          Json.expect(parser, JsonToken.VALUE_STRING);
          ids.add(id(parser.getBinaryValue()));
        }
      } else {
        parser.skipChildren();
      }
    }
    return new RowGroupIndex(ids);
  }

  private static TraceId id(byte[] bytes) throws IOException {
    if (bytes.length != TraceId.LENGTH) {
      throw new IOException("a trace id of %d bytes".formatted(bytes.length));
    }
    return TraceId.at(bytes, 0);
  }
}
