package dev.spoor.storage.block;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TenantIndexTest {

  @ParameterizedTest
  @EnumSource(Golden.class)
  void theReferencesIndexIsWrittenAsItWasRead(Golden golden) throws IOException {
    byte[] protobuf = golden.tenantFile(TenantIndex.PROTOBUF_NAME);
    byte[] json = golden.tenantFile(TenantIndex.JSON_NAME);

    TenantIndex index = TenantIndex.parseProtobuf(protobuf, "index.pb.zst");

    assertThat(index.blocks()).containsExactly(golden.meta());
    assertThat(TenantIndex.parseJson(json, "index.json.gz")).isEqualTo(index);
    assertThat(TenantIndexCodec.unzstd(index.toProtobuf()))
        .isEqualTo(TenantIndexCodec.unzstd(protobuf));
    assertThat(TenantIndexCodec.gunzip(index.toJson()))
        .asString(UTF_8)
        .isEqualTo(new String(TenantIndexCodec.gunzip(json), UTF_8));
  }

  @Test
  void keepsCompactedBlocksInBothForms() throws IOException {
    BlockMeta live = meta(1).withReplicationFactor(1);
    BlockMeta gone = meta(2).withCompactionLevel(7);
    TenantIndex index =
        new TenantIndex(
            Instant.parse("2026-11-22T02:03:13.132892218Z"),
            List.of(live),
            List.of(new TenantIndex.CompactedBlock(gone, Instant.parse("2026-11-22T02:03:13.5Z"))));

    assertThat(TenantIndex.parseProtobuf(index.toProtobuf(), "pb")).isEqualTo(index);
    assertThat(TenantIndex.parseJson(index.toJson(), "json")).isEqualTo(index);
    assertThat(TenantIndexCodec.gunzip(index.toJson()))
        .asString(UTF_8)
        .contains("\"compacted\":[{\"compactedTime\":\"2026-11-22T02:03:13.5Z\",\"format\":");
  }

  @Test
  void listsMayBeNullInJson() throws IOException {
    byte[] json = "{\"created_at\":\"2026-11-22T02:03:13Z\",\"meta\":null}".getBytes(UTF_8);
    TenantIndex index = TenantIndex.parseJson(TenantIndexCodec.gzip(json, "index.json"), "json");
    assertThat(index.blocks()).isEmpty();
    assertThat(index.compacted()).isEmpty();
  }

  @Test
  void brokenBytesAreRefusedByName() throws IOException {
    byte[] whole = Golden.VPARQUET4.tenantFile(TenantIndex.PROTOBUF_NAME);
    byte[] cut = Arrays.copyOf(whole, whole.length / 2);
    assertThatThrownBy(() -> TenantIndex.parseProtobuf(cut, "acme/index.pb.zst"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("acme/index.pb.zst: ");
    assertThatThrownBy(() -> TenantIndex.parseJson(cut, "acme/index.json.gz"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("acme/index.json.gz: ");
  }

  private static BlockMeta meta(int number) {
    return BlockMeta.fresh(
        "vParquet4",
        new UUID(number, number),
        "acme",
        BlockMeta.NO_TIME,
        Instant.parse("2026-11-22T01:30:03.000000001Z"),
        5,
        1234,
        1,
        1,
        99,
        List.of(DedicatedColumn.ofSpan("a"), DedicatedColumn.ofResource("b")));
  }
}
