package dev.spoor.storage.block;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoReader;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/// The blocks of a tenant as one process listed them, for others to read in one go.
///
/// It is stored twice with the same content: as protobuf ([#PROTOBUF_NAME]), which is read first,
/// and as JSON ([#JSON_NAME]).
///
/// @param createdAt when it was written
/// @param blocks live blocks
/// @param compacted blocks that were merged into others, or expired, and will go
public record TenantIndex(
    Instant createdAt, List<BlockMeta> blocks, List<CompactedBlock> compacted) {

  public static final String PROTOBUF_NAME = "index.pb.zst";
  public static final String JSON_NAME = "index.json.gz";

  /// @param compactedTime when the block was marked
  public record CompactedBlock(BlockMeta meta, Instant compactedTime) {}

  public TenantIndex {
    blocks = List.copyOf(blocks);
    compacted = List.copyOf(compacted);
  }

  /// The bytes of the object [#PROTOBUF_NAME].
  public byte[] toProtobuf() {
    return TenantIndexCodec.zstd(TenantIndexCodec.message(this));
  }

  /// The bytes of the object [#JSON_NAME].
  public byte[] toJson() {
    return TenantIndexCodec.gzip(TenantIndexCodec.json(this), "index.json");
  }

  /// Reads the object [#PROTOBUF_NAME].
  ///
  /// @param source what the bytes are, for messages
  /// @throws IOException naming the source and what is wrong with it
  public static TenantIndex parseProtobuf(byte[] bytes, String source) throws IOException {
    try {
      byte[] message = TenantIndexCodec.unzstd(bytes);
      return TenantIndexCodec.readMessage(new ProtoReader(Bytes.of(message)));
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException("%s: %s".formatted(source, e.getMessage()), e);
    }
  }

  /// Reads the object [#JSON_NAME].
  ///
  /// @throws IOException naming the source and what is wrong with it
  public static TenantIndex parseJson(byte[] bytes, String source) throws IOException {
    byte[] json;
    try {
      json = TenantIndexCodec.gunzip(bytes);
    } catch (IOException e) {
      throw new IOException("%s: %s".formatted(source, e.getMessage()), e);
    }
    return Json.read(json, source, TenantIndexCodec::readJson);
  }
}
