package dev.spoor.storage.block;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockMetaTest {

  @ParameterizedTest
  @EnumSource
  void theReferencesMetaIsWrittenAsItWasRead(Golden golden) throws IOException {
    byte[] written = golden.blockFile("meta.json");

    BlockMeta meta = BlockMeta.parse(written, "meta.json");

    assertThat(meta.totalObjects()).isEqualTo(84);
    assertThat(meta.toJson()).asString(UTF_8).isEqualTo(new String(written, UTF_8));
  }

  @Test
  void readsDedicatedColumnsWithTheirDefaults() throws IOException {
    BlockMeta meta = Golden.VPARQUET5.meta();

    assertThat(meta.dedicatedColumns())
        .contains(
            DedicatedColumn.ofResource("k8s.pod.name"),
            DedicatedColumn.ofSpan("url.path"),
            new DedicatedColumn(
                DedicatedColumn.Scope.SPAN, "server.port", DedicatedColumn.Type.INT, List.of()));
  }

  @Test
  void toleratesUnknownFieldsNullsAndWhatIsMissing() throws IOException {
    BlockMeta meta =
        parse(
            """
            {"format":"vParquet4","minID":"AAA=","nested":{"a":[1,{"b":2}]},"dedicatedColumns":null,
             "blockID":"3b971e50-147f-489c-84db-d79085df1415","startTime":"2026-11-22T03:30:03.5+02:00"}
            """);

    assertThat(meta.startTime()).isEqualTo(Instant.parse("2026-11-22T01:30:03.5Z"));
    assertThat(meta.endTime()).isEqualTo(BlockMeta.NO_TIME);
    assertThat(meta.encoding()).isEqualTo("none");
    assertThat(meta.bloomShardCount()).isEqualTo(10);
    assertThat(meta.toJson())
        .asString(UTF_8)
        .contains("\"startTime\":\"2026-11-22T01:30:03.5Z\"")
        .contains("\"endTime\":\"0001-01-01T00:00:00Z\"")
        .doesNotContain("dedicatedColumns", "replicationFactor", "size\":");
  }

  @Test
  void keepsOptionsAndReplicationFactor() throws IOException {
    String json =
        """
        {"format":"vParquet5","blockID":"3b971e50-147f-489c-84db-d79085df1415","tenantID":"a",\
        "startTime":"2026-11-22T01:30:03Z","endTime":"2026-11-22T01:30:03.000000001Z",\
        "totalObjects":1,"size":2,"compactionLevel":3,"encoding":"none","indexPageSize":0,\
        "totalRecords":4,"dataEncoding":"","bloomShards":5,"footerSize":6,\
        "dedicatedColumns":[{"s":"event","n":"exception.stacktrace","o":["blob"]}],\
        "replicationFactor":1}\
        """;

    assertThat(parse(json).toJson()).asString(UTF_8).isEqualTo(json);
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> parse("{}"))
        .hasMessage("meta.json: a block meta needs format and blockID");
    assertThatThrownBy(() -> parse("[]"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("meta.json");
    assertThatThrownBy(() -> parse("{\"size\":-1}"))
        .hasMessageContaining("negative")
        .hasMessageContaining("size");
    assertThatThrownBy(() -> parse("{\"blockID\":\"1-1-1-1-1\"}"))
        .hasMessageContaining("not a block id");
    assertThatThrownBy(() -> parse("{\"size\":12")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> parse("")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> parse("{\"startTime\":\"yesterday\"}"))
        .isInstanceOf(IOException.class);
  }

  private static BlockMeta parse(String json) throws IOException {
    return BlockMeta.parse(json.getBytes(UTF_8), "meta.json");
  }
}
