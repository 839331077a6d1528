package dev.spoor.storage.block;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Metas as JSON, alone and as entries of a tenant index.
final class BlockMetaJson {

  private BlockMetaJson() {}

  /// A meta as it is read: what was not there is at its default.
  static final class Fields {
    @Nullable String format;
    @Nullable UUID blockId;
    String tenantId = "";
    Instant startTime = BlockMeta.NO_TIME;
    Instant endTime = BlockMeta.NO_TIME;
    long totalObjects;
    long size;
    int compactionLevel;
    String encoding = "none";
    int indexPageSize;
    int totalRecords;
    String dataEncoding = "";
    int bloomShards;
    int footerSize;
    List<DedicatedColumn> dedicatedColumns = List.of();
    int replicationFactor;
    Instant compactedTime = BlockMeta.NO_TIME;

    BlockMeta meta() throws IOException {
      if (format == null || blockId == null) {
        throw new IOException("a block meta needs format and blockID");
      }
      return new BlockMeta(
          format,
          blockId,
          tenantId,
          startTime,
          endTime,
          totalObjects,
          size,
          compactionLevel,
          encoding,
          indexPageSize,
          totalRecords,
          dataEncoding,
          bloomShards,
          footerSize,
          dedicatedColumns,
          replicationFactor);
    }
  }

  static byte[] write(BlockMeta meta) {
    return Json.write(generator -> {
      generator.writeStartObject();
      writeFields(generator, meta);
      generator.writeEndObject();
    });
  }

  static BlockMeta read(byte[] json, String source) throws IOException {
    return Json.read(json, source, parser -> readFields(parser).meta());
  }

  static Fields readFields(JsonParser parser) throws IOException {
    Json.expect(parser, JsonToken.START_OBJECT);
    Fields fields = new Fields();
    while (Json.nextField(parser)) {
      if (parser.currentToken() != JsonToken.VALUE_NULL) {
        readField(parser, fields);
      }
    }
    return fields;
  }

  private static void readField(JsonParser parser, Fields to) throws IOException {
    switch (parser.currentName()) {
      case "format" -> to.format = Json.string(parser);
      case "blockID" -> to.blockId = uuid(Json.string(parser));
      case "tenantID" -> to.tenantId = Json.string(parser);
      case "startTime" -> to.startTime = Json.time(parser);
      case "endTime" -> to.endTime = Json.time(parser);
      case "totalObjects" -> to.totalObjects = Json.size64(parser);
      case "size" -> to.size = Json.size64(parser);
      case "compactionLevel" -> to.compactionLevel = Json.size32(parser);
      case "encoding" -> to.encoding = Json.string(parser);
      case "indexPageSize" -> to.indexPageSize = Json.size32(parser);
      case "totalRecords" -> to.totalRecords = Json.size32(parser);
      case "dataEncoding" -> to.dataEncoding = Json.string(parser);
      case "bloomShards" -> to.bloomShards = Json.size32(parser);
      case "footerSize" -> to.footerSize = Json.size32(parser);
      case "dedicatedColumns" -> to.dedicatedColumns = readColumns(parser);
      case "replicationFactor" -> to.replicationFactor = Json.size32(parser);
      case "compactedTime" -> to.compactedTime = Json.time(parser);
      default -> parser.skipChildren();
    }
  }

  static UUID uuid(String text) throws IOException {
    if (text.length() != 36) {
      throw new IOException("'%s' is not a block id".formatted(text));
    }
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new IOException("'%s' is not a block id".formatted(text), e);
    }
  }

  static void writeFields(JsonGenerator to, BlockMeta meta) {
    to.writeStringProperty("format", meta.format());
    to.writeStringProperty("blockID", meta.blockId().toString());
    to.writeStringProperty("tenantID", meta.tenantId());
    to.writeStringProperty("startTime", Json.text(meta.startTime()));
    to.writeStringProperty("endTime", Json.text(meta.endTime()));
    to.writeNumberProperty("totalObjects", meta.totalObjects());
    if (meta.size() != 0) {
      to.writeNumberProperty("size", meta.size());
    }
    to.writeNumberProperty("compactionLevel", meta.compactionLevel());
    to.writeStringProperty("encoding", meta.encoding());
    to.writeNumberProperty("indexPageSize", meta.indexPageSize());
    to.writeNumberProperty("totalRecords", meta.totalRecords());
    to.writeStringProperty("dataEncoding", meta.dataEncoding());
    to.writeNumberProperty("bloomShards", meta.bloomShards());
    to.writeNumberProperty("footerSize", meta.footerSize());
    if (!meta.dedicatedColumns().isEmpty()) {
      to.writeName("dedicatedColumns");
      writeColumns(to, meta.dedicatedColumns());
    }
    if (meta.replicationFactor() != 0) {
      to.writeNumberProperty("replicationFactor", meta.replicationFactor());
    }
  }

  static void writeColumns(JsonGenerator to, List<DedicatedColumn> columns) {
    to.writeStartArray();
    for (DedicatedColumn column : columns) {
      writeColumn(to, column);
    }
    to.writeEndArray();
  }

  private static void writeColumn(JsonGenerator to, DedicatedColumn column) {
    to.writeStartObject();
    if (column.scope() != DedicatedColumn.Scope.SPAN) {
      to.writeStringProperty("s", column.scope().text());
    }
    to.writeStringProperty("n", column.name());
    if (column.type() != DedicatedColumn.Type.STRING) {
      to.writeStringProperty("t", column.type().text());
    }
    if (!column.options().isEmpty()) {
      to.writeName("o");
      to.writeStartArray();
      column.options().forEach(to::writeString);
      to.writeEndArray();
    }
    to.writeEndObject();
  }

  static List<DedicatedColumn> readColumns(JsonParser parser) throws IOException {
    List<DedicatedColumn> columns = new ArrayList<>();
    if (Json.startsArray(parser)) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        columns.add(readColumn(parser));
      }
    }
    return columns;
  }

  private static DedicatedColumn readColumn(JsonParser parser) throws IOException {
    Json.expect(parser, JsonToken.START_OBJECT);
    DedicatedColumn.Scope scope = DedicatedColumn.Scope.SPAN;
    String name = "";
    DedicatedColumn.Type type = DedicatedColumn.Type.STRING;
    List<String> options = new ArrayList<>();
    while (Json.nextField(parser)) {
      switch (parser.currentName()) {
        case "s" -> scope = scope(Json.string(parser));
        case "n" -> name = Json.string(parser);
        case "t" -> type = type(Json.string(parser));
        case "o" -> {
          if (Json.startsArray(parser)) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
              options.add(Json.string(parser));
            }
          }
        }
        default -> parser.skipChildren();
      }
    }
    return new DedicatedColumn(scope, name, type, options);
  }

  private static DedicatedColumn.Scope scope(String text) throws IOException {
    for (DedicatedColumn.Scope scope : DedicatedColumn.Scope.values()) {
      if (scope.text().equals(text)) {
        return scope;
      }
    }
    throw new IOException("unknown scope '%s' of a dedicated column".formatted(text));
  }

  private static DedicatedColumn.Type type(String text) throws IOException {
    for (DedicatedColumn.Type type : DedicatedColumn.Type.values()) {
      if (type.text().equals(text)) {
        return type;
      }
    }
    throw new IOException("unknown type '%s' of a dedicated column".formatted(text));
  }
}
