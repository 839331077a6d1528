package dev.spoor.storage.block;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// The two encodings of a tenant index.
final class TenantIndexCodec {

  /// Larger ones are refused: about a million blocks.
  private static final int MAX_BYTES = 1 << 30;

  private static final int ZSTD_LEVEL = 3;

  /// By their number in the protobuf message; also tells how JSON spells them.
  private static final List<String> ENCODINGS =
      List.of("none", "gzip", "lz4-64k", "lz4-256k", "lz4-1M", "lz4", "snappy", "zstd", "s2");

  private TenantIndexCodec() {}

  // ---- JSON

  static byte[] json(TenantIndex index) {
    return Json.write(to -> {
      to.writeStartObject();
      to.writeStringProperty("created_at", Json.text(index.createdAt()));
      to.writeName("meta");
      to.writeStartArray();
      for (BlockMeta meta : index.blocks()) {
        to.writeStartObject();
        BlockMetaJson.writeFields(to, meta);
        to.writeEndObject();
      }
      to.writeEndArray();
      to.writeName("compacted");
      to.writeStartArray();
      index.compacted().forEach(block -> writeCompacted(to, block));
      to.writeEndArray();
      to.writeEndObject();
    });
  }

  private static void writeCompacted(JsonGenerator to, TenantIndex.CompactedBlock block) {
    to.writeStartObject();
    to.writeStringProperty("compactedTime", Json.text(block.compactedTime()));
    BlockMetaJson.writeFields(to, block.meta());
    to.writeEndObject();
  }

  static TenantIndex readJson(JsonParser parser) throws IOException {
    Json.expect(parser, JsonToken.START_OBJECT);
    Instant createdAt = BlockMeta.NO_TIME;
    List<BlockMeta> blocks = new ArrayList<>();
    List<TenantIndex.CompactedBlock> compacted = new ArrayList<>();
    while (Json.nextField(parser)) {
      switch (parser.currentName()) {
        case "created_at" -> createdAt = Json.time(parser);
        case "meta" -> {
          if (Json.startsArray(parser)) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
              blocks.add(BlockMetaJson.readFields(parser).meta());
            }
          }
        }
        case "compacted" -> {
          if (Json.startsArray(parser)) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
              BlockMetaJson.Fields fields = BlockMetaJson.readFields(parser);
              compacted.add(new TenantIndex.CompactedBlock(fields.meta(), fields.compactedTime));
            }
          }
        }
        default -> parser.skipChildren();
      }
    }
    return new TenantIndex(createdAt, blocks, compacted);
  }

  // ---- protobuf

  static byte[] message(TenantIndex index) {
    ProtoWriter to = new ProtoWriter().message(1, timestamp(index.createdAt()));
    for (BlockMeta meta : index.blocks()) {
      to.message(2, message(meta));
    }
    for (TenantIndex.CompactedBlock block : index.compacted()) {
      to.message(
          3,
          new ProtoWriter()
              .message(1, message(block.meta()))
              .message(2, timestamp(block.compactedTime())));
    }
    return to.toBytes();
  }

  private static ProtoWriter message(BlockMeta meta) {
    ProtoWriter to = new ProtoWriter();
    string(to, 1, meta.format());
    to.range(2, bytes(meta.blockId()));
    string(to, 5, meta.tenantId());
    to.message(6, timestamp(meta.startTime()));
    to.message(7, timestamp(meta.endTime()));
    number(to, 8, meta.totalObjects());
    number(to, 9, meta.size());
    number(to, 10, meta.compactionLevel());
    to.range(11, new byte[] {(byte) Math.max(0, encodingNumber(meta.encoding()))});
    number(to, 12, meta.indexPageSize());
    number(to, 13, meta.totalRecords());
    string(to, 14, meta.dataEncoding());
    number(to, 15, meta.bloomShards());
    number(to, 16, meta.footerSize());
    to.range(17, columns(meta.dedicatedColumns()));
    number(to, 18, meta.replicationFactor());
    return to;
  }

  private static byte[] columns(List<DedicatedColumn> columns) {
    return columns.isEmpty()
        ? new byte[0]
        : Json.write(to -> BlockMetaJson.writeColumns(to, columns));
  }

  private static int encodingNumber(String encoding) {
    for (int number = 0; number < ENCODINGS.size(); number++) {
      if (ENCODINGS.get(number).equalsIgnoreCase(encoding)) {
        return number;
      }
    }
    return -1;
  }

  private static void string(ProtoWriter to, int field, String text) {
    if (!text.isEmpty()) {
      to.range(field, text.getBytes(UTF_8));
    }
  }

  private static void number(ProtoWriter to, int field, long value) {
    if (value != 0) {
      to.varint(field, value);
    }
  }

  private static ProtoWriter timestamp(Instant time) {
    ProtoWriter to = new ProtoWriter();
    number(to, 1, time.getEpochSecond());
    number(to, 2, time.getNano());
    return to;
  }

  private static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  static TenantIndex readMessage(ProtoReader reader) throws IOException {
    Instant createdAt = BlockMeta.NO_TIME;
    List<BlockMeta> blocks = new ArrayList<>();
    List<TenantIndex.CompactedBlock> compacted = new ArrayList<>();
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> createdAt = readTimestamp(reader.message());
        case 2 -> blocks.add(readMeta(reader.message()));
        case 3 -> compacted.add(readCompacted(reader.message()));
        default -> reader.skip();
      }
    }
    return new TenantIndex(createdAt, blocks, compacted);
  }

  private static TenantIndex.CompactedBlock readCompacted(ProtoReader reader) throws IOException {
    Instant compactedTime = BlockMeta.NO_TIME;
    List<BlockMeta> meta = new ArrayList<>();
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> meta.add(readMeta(reader.message()));
        case 2 -> compactedTime = readTimestamp(reader.message());
        default -> reader.skip();
      }
    }
    if (meta.size() != 1) {
      throw new IOException("a compacted block with %d metas".formatted(meta.size()));
    }
    return new TenantIndex.CompactedBlock(meta.getFirst(), compactedTime);
  }

  private static BlockMeta readMeta(ProtoReader reader) throws IOException {
    BlockMetaJson.Fields to = new BlockMetaJson.Fields();
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> to.format = readString(reader);
        case 2 -> to.blockId = readId(reader);
        case 5 -> to.tenantId = readString(reader);
        case 6 -> to.startTime = readTimestamp(reader.message());
        case 7 -> to.endTime = readTimestamp(reader.message());
        case 8 -> to.totalObjects = readSize(reader, Long.MAX_VALUE);
        case 9 -> to.size = readSize(reader, Long.MAX_VALUE);
        case 10 -> to.compactionLevel = (int) readSize(reader, Integer.MAX_VALUE);
        case 11 -> to.encoding = readEncoding(reader);
        case 12 -> to.indexPageSize = (int) readSize(reader, Integer.MAX_VALUE);
        case 13 -> to.totalRecords = (int) readSize(reader, Integer.MAX_VALUE);
        case 14 -> to.dataEncoding = readString(reader);
        case 15 -> to.bloomShards = (int) readSize(reader, Integer.MAX_VALUE);
        case 16 -> to.footerSize = (int) readSize(reader, Integer.MAX_VALUE);
        case 17 -> to.dedicatedColumns = readColumns(reader);
        case 18 -> to.replicationFactor = (int) readSize(reader, Integer.MAX_VALUE);
        default -> reader.skip();
      }
    }
    return to.meta();
  }

  private static String readString(ProtoReader reader) throws IOException {
    reader.range();
    return new String(reader.array(), reader.start(), reader.end() - reader.start(), UTF_8);
  }

  private static UUID readId(ProtoReader reader) throws IOException {
    reader.range();
    if (reader.end() - reader.start() != 16) {
      throw new IOException("a block id of %d bytes".formatted(reader.end() - reader.start()));
    }
    ByteBuffer bytes = ByteBuffer.wrap(reader.array(), reader.start(), 16);
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  private static long readSize(ProtoReader reader, long max) throws IOException {
    long value = reader.varint();
    if (value < 0 || value > max) {
      throw new IOException("field %d is out of range".formatted(reader.field()));
    }
    return value;
  }

  private static String readEncoding(ProtoReader reader) throws IOException {
    reader.range();
    int number = reader.end() > reader.start() ? reader.array()[reader.start()] : 0;
    if (number < 0 || number >= ENCODINGS.size()) {
      throw new IOException("unknown encoding %d".formatted(number));
    }
    return ENCODINGS.get(number);
  }

  private static List<DedicatedColumn> readColumns(ProtoReader reader) throws IOException {
    String json = readString(reader);
    return json.isEmpty()
        ? List.of()
        : Json.read(json.getBytes(UTF_8), "dedicatedColumns", BlockMetaJson::readColumns);
  }

  private static Instant readTimestamp(ProtoReader reader) throws IOException {
    long seconds = 0;
    long nanos = 0;
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> seconds = reader.varint();
        case 2 -> nanos = reader.varint();
        default -> reader.skip();
      }
    }
    try {
      return Instant.ofEpochSecond(seconds, nanos);
    } catch (DateTimeException | ArithmeticException e) {
      throw new IOException("a time out of range", e);
    }
  }

  // ---- compression

  static byte[] zstd(byte[] message) {
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      context.setLevel(ZSTD_LEVEL);
      context.setChecksum(true);
      return context.compress(message);
    }
  }

  static byte[] unzstd(byte[] bytes) throws IOException {
    try (InputStream in = new ZstdInputStream(new ByteArrayInputStream(bytes))) {
      return bounded(in);
    }
  }

  static byte[] gunzip(byte[] bytes) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return bounded(in);
    }
  }

  private static byte[] bounded(InputStream in) throws IOException {
    byte[] all = in.readNBytes(MAX_BYTES);
    if (in.read() >= 0) {
      throw new IOException("more than %d bytes when decompressed".formatted(MAX_BYTES));
    }
    return all;
  }

  /// A gzip file with a file name in its header, which the JDK's own stream can't write.
  static byte[] gzip(byte[] content, String fileName) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length / 4 + 64);
    byte deflate = 8;
    byte hasName = 8;
    byte unknownSystem = (byte) 255;
    out.writeBytes(new byte[] {0x1f, (byte) 0x8b, deflate, hasName, 0, 0, 0, 0, 0, unknownSystem});
    out.writeBytes(fileName.getBytes(UTF_8));
    out.write(0);
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      deflater.setInput(content);
      deflater.finish();
      byte[] buffer = new byte[64 << 10];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
    } finally {
      deflater.end();
    }
    CRC32 crc = new CRC32();
    crc.update(content);
    ByteBuffer tail = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    out.writeBytes(tail.putInt((int) crc.getValue()).putInt(content.length).array());
    return out.toByteArray();
  }
}
