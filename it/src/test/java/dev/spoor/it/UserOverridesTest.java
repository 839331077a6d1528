package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.storage.objectstore.S3ProxyServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `/api/overrides`, over the stores where they can be kept.
class UserOverridesTest {

  private static final String CLIENT = "overrides.user_configurable_overrides.client.";
  private static final String PATH = "/api/overrides";
  private static final String EMPTY =
      "{\"cost_attribution\":{},\"metrics_generator\":{\"processor\":{\"service_graphs\":{},\"span_metrics\":{},\"host_info\":{}}}}";

  @TempDir private Path folder;

  @Test
  void aFolderKeepsThem() throws Exception {
    assertKept(
        enabled()
            .with(CLIENT + "backend", "local")
            .with(CLIENT + "local.path", folder.resolve("own").toString()));
    assertThat(folder.resolve("own/overrides/b/overrides.json")).exists();
    assertThat(folder.resolve("own/overrides/a")).doesNotExist();
  }

  @Test
  void aBucketKeepsThem() throws Exception {
    S3ProxyServer server = S3ProxyServer.shared();
    assertKept(
        enabled()
            .with(CLIENT + "backend", "s3")
            .with(CLIENT + "s3.bucket", server.newBucket())
            .with(CLIENT + "s3.endpoint", "127.0.0.1:" + server.port())
            .with(CLIENT + "s3.insecure", "true")
            .with(CLIENT + "s3.forcepathstyle", "true")
            .with(CLIENT + "s3.access_key", S3ProxyServer.ACCESS_KEY)
            .with(CLIENT + "s3.secret_key", S3ProxyServer.SECRET_KEY));
  }

  /// Where the file says something of the same, both hold, and the tenant's wins; or the tenant's
  /// is refused.
  private static void assertMerged(SpoorClient c) throws Exception {
    String wanted =
        "{\"metrics_generator\":{\"processors\":[\"span-metrics\"],\"collection_interval\":\"30s\"}}";

    HttpResponse<byte[]> refused = send(c, "POST", PATH, wanted, "0");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(SpoorClient.text(refused)).contains("conflicting overrides");
    String skip = PATH + "?skip-conflicting-overrides-check=";
    assertThat(send(c, "POST", skip + "maybe", wanted, "0").statusCode()).isEqualTo(400);
    assertThat(send(c, "POST", skip + "true", wanted, "0").statusCode()).isEqualTo(200);

    assertThat(c.text(PATH + "?scope=merged"))
        .contains("\"processors\":[\"service-graphs\",\"span-metrics\"]")
        .contains("\"collection_interval\":\"30s\"", "\"disable_collection\":true");
    assertThat(c.text(PATH)).doesNotContain("disable_collection", "service-graphs");
    assertThat(c.get(PATH + "?scope=all").statusCode()).isEqualTo(400);
  }

  private void assertKept(Settings settings) throws Exception {
    try (LocalSpoor spoor = LocalSpoor.start(settings, folder)) {
      SpoorClient a = spoor.client().as("a");
      SpoorClient b = spoor.client().as("b");
      assertThat(spoor.client().get(PATH).statusCode()).isEqualTo(401);
      assertThat(a.get(PATH).statusCode()).isEqualTo(404);
      assertThat(a.get(PATH).body()).isEmpty();
      assertThat(a.send("POST", PATH, bytes("{}")).statusCode()).isEqualTo(428);
      assertThat(a.send("DELETE", PATH).statusCode()).isEqualTo(428);
      assertThat(send(a, "POST", PATH, "{}", "1").statusCode()).isEqualTo(412);
      HttpResponse<byte[]> unknown = send(a, "POST", PATH, "{\"nonsense\":1}", "0");
      assertThat(unknown.statusCode()).isEqualTo(400);
      assertThat(SpoorClient.text(unknown)).contains("body:1:2: field nonsense not found");
      HttpResponse<byte[]> limit =
          send(a, "POST", PATH, "{\"ingestion\":{\"rate_limit_bytes\":1000000000}}", "0");
      assertThat(limit.statusCode()).as("limits are for operators").isEqualTo(400);
      assertThat(send(a, "POST", PATH, "{", "0").statusCode()).isEqualTo(400);
      assertThat(send(a, "POST", PATH, "{\"forwarders\":[\"x\"]}", "0").statusCode())
          .isEqualTo(400);

      HttpResponse<byte[]> created = send(a, "POST", PATH, "{}", "0");
      assertThat(created.statusCode()).isEqualTo(200);
      assertThat(created.body()).isEmpty();
      String first = etag(created);
      assertThat(send(a, "POST", PATH, "{}", "0").statusCode()).isEqualTo(412);
      assertThat(a.text(PATH)).isEqualTo(EMPTY);
      assertThat(b.get(PATH).statusCode()).as("of another tenant").isEqualTo(404);

      HttpResponse<byte[]> patched =
          a.send("PATCH", PATH, bytes("{\"metrics_generator\":{\"collection_interval\":\"30s\"}}"));
      assertThat(patched.statusCode()).isEqualTo(200);
      assertThat(SpoorClient.text(patched)).contains("\"collection_interval\":\"30s\"");
      String second = etag(patched);
      assertThat(second).isNotEqualTo(first);
      HttpResponse<byte[]> got = a.get(PATH);
      assertThat(etag(got)).isEqualTo(second);
      assertThat(got.body()).isEqualTo(patched.body());
      HttpResponse<byte[]> unset =
          a.send("PATCH", PATH, bytes("{\"metrics_generator\":{\"collection_interval\":null}}"));
      assertThat(SpoorClient.text(unset)).isEqualTo(EMPTY);

      assertThat(send(a, "DELETE", PATH, "", second).statusCode()).isEqualTo(412);
      assertThat(send(a, "DELETE", PATH, "", etag(unset)).statusCode()).isEqualTo(200);
      assertThat(a.get(PATH).statusCode()).isEqualTo(404);

      HttpResponse<byte[]> byPatch = b.send("PATCH", PATH, bytes("{}"));
      assertThat(byPatch.statusCode()).isEqualTo(200);
      assertThat(b.text("/status/overrides/b")).contains("metrics_generator");
      assertMerged(spoor.client().as("c"));
    }
  }

  private Settings enabled() throws IOException {
    Path limits =
        Files.writeString(
            folder.resolve("limits.yaml"),
            "overrides: {c: {metrics_generator: {processors: [service-graphs], collection_interval:"
                + " 20s, disable_collection: true}}}\n");
    return Settings.in(folder)
        .with("overrides.per_tenant_override_config", limits.toString())
        .with(
            "overrides.user_configurable_overrides.api.check_for_conflicting_runtime_overrides",
            "true")
        .with("multitenancy_enabled", "true")
        .with("overrides.user_configurable_overrides.enabled", "true");
  }

  private static HttpResponse<byte[]> send(
      SpoorClient to, String method, String path, String body, String version) throws Exception {
    return to.send(method, path, bytes(body), "if-match", version);
  }

  private static String etag(HttpResponse<byte[]> answer) {
    return answer.headers().firstValue("etag").orElseThrow();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
