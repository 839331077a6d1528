package dev.spoor.storage.objectstore;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.spoor.platform.config.InvalidValueException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the keys of the `s3` section do to requests.
class S3ConfigurationTest {

  private static final String KEY_OF_32_BYTES = "0123456789abcdef0123456789abcdef";

  /// To the begin of an upload in parts, and to its end.
  private static final String UPLOAD_ANSWER =
      "<UploadResult><UploadId>upload-1</UploadId><ETag>\"tag\"</ETag></UploadResult>";

  @TempDir private Path folder;

  private final List<Map<String, String>> requests = new CopyOnWriteArrayList<>();
  private HttpServer stub;

  @BeforeEach
  void startStub() throws IOException {
    stub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    stub.createContext(
        "/",
        exchange -> {
          Map<String, String> headers = new TreeMap<>();
          exchange
              .getRequestHeaders()
              .forEach((name, values) -> headers.put(name.toLowerCase(), values.getFirst()));
          headers.put("", exchange.getRequestMethod() + " " + exchange.getRequestURI());
          requests.add(headers);
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().add("ETag", "\"tag\"");
          byte[] answer =
              exchange.getRequestMethod().equals("POST") ? utf8(UPLOAD_ANSWER) : new byte[0];
          exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    stub.start();
  }

  @AfterEach
  void stopStub() {
    stub.stop(0);
  }

  @Test
  void theRegionComesFromTheConfigurationThenTheEndpoint() {
    assertThat(S3Clients.region(endpoint("s3.eu-west-3.amazonaws.com")).id())
        .isEqualTo("eu-west-3");
    assertThat(S3Clients.region(endpoint("s3.dualstack.us-west-2.amazonaws.com")).id())
        .isEqualTo("us-west-2");
    assertThat(S3Clients.region(endpoint("minio:9000")).id()).isEqualTo("us-east-1");
  }

  @Test
  void onlyAmazonsHostsKnowBucketsByName() {
    assertThat(S3Clients.isPathStyle(bare("minio:9000", false, 0))).isTrue();
    assertThat(S3Clients.isPathStyle(bare("minio:9000", false, 1))).isFalse();
    assertThat(S3Clients.isPathStyle(bare("s3.eu-west-3.amazonaws.com", false, 0))).isFalse();
    assertThat(S3Clients.isPathStyle(bare("s3.eu-west-3.amazonaws.com", false, 2))).isTrue();
    assertThat(S3Clients.isPathStyle(bare("", true, 0))).isTrue();
  }

  @Test
  void whatCannotWorkIsNamed() {
    assertThatThrownBy(() -> open(S3Configs.at("host:1", "")))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("storage.trace.s3.bucket");
    assertThatThrownBy(() -> open(S3Configs.at("http://host:1", "traces")))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("storage.trace.s3.endpoint");
    assertThatThrownBy(() -> open(stubbed().keys("access", "")))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("storage.trace.s3.secret_key");
    assertThatThrownBy(() -> open(stubbed().sse(sse("SSE-X", ""))))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("storage.trace.s3.sse.type");
    assertThatThrownBy(() -> open(stubbed().sse(sse("SSE-C", "short"))))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("storage.trace.s3.sse.encryption_key")
        .hasMessageNotContaining("short");
  }

  @Test
  void aPrefixIsBeforeEveryKey() throws Exception {
    try (ObjectStore store = open(stubbed().prefix("clusters/eu"))) {
      store.put("acme/x", utf8("x"));
    }

    assertThat(requests.getFirst()).containsEntry("", "PUT /traces/clusters/eu/acme/x");
  }

  @Test
  void encryptionByTheStoreIsAskedForWhenWriting() throws Exception {
    try (ObjectStore store = open(stubbed().sse(sse("SSE-S3", "")))) {
      store.put("a/b", utf8("x"));
      store.head("a/b");
    }

    assertThat(requests.get(0)).containsEntry("x-amz-server-side-encryption", "AES256");
    assertThat(requests.get(1)).doesNotContainKey("x-amz-server-side-encryption");
  }

  @Test
  void aKeyOfTheKeyServiceGoesAlongWhenWriting() throws Exception {
    S3Config.Sse kms = new S3Config.Sse("SSE-KMS", "key-7", "{\"team\":\"traces\"}", "");
    try (ObjectStore store = open(stubbed().sse(kms))) {
      store.put("a/b", utf8("x"));
    }

    assertThat(requests.getFirst())
        .containsEntry("x-amz-server-side-encryption", "aws:kms")
        .containsEntry("x-amz-server-side-encryption-aws-kms-key-id", "key-7")
        .containsEntry("x-amz-server-side-encryption-context", "eyJ0ZWFtIjoidHJhY2VzIn0=");
  }

  @Test
  void ourOwnKeyGoesAlongWhenWritingAndReading() throws Exception {
    try (ObjectStore store = open(stubbed().sse(sse("SSE-C", KEY_OF_32_BYTES)))) {
      store.put("a/b", utf8("x"));
      store.head("a/b");
      store.get("a/b", 10);
    }

    assertThat(requests)
        .hasSize(3)
        .allSatisfy(request ->
            assertThat(request)
                .containsEntry("x-amz-server-side-encryption-customer-algorithm", "AES256")
                .containsKey("x-amz-server-side-encryption-customer-key")
                .containsKey("x-amz-server-side-encryption-customer-key-md5"));
  }

  /// The key is asked for with each step of an upload in parts, its end included.
  @Test
  void ourOwnKeyGoesAlongWithEveryStepOfAnUploadInParts() throws Exception {
    try (ObjectStore store = open(stubbed().sse(sse("SSE-C", KEY_OF_32_BYTES)))) {
      store.put("a/b", ObjectSource.of(new byte[(5 << 20) + 1]));
    }

    assertThat(requests)
        .extracting(request -> request.get(""))
        .containsExactly(
            "POST /traces/a/b?uploads",
            "PUT /traces/a/b?partNumber=1&uploadId=upload-1",
            "PUT /traces/a/b?partNumber=2&uploadId=upload-1",
            "POST /traces/a/b?uploadId=upload-1");
    assertThat(requests)
        .allSatisfy(request ->
            assertThat(request)
                .containsEntry("x-amz-server-side-encryption-customer-algorithm", "AES256")
                .containsKey("x-amz-server-side-encryption-customer-key")
                .containsKey("x-amz-server-side-encryption-customer-key-md5"));
  }

  @Test
  void encryptionByTheStoreIsAskedForWhenAnUploadInPartsBegins() throws Exception {
    try (ObjectStore store = open(stubbed().sse(sse("SSE-S3", "")))) {
      store.put("a/b", ObjectSource.of(new byte[(5 << 20) + 1]));
    }

    assertThat(requests).hasSize(4);
    assertThat(requests.getFirst()).containsEntry("x-amz-server-side-encryption", "AES256");
    assertThat(requests.subList(1, 4))
        .allSatisfy(
            request -> assertThat(request).doesNotContainKey("x-amz-server-side-encryption"));
  }

  /// In a process of its own, since ours can't change its environment.
  @Test
  void keysOfTheEnvironmentAreUsed() throws Exception {
    S3ProxyServer server = S3ProxyServer.shared();
    String bucket = server.newBucket();
    ProcessBuilder child =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Putting.class.getName(),
            server.endpoint(),
            bucket);
    child.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    child.environment().put("AWS_ACCESS_KEY_ID", S3ProxyServer.ACCESS_KEY);
    child.environment().put("AWS_SECRET_ACCESS_KEY", S3ProxyServer.SECRET_KEY);
    child.environment().put("AWS_EC2_METADATA_DISABLED", "true");
    Path output = folder.resolve("output");
    Process process = child.redirectErrorStream(true).redirectOutput(output.toFile()).start();

    assertThat(process.waitFor()).as(Files.readString(output)).isZero();
    try (ObjectStore store = open(S3Configs.at(server.endpoint(), bucket))) {
      assertThat(store.get("a/b", 10)).isEqualTo(utf8("x"));
    }
  }

  /// Puts one object, with the keys that it finds.
  static final class Putting {

    private Putting() {}

    public static void main(String[] arguments) throws Exception {
      try (ObjectStore store = open(S3Configs.at(arguments[0], arguments[1]).keys("", ""))) {
        store.put("a/b", utf8("x"));
      }
    }
  }

  @Test
  void aRequestIsOneRequest() throws Exception {
    try (ObjectStore store = open(stubbed())) {
      store.put("a/b", utf8("x"));
      store.get("a/b", 10);
      store.head("a/b");
      store.delete("a/b");
    }

    assertThat(requests)
        .extracting(request -> request.get(""))
        .containsExactly(
            "PUT /traces/a/b", "GET /traces/a/b", "HEAD /traces/a/b", "DELETE /traces/a/b");
    assertThat(requests.getFirst()).doesNotContainKey("expect").doesNotContainKey("x-amz-trailer");
  }

  @Test
  void mendedCredentialsAreUsedWithoutARestart() throws Exception {
    S3ProxyServer server = S3ProxyServer.shared();
    String bucket = server.newBucket();
    Path file = folder.resolve("credentials");
    writeCredentials(file, "wrong");
    Map<String, String> properties =
        Map.of(
            "aws.sharedCredentialsFile", file.toString(),
            "aws.configFile", folder.resolve("none").toString(),
            "aws.disableEc2Metadata", "true");
    properties.forEach(System::setProperty);
    try (ObjectStore store = open(S3Configs.at(server.endpoint(), bucket).keys("", ""))) {
      assertThatThrownBy(() -> store.put("a/b", utf8("x")))
          .isInstanceOf(StoreDeniedException.class);
      writeCredentials(file, S3ProxyServer.SECRET_KEY);
      awaitNewCredentials(store);
      assertThat(store.get("a/b", 10)).isEqualTo(utf8("x"));
    } finally {
      properties.keySet().forEach(System::clearProperty);
    }
  }

  /// What a pod with a role has: a file with a token, and a service that gives keys for it. Keys
  /// that are about to expire are not used.
  @Test
  void keysOfARoleAreAskedForWithTheTokenOfThePodAndAgainBeforeTheyExpire() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "token-of-monday");
    List<String> exchanges = new CopyOnWriteArrayList<>();
    HttpServer sts =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    sts.createContext("/", exchange -> giveKeys(exchange, exchanges));
    sts.start();
    Map<String, String> properties =
        Map.of(
            "aws.webIdentityTokenFile",
            token.toString(),
            "aws.roleArn",
            "arn:aws:iam::123456789012:role/tempo-ingester",
            "aws.region",
            "us-east-1",
            "aws.endpointUrlSts",
            "http://127.0.0.1:" + sts.getAddress().getPort(),
            "aws.sharedCredentialsFile",
            folder.resolve("none").toString(),
            "aws.configFile",
            folder.resolve("none").toString(),
            "aws.disableEc2Metadata",
            "true");
    properties.forEach(System::setProperty);
    try (ObjectStore store = open(stubbed().keys("", ""))) {
      store.put("a/b", utf8("x"));
      Files.writeString(token, "token-of-tuesday");
      store.put("a/c", utf8("y"));
    } finally {
      sts.stop(0);
      properties.keySet().forEach(System::clearProperty);
    }

    assertThat(exchanges.getFirst())
        .contains("Action=AssumeRoleWithWebIdentity")
        .contains("role%2Ftempo-ingester")
        .contains("WebIdentityToken=token-of-monday");
    assertThat(exchanges.getLast()).contains("WebIdentityToken=token-of-tuesday");
    assertThat(requests).hasSize(2);
    assertThat(requests.getFirst()).containsEntry("x-amz-security-token", "session-1");
    assertThat(requests.getLast())
        .containsEntry("x-amz-security-token", "session-" + exchanges.size());
  }

  @Test
  void missingCredentialsAreDeniedAndNotAtTheStart() throws Exception {
    Map<String, String> properties =
        Map.of(
            "aws.sharedCredentialsFile", folder.resolve("none").toString(),
            "aws.configFile", folder.resolve("none").toString(),
            "aws.disableEc2Metadata", "true");
    properties.forEach(System::setProperty);
    try (ObjectStore store = open(stubbed().keys("", ""))) {
      assertThatThrownBy(() -> store.put("a/b", utf8("x")))
          .isInstanceOf(StoreDeniedException.class)
          .hasMessageContaining("access denied");
      assertThat(requests).isEmpty();
    } finally {
      properties.keySet().forEach(System::clearProperty);
    }
  }

  /// The SDK looks at the file's time every few seconds at most.
  private static void awaitNewCredentials(ObjectStore store) throws Exception {
    for (int attempt = 0; ; attempt++) {
      try {
        store.put("a/b", utf8("x"));
        return;
      } catch (StoreDeniedException stillTheOldOnes) {
        if (attempt == 3_000) {
          throw stillTheOldOnes;
        }
        Thread.sleep(20);
      }
    }
  }

  private static void writeCredentials(Path file, String secret) throws IOException {
    Files.writeString(
        file,
        "[default]\naws_access_key_id=%s\naws_secret_access_key=%s\n"
            .formatted(S3ProxyServer.ACCESS_KEY, secret),
        ISO_8859_1);
  }

  private static void giveKeys(HttpExchange exchange, List<String> exchanges) throws IOException {
    exchanges.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    byte[] keys =
        """
        <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <AssumeRoleWithWebIdentityResult>
            <Credentials>
              <AccessKeyId>AKIA</AccessKeyId>
              <SecretAccessKey>secret</SecretAccessKey>
              <SessionToken>session-%d</SessionToken>
              <Expiration>%s</Expiration>
            </Credentials>
          </AssumeRoleWithWebIdentityResult>
        </AssumeRoleWithWebIdentityResponse>
        """
            .formatted(exchanges.size(), Instant.now().plusSeconds(20))
            .getBytes(UTF_8);
    exchange.getResponseHeaders().add("content-type", "text/xml");
    exchange.sendResponseHeaders(200, keys.length);
    exchange.getResponseBody().write(keys);
    exchange.close();
  }

  private S3Configs stubbed() {
    return S3Configs.at("127.0.0.1:" + stub.getAddress().getPort(), "traces");
  }

  private static ObjectStore open(S3Configs config) throws IOException {
    return S3ObjectStore.open(config.build(), RequestObserver.NONE);
  }

  private static S3Config.Sse sse(String type, String key) {
    return new S3Config.Sse(type, "", "", key);
  }

  private static S3Config endpoint(String endpoint) {
    return S3Configs.at(endpoint, "traces").build();
  }

  private static S3Config bare(String endpoint, boolean forcePathStyle, int lookup) {
    return S3Configs.at(endpoint, "traces").build(forcePathStyle, lookup);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
