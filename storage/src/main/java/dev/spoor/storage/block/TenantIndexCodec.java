package dev.spoor.storage.block;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdInputStream;
import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoReader;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.model.proto.WireType;
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

  private static final int MESSAGE = WireType.LENGTH_DELIMITED;
  private static final int NUMBER = WireType.VARINT;

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
    ProtoWriter to = new ProtoWriter();
    timestamp(to, 1, index.createdAt());
    for (BlockMeta meta : index.blocks()) {
      meta(to, 2, meta);
    }
    for (TenantIndex.CompactedBlock block : index.compacted()) {
      int compacted = to.begin(3);
      meta(to, 1, block.meta());
      timestamp(to, 2, block.compactedTime());
      to.end(compacted);
    }
    return to.toArray();
  }

  private static void meta(ProtoWriter to, int field, BlockMeta meta) {
    int begun = to.begin(field);
    to.stringUnlessEmpty(1, meta.format());
    to.bytes(2, bytes(meta.blockId()));
    to.stringUnlessEmpty(5, meta.tenantId());
    timestamp(to, 6, meta.startTime());
    timestamp(to, 7, meta.endTime());
    to.varintUnlessZero(8, meta.totalObjects());
    to.varintUnlessZero(9, meta.size());
    to.varintUnlessZero(10, meta.compactionLevel());
    to.bytes(11, new byte[] {(byte) Math.max(0, encodingNumber(meta.encoding()))});
    to.varintUnlessZero(12, meta.indexPageSize());
    to.varintUnlessZero(13, meta.totalRecords());
    to.stringUnlessEmpty(14, meta.dataEncoding());
    to.varintUnlessZero(15, meta.bloomShards());
    to.varintUnlessZero(16, meta.footerSize());
    to.bytes(17, columns(meta.dedicatedColumns()));
    to.varintUnlessZero(18, meta.replicationFactor());
    to.end(begun);
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

  private static void timestamp(ProtoWriter to, int field, Instant time) {
    int begun = to.begin(field);
    to.varintUnlessZero(1, time.getEpochSecond());
    to.varintUnlessZero(2, time.getNano());
    to.end(begun);
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
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case 1 << 3 | MESSAGE -> createdAt = readTimestamp(reader);
        case 2 << 3 | MESSAGE -> blocks.add(readMeta(reader));
        case 3 << 3 | MESSAGE -> compacted.add(readCompacted(reader));
        default -> reader.skip(tag);
      }
    }
    return new TenantIndex(createdAt, blocks, compacted);
  }

  private static TenantIndex.CompactedBlock readCompacted(ProtoReader reader) throws IOException {
    Instant compactedTime = BlockMeta.NO_TIME;
    List<BlockMeta> meta = new ArrayList<>();
    int outer = reader.enter();
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case 1 << 3 | MESSAGE -> meta.add(readMeta(reader));
        case 2 << 3 | MESSAGE -> compactedTime = readTimestamp(reader);
        default -> reader.skip(tag);
      }
    }
    reader.leave(outer);
    if (meta.size() != 1) {
      throw new IOException("a compacted block with %d metas".formatted(meta.size()));
    }
    return new TenantIndex.CompactedBlock(meta.getFirst(), compactedTime);
  }

  private static BlockMeta readMeta(ProtoReader reader) throws IOException {
    BlockMetaJson.Fields to = new BlockMetaJson.Fields();
    int outer = reader.enter();
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case 1 << 3 | MESSAGE -> to.format = reader.utf8();
        case 2 << 3 | MESSAGE -> to.blockId = readId(reader.bytes());
        case 5 << 3 | MESSAGE -> to.tenantId = reader.utf8();
        case 6 << 3 | MESSAGE -> to.startTime = readTimestamp(reader);
        case 7 << 3 | MESSAGE -> to.endTime = readTimestamp(reader);
        case 8 << 3 | NUMBER -> to.totalObjects = readSize(reader, 8, Long.MAX_VALUE);
        case 9 << 3 | NUMBER -> to.size = readSize(reader, 9, Long.MAX_VALUE);
        case 10 << 3 | NUMBER -> to.compactionLevel = readSize(reader, 10);
        case 11 << 3 | MESSAGE -> to.encoding = readEncoding(reader.bytes());
        case 12 << 3 | NUMBER -> to.indexPageSize = readSize(reader, 12);
        case 13 << 3 | NUMBER -> to.totalRecords = readSize(reader, 13);
        case 14 << 3 | MESSAGE -> to.dataEncoding = reader.utf8();
        case 15 << 3 | NUMBER -> to.bloomShards = readSize(reader, 15);
        case 16 << 3 | NUMBER -> to.footerSize = readSize(reader, 16);
        case 17 << 3 | MESSAGE -> to.dedicatedColumns = readColumns(reader.utf8());
        case 18 << 3 | NUMBER -> to.replicationFactor = readSize(reader, 18);
        default -> reader.skip(tag);
      }
    }
    reader.leave(outer);
    return to.meta();
  }

  private static UUID readId(Bytes id) throws IOException {
    if (id.length() != 16) {
      throw new IOException("a block id of %d bytes".formatted(id.length()));
    }
    ByteBuffer bytes = ByteBuffer.wrap(id.array(), id.offset(), 16);
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  private static int readSize(ProtoReader reader, int field) throws IOException {
    return (int) readSize(reader, field, Integer.MAX_VALUE);
  }

  private static long readSize(ProtoReader reader, int field, long max) throws IOException {
    long value = reader.varint();
    if (value < 0 || value > max) {
      throw new IOException("field %d is out of range".formatted(field));
    }
    return value;
  }

  private static String readEncoding(Bytes encoding) throws IOException {
    int number = encoding.length() > 0 ? encoding.array()[encoding.offset()] : 0;
    if (number < 0 || number >= ENCODINGS.size()) {
      throw new IOException("unknown encoding %d".formatted(number));
    }
    return ENCODINGS.get(number);
  }

  private static List<DedicatedColumn> readColumns(String json) throws IOException {
    return json.isEmpty()
        ? List.of()
        : Json.read(json.getBytes(UTF_8), "dedicatedColumns", BlockMetaJson::readColumns);
  }

  private static Instant readTimestamp(ProtoReader reader) throws IOException {
    long seconds = 0;
    long nanos = 0;
    int outer = reader.enter();
    while (reader.hasMore()) {
      int tag = reader.tag();
      switch (tag) {
        case 1 << 3 | NUMBER -> seconds = reader.varint();
        case 2 << 3 | NUMBER -> nanos = reader.varint();
        default -> reader.skip(tag);
      }
    }
    reader.leave(outer);
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
