package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import dev.spoor.storage.objectstore.FaultProxy;
import dev.spoor.storage.objectstore.S3ProxyServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The object store is away or refuses: nothing acknowledged is lost, and nobody waits for it.
class StoreFaultsTest {

  private static final TraceId FIRST = new TraceId(1, 1);
  private static final TraceId SECOND = new TraceId(1, 2);

  @TempDir private Path folder;

  @Test
  void aStoreThatIsDownForTheWholeRunAndARestartGetsEverythingWhenItIsBack() throws Exception {
    S3ProxyServer server = S3ProxyServer.shared();
    try (FaultProxy proxy = new FaultProxy(server.port())) {
      Settings settings = s3(proxy.endpoint(), server.newBucket());
      proxy.refuse();
      try (LocalSpoor spoor = LocalSpoor.start(settings, folder)) {
        assertTakesAndFinds(spoor.client(), FIRST);
        assertUploadsFail(spoor.client());
      }
      try (LocalSpoor restarted = LocalSpoor.start(settings, folder)) {
        SpoorClient client = restarted.client();
        assertFindsInPart(client, FIRST);
        assertTakesAndFinds(client, SECOND);
        assertUploadsFail(client);
        assertThat(client.get("/api/traces/999").statusCode())
            .as("not known to be missing")
            .isEqualTo(503);

        proxy.accept();
        client.flush();
        assertThat(client.metric("tempo_ingester_blocks_flushed_total").orElseThrow()).isPositive();
      }
      KillTest.deleteTree(folder.resolve("wal"));
      try (LocalSpoor elsewhere = LocalSpoor.start(settings, folder)) {
        SpoorClient client = elsewhere.client();
        Eventually.holds(
            "the list is read", () -> client.metric("tempodb_blocklist_length").orElse(0.0) > 0);
        assertThat(client.find(FIRST).orElseThrow()).hasSize(3);
        assertThat(client.find(SECOND).orElseThrow()).hasSize(3);
        assertThat(client.search("{ name = \"checkout\" }", 10))
            .containsExactlyInAnyOrder(FIRST, SECOND);
      }
    }
  }

  @Test
  void aStoreThatIsTooSlowIsGivenUpOnAndGetsEverythingWhenItIsFaster() throws Exception {
    S3ProxyServer server = S3ProxyServer.shared();
    try (FaultProxy proxy = new FaultProxy(server.port())) {
      Settings settings =
          s3(proxy.endpoint(), server.newBucket()).with("ingester.flush_op_timeout", "2s");
      proxy.behave(new FaultProxy.Behaviour.Delay(Duration.ofSeconds(60)));
      try (LocalSpoor spoor = LocalSpoor.start(settings, folder)) {
        SpoorClient client = spoor.client();
        assertTakesAndFinds(client, FIRST);
        assertUploadsFail(client);
        assertTakesAndFinds(client, SECOND);

        proxy.pass();
        client.flush();
        assertThat(client.metric("tempo_ingester_blocks_flushed_total").orElseThrow()).isPositive();
        assertThat(client.find(FIRST).orElseThrow()).hasSize(3);
        assertThat(client.find(SECOND).orElseThrow()).hasSize(3);
      }
    }
  }

  @Test
  void aFolderThatCannotBeWrittenToGetsEverythingWhenItCan() throws Exception {
    Path blocks = Files.writeString(folder.resolve("blocks"), "no folder");
    Settings settings = Settings.in(folder);
    try (LocalSpoor spoor = LocalSpoor.start(settings, folder)) {
      assertTakesAndFinds(spoor.client(), FIRST);
      assertUploadsFail(spoor.client());

      Files.delete(blocks);
      spoor.client().flush();
      assertThat(spoor.client().find(FIRST).orElseThrow()).hasSize(3);
    }
  }

  private static void assertTakesAndFinds(SpoorClient client, TraceId id) throws Exception {
    assertThat(client.isReady()).isTrue();
    assertThat(client.push(Traces.export(id, 3)).statusCode()).isEqualTo(200);
    assertFindsInPart(client, id);
  }

  /// Of what is here; the answer says that more may be in the store.
  private static void assertFindsInPart(SpoorClient client, TraceId id) throws Exception {
    assertThat(client.find(id).orElseThrow()).hasSize(3);
    assertThat(client.get("/api/traces/" + id).headers().firstValue("spoor-partial"))
        .hasValueSatisfying(reason -> assertThat(reason).contains("blocklist"));
    assertThat(client.search("{ span.trace = \"" + id + "\" }", 10)).containsExactly(id);
  }

  private static void assertUploadsFail(SpoorClient client) throws Exception {
    Eventually.holds(
        "uploads fail",
        () -> client.metric("tempo_ingester_failed_flushes_total").orElseThrow() > 0);
    assertThat(client.metric("tempo_ingester_blocks_flushed_total")).contains(0.0);
    assertThat(client.isReady()).isTrue();
  }

  private Settings s3(String endpoint, String bucket) {
    return Settings.in(folder)
        .with("storage.trace.backend", "s3")
        .with("storage.trace.s3.endpoint", endpoint)
        .with("storage.trace.s3.bucket", bucket)
        .with("storage.trace.s3.access_key", S3ProxyServer.ACCESS_KEY)
        .with("storage.trace.s3.secret_key", S3ProxyServer.SECRET_KEY)
        .with("storage.trace.s3.insecure", "true")
        .with("storage.trace.s3.forcepathstyle", "true");
  }
}
