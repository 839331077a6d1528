package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import dev.spoor.storage.objectstore.S3ProxyServer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One process takes spans, merges blocks and makes the indexes of tenants; others over the same
/// store only read.
class ReadersTest {

  private static final String INDEX_ERRORS = "tempodb_blocklist_tenant_index_errors_total";
  private static final String BUILDER = "tempodb_blocklist_tenant_index_builder";

  @TempDir private Path folder;

  @Test
  void whatOneProcessStoresTheOthersFindAtOnce() throws Exception {
    TraceId known = new TraceId(1, 1);
    TraceId fresh = new TraceId(2, 2);
    try (SpoorProcess writer = SpoorProcess.start(in("writer", folder), made("writer"))) {
      store(writer.client(), known);
      Eventually.holds("there is an index", () -> Files.exists(index("index.pb.zst")));
      Eventually.holds("in both forms", () -> Files.exists(index("index.json.gz")));
      try (SpoorProcess reader =
          SpoorProcess.start(
              reading(in("reader", folder)).with("storage.trace.blocklist_poll", "1h"),
              made("reader"))) {
        SpoorClient asked = reader.client();
        Eventually.holds("it read the index", () -> asked.metric(BUILDER).isPresent());
        assertThat(asked.metric(BUILDER)).contains(0.0);
        assertThat(asked.metric(INDEX_ERRORS).orElse(0.0)).isZero();
        assertThat(asked.find(known)).isPresent();
        assertThat(asked.search("{}", 10)).containsExactly(known);

        store(writer.client(), fresh);
        assertThat(asked.find(fresh)).as("its next poll is in an hour").isPresent();
        assertThat(asked.search("{}", 10)).containsExactlyInAnyOrder(known, fresh);
        assertThat(asked.find(new TraceId(3, 3))).isEmpty();
      }
    }
  }

  @Test
  void twoThatBothTakeSpansFindWhatTheOtherStored() throws Exception {
    try (LocalSpoor first =
        LocalSpoor.start(
            in("first", folder).with("storage.trace.blocklist_poll", "2s"), made("first"))) {
      Eventually.holds("the first has the lease", () -> hasLease(first.client()));
      try (LocalSpoor second =
          LocalSpoor.start(
              in("second", folder).with("storage.trace.blocklist_poll", "1h"), made("second"))) {
        SpoorClient other = second.client();
        Eventually.holds("the second knows that there is nothing", () -> isAbsent(other, 9, 9));
        for (int trace = 1; trace < 4; trace++) {
          store(first.client(), new TraceId(1, trace));
          assertThat(other.find(new TraceId(1, trace)))
              .as("trace %d, without a poll", trace)
              .isPresent();
        }
        assertThat(hasLease(other)).isFalse();

        store(other, new TraceId(2, 1));
        Eventually.holds("the first polls", () -> !isAbsent(first.client(), 2, 1));
        store(other, new TraceId(2, 2));
        assertThat(first.client().find(new TraceId(2, 2))).as("it knows of others").isPresent();
      }
    }
  }

  private static boolean hasLease(SpoorClient client) throws Exception {
    return client.metric("spoor_compactor_lease_held").filter(it -> it == 1.0).isPresent();
  }

  private static boolean isAbsent(SpoorClient client, long high, long low) throws Exception {
    return client.get("/api/traces/" + new TraceId(high, low)).statusCode() == 404;
  }

  @Test
  void aReaderWhoseBuilderIsGoneListsTheStoreItself() throws Exception {
    TraceId known = new TraceId(1, 1);
    Settings settings =
        reading(in("reader", folder)).with("storage.trace.blocklist_poll_stale_tenant_index", "2s");
    try (LocalSpoor reader = LocalSpoor.start(settings, made("reader"))) {
      try (LocalSpoor writer = LocalSpoor.start(in("writer", folder), made("writer"))) {
        store(writer.client(), known);
        Eventually.holds("the list is polled", () -> !reader.client().search("{}", 10).isEmpty());
      }

      Eventually.holds(
          "the reader makes the index",
          () -> reader.client().metric(BUILDER).filter(it -> it == 1.0).isPresent());
      assertThat(reader.client().metric(INDEX_ERRORS).orElseThrow()).isPositive();
      assertThat(reader.client().search("{}", 10)).containsExactly(known);
      assertThat(reader.client().find(known)).isPresent();
    }
  }

  @Test
  void overABucketItIsTheSame() throws Exception {
    String bucket = S3ProxyServer.shared().newBucket();
    TraceId fresh = new TraceId(2, 2);
    try (LocalSpoor writer = LocalSpoor.start(over(bucket, in("writer", folder)), made("writer"));
        LocalSpoor reader =
            LocalSpoor.start(
                over(bucket, reading(in("reader", folder)))
                    .with("storage.trace.blocklist_poll", "1h"),
                made("reader"))) {
      Eventually.holds(
          "the reader knows that there is nothing",
          () -> reader.client().get("/api/traces/" + fresh).statusCode() == 404);

      store(writer.client(), fresh);

      assertThat(reader.client().find(fresh)).isPresent();
    }
  }

  private static void store(SpoorClient writer, TraceId id) throws Exception {
    assertThat(writer.push(Traces.export(id, 3)).statusCode()).isEqualTo(200);
    HttpResponse<byte[]> flushed = writer.send("POST", "/flush?wait=true");
    assertThat(flushed.statusCode()).as(SpoorClient.text(flushed)).isEqualTo(204);
  }

  /// The log of each process is its own, the blocks are shared.
  private static Settings in(String process, Path folder) {
    return Settings.in(folder)
        .with("storage.trace.wal.path", folder.resolve(process).resolve("wal").toString());
  }

  private static Settings reading(Settings settings) {
    return settings
        .with("compactor.disabled", "true")
        .with("storage.trace.blocklist_poll_tenant_index_builders", "0");
  }

  private static Settings over(String bucket, Settings settings) throws Exception {
    S3ProxyServer server = S3ProxyServer.shared();
    return settings
        .with("storage.trace.backend", "s3")
        .with("storage.trace.s3.bucket", bucket)
        .with("storage.trace.s3.endpoint", "127.0.0.1:" + server.port())
        .with("storage.trace.s3.insecure", "true")
        .with("storage.trace.s3.forcepathstyle", "true")
        .with("storage.trace.s3.access_key", S3ProxyServer.ACCESS_KEY)
        .with("storage.trace.s3.secret_key", S3ProxyServer.SECRET_KEY);
  }

  private Path made(String process) throws Exception {
    return Files.createDirectories(folder.resolve(process));
  }

  private Path index(String name) {
    return folder.resolve("blocks").resolve("single-tenant").resolve(name);
  }
}
