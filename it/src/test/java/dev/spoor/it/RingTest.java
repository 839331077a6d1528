package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The rings of one process, as runbooks look at them.
class RingTest {

  @TempDir private Path folder;

  @Test
  void tokensAreTheSameAfterARestart() throws Exception {
    Path file = folder.resolve("wal/tokens");
    Settings settings =
        Settings.in(folder).with("ingester.lifecycler.tokens_file_path", file.toString());
    List<Long> first = tokensOf(settings);
    assertThat(first).hasSize(128);
    assertThat(Files.readString(file)).isEqualTo("{\"tokens\":" + text(first) + "}");

    assertThat(tokensOf(settings)).isEqualTo(first);
  }

  /// Looks at page, JSON and metrics.
  private List<Long> tokensOf(Settings settings) throws Exception {
    try (LocalSpoor spoor = LocalSpoor.start(settings, folder)) {
      SpoorClient client = spoor.client();
      HttpResponse<byte[]> answer = client.get("/ingester/ring", "accept", "application/json");
      JsonNode member = SpoorClient.json(answer.body()).get("shards").get(0);
      assertThat(member.get("state").asString()).isEqualTo("ACTIVE");
      assertThat(member.get("timestamp").asString()).isNotEmpty();
      List<Long> tokens = new ArrayList<>();
      member.get("tokens").forEach(token -> tokens.add(token.asLong()));

      assertThat(client.text("/ingester/ring"))
          .contains("<td>ACTIVE</td>", "<td>128</td>")
          .doesNotContain(tokens.getFirst().toString());
      assertThat(client.text("/ingester/ring?tokens=true")).contains(tokens.getFirst().toString());
      assertThat(client.text("/metrics"))
          .contains(
              "tempo_ring_members{name=\"ingester\",state=\"ACTIVE\"} 1.0",
              "tempo_ring_members{name=\"ingester\",state=\"Unhealthy\"} 0.0",
              "tempo_ring_members{name=\"compactor\",state=\"ACTIVE\"} 1.0",
              "tempo_ring_tokens_total{name=\"ingester\"} 128.0");
      return tokens;
    }
  }

  private static String text(List<Long> numbers) {
    return numbers.toString().replace(" ", "");
  }
}
