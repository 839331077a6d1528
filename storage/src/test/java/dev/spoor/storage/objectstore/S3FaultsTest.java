package dev.spoor.storage.objectstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spoor.storage.objectstore.FaultProxy.Behaviour;
import dev.spoor.storage.objectstore.RequestObserver.Operation;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What can go wrong between us and a store that speaks S3, and what becomes of it.
class S3FaultsTest {

  private static final S3Limits ONE_TRY =
      new S3Limits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          1,
          50);
  private static final S3Limits IMPATIENT =
      new S3Limits(
          Duration.ofMillis(300),
          Duration.ofMillis(300),
          Duration.ofMillis(600),
          Duration.ofMillis(600),
          1,
          50);

  private record Seen(Operation operation, int status) {}

  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final AtomicInteger hedged = new AtomicInteger();
  private final List<ObjectStore> opened = new ArrayList<>();
  private FaultProxy proxy;
  private String bucket;
  private ObjectStore direct;

  @BeforeEach
  void connect() throws Exception {
    S3ProxyServer server = S3ProxyServer.shared();
    bucket = server.newBucket();
    proxy = new FaultProxy(server.port());
    direct = opened(S3Configs.at(server.endpoint(), bucket), S3Limits.DEFAULTS);
    seen.clear();
  }

  @AfterEach
  void close() throws Exception {
    opened.forEach(ObjectStore::close);
    proxy.close();
  }

  @Test
  void aStoreThatIsDownDoesNotKeepUsFromOpeningIt() throws Exception {
    proxy.refuse();
    ObjectStore store = through(ONE_TRY);
    proxy.accept();

    store.put("a/b", utf8("x"));
    assertThat(store.get("a/b", 10)).isEqualTo(utf8("x"));
  }

  @Test
  void refusedConnectionsAreUnreachable() throws Exception {
    proxy.refuse();

    StoreUnreachableException failure = failsWith(StoreUnreachableException.class, ONE_TRY);
    assertThat(failure).hasMessageContaining("connection refused").hasMessageContaining(bucket);
    assertThat(failure).hasMessageContaining("acme/1/meta.json");
    assertThat(seen).containsExactly(new Seen(Operation.GET, 502));
  }

  @Test
  void unknownHostsAreUnreachable() throws Exception {
    ObjectStore store = opened(S3Configs.at("no-such-host.invalid:9000", bucket), ONE_TRY);

    assertThatThrownBy(() -> store.get("a/b", 10))
        .isInstanceOf(StoreUnreachableException.class)
        .hasMessageContaining("no such host");
    assertThat(seen).containsExactly(new Seen(Operation.GET, 502));
  }

  @Test
  void brokenConnectionsAreUnreachable() throws Exception {
    proxy.behave(new Behaviour.Reset());

    assertThat(failsWith(StoreUnreachableException.class, ONE_TRY).isTransient()).isTrue();
    assertThat(seen).containsExactly(new Seen(Operation.GET, 502));
  }

  @Test
  void silenceIsATimeout() throws Exception {
    proxy.behave(new Behaviour.Stall());

    assertThat(failsWith(StoreTimeoutException.class, IMPATIENT)).hasMessageContaining("timeout");
    assertThat(seen).containsExactly(new Seen(Operation.GET, 504));
  }

  @Test
  void silenceIsATimeoutOnVirtualThreadsToo() throws Exception {
    proxy.behave(new Behaviour.Stall());
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    Thread.startVirtualThread(
            () -> {
              try {
                failures.add(failsWith(StoreTimeoutException.class, IMPATIENT));
              } catch (Exception failure) {
                failures.add(failure);
              }
            })
        .join();

    assertThat(failures).singleElement().isInstanceOf(StoreTimeoutException.class);
  }

  @Test
  void anAnswerThatDripsInIsATimeoutToo() throws Exception {
    direct.put("acme/1/meta.json", new byte[200_000]);
    seen.clear();
    proxy.behave(new Behaviour.Delay(Duration.ofMillis(200)));

    assertThat(failsWith(StoreTimeoutException.class, IMPATIENT)).hasMessageContaining("timeout");
    assertThat(seen).containsExactly(new Seen(Operation.GET, 504));
  }

  @Test
  void aSlowStoreStillAnswers() throws Exception {
    direct.put("acme/1/meta.json", utf8("{}"));
    proxy.behave(new Behaviour.Delay(Duration.ofMillis(100)));

    assertThat(through(ONE_TRY).get("acme/1/meta.json", 10)).isEqualTo(utf8("{}"));
  }

  @Test
  void wrongKeysAreDenied() throws Exception {
    for (S3Configs wrong :
        List.of(
            S3Configs.at(proxy.endpoint(), bucket).keys("nobody", "nothing"),
            S3Configs.at(proxy.endpoint(), bucket).keys(S3ProxyServer.ACCESS_KEY, "nothing"))) {
      ObjectStore store = opened(wrong, S3Limits.DEFAULTS);
      seen.clear();
      assertThatThrownBy(() -> store.get("a/b", 10))
          .isInstanceOf(StoreDeniedException.class)
          .hasMessageContaining("access denied");
      assertThatThrownBy(() -> store.head("a/b")).isInstanceOf(StoreDeniedException.class);
      assertThatThrownBy(() -> store.put("a/b", utf8("x")))
          .isInstanceOf(StoreDeniedException.class);
      assertThat(seen)
          .containsExactly(
              new Seen(Operation.GET, 403),
              new Seen(Operation.HEAD, 403),
              new Seen(Operation.PUT, 403));
    }
  }

  @Test
  void aBucketThatIsMissingIsNoMissingObject() throws Exception {
    ObjectStore store = opened(S3Configs.at(proxy.endpoint(), "no-such-bucket"), ONE_TRY);

    assertThatThrownBy(() -> store.get("a/b", 10))
        .isInstanceOf(StoreRefusedException.class)
        .hasMessageContaining("NoSuchBucket")
        .hasMessageContaining("no-such-bucket");
    assertThatThrownBy(() -> store.list(ListRequest.below("")))
        .isInstanceOf(StoreRefusedException.class);
    assertThatThrownBy(() -> store.put("a/b", utf8("x"))).isInstanceOf(StoreRefusedException.class);
  }

  @Test
  void errorsOfTheStoreKeepTheirStatus() throws Exception {
    for (int status : new int[] {500, 502, 503, 429}) {
      seen.clear();
      proxy.behave(new Behaviour.Answer(status, error("SlowDown", "Reduce your request rate")));

      StoreFailedException failure = failsWith(StoreFailedException.class, ONE_TRY);
      assertThat(failure.status()).isEqualTo(status);
      assertThat(failure.isTransient()).isTrue();
      assertThat(failure).hasMessageContaining("Reduce your request rate");
      assertThat(seen).containsExactly(new Seen(Operation.GET, status));
    }
  }

  @Test
  void anErrorWithoutABodyIsUnderstood() throws Exception {
    proxy.behave(new Behaviour.Answer(503, ""));
    assertThat(failsWith(StoreFailedException.class, ONE_TRY).status()).isEqualTo(503);

    proxy.behave(new Behaviour.Answer(403, "<html>go away</html>"));
    assertThat(failsWith(StoreDeniedException.class, ONE_TRY).status()).isEqualTo(403);
  }

  @Test
  void anExpiredTokenIsDenied() throws Exception {
    proxy.behave(new Behaviour.Answer(400, error("ExpiredToken", "The token has expired")));

    assertThat(failsWith(StoreDeniedException.class, ONE_TRY))
        .hasMessageContaining("ExpiredToken")
        .hasMessageContaining("access denied");
  }

  @Test
  void aPassingErrorIsTriedAgainAndBothTriesAreCounted() throws Exception {
    proxy.behave(new Behaviour.Answer(503, error("SlowDown", "later")));
    ObjectStore store = through(S3Limits.DEFAULTS);

    assertThatThrownBy(() -> store.get("a/b", 10)).isInstanceOf(StoreFailedException.class);
    assertThat(seen).containsExactly(new Seen(Operation.GET, 503), new Seen(Operation.GET, 503));
  }

  @Test
  void aConnectionThatDiedIdleIsReplaced() throws Exception {
    ObjectStore store = through(S3Limits.DEFAULTS);
    store.put("a/b", utf8("x"));
    proxy.pass();

    assertThat(store.get("a/b", 10)).isEqualTo(utf8("x"));
  }

  @Test
  void anAnswerThatIsCutIsNeverTakenForWhole() throws Exception {
    byte[] content = new byte[300_000];
    Arrays.fill(content, (byte) 7);
    direct.put("acme/1/meta.json", content);
    for (long after : new long[] {0, 10, 100, 1_000, 100_000, 300_000}) {
      proxy.behave(new Behaviour.CutAnswer(after));
      failsWith(StoreUnreachableException.class, ONE_TRY);
    }
  }

  @Test
  void anUploadThatIsCutLeavesNothingToSee() throws Exception {
    direct.put("acme/1/data", utf8("before"));
    for (long after : new long[] {0, 500, 50_000, 200_000}) {
      proxy.behave(new Behaviour.CutRequest(after));
      ObjectStore store = through(ONE_TRY);
      assertThatThrownBy(() -> store.put("acme/1/data", new byte[300_000]))
          .isInstanceOf(ObjectStoreException.class);
      assertThatThrownBy(() -> store.put("acme/1/fresh", new byte[300_000]))
          .isInstanceOf(ObjectStoreException.class);

      assertThat(direct.get("acme/1/data", 1_000)).isEqualTo(utf8("before"));
      assertThatThrownBy(() -> direct.head("acme/1/fresh"))
          .isInstanceOf(ObjectNotFoundException.class);
    }
  }

  @Test
  void aMultipartUploadThatIsCutLeavesNothingToSee() throws Exception {
    byte[] large = new byte[6 << 20];
    proxy.behave(new Behaviour.CutRequest(5_500_000));
    ObjectStore store = through(ONE_TRY);

    assertThatThrownBy(() -> store.put("acme/1/data", ObjectSource.of(large)))
        .isInstanceOf(ObjectStoreException.class);
    assertThatThrownBy(() -> direct.head("acme/1/data"))
        .isInstanceOf(ObjectNotFoundException.class);
    assertThat(seen).contains(new Seen(Operation.POST, 200), new Seen(Operation.PUT, 502));

    proxy.pass();
    through(ONE_TRY).put("acme/1/data", ObjectSource.of(large));
    assertThat(direct.head("acme/1/data").size()).isEqualTo(large.length);
  }

  @Test
  void aPutWhoseAnswerIsLostMayBeRepeated() throws Exception {
    proxy.behave(new Behaviour.CutAnswer(0));
    ObjectStore store = through(ONE_TRY);
    assertThatThrownBy(() -> store.put("acme/1/data", utf8("content")))
        .isInstanceOf(StoreUnreachableException.class);
    assertThat(direct.get("acme/1/data", 100)).isEqualTo(utf8("content"));

    proxy.pass();
    through(ONE_TRY).put("acme/1/data", utf8("content"));
    assertThat(direct.get("acme/1/data", 100)).isEqualTo(utf8("content"));
  }

  @Test
  void aConditionalPutIsNeverRepeatedByItself() throws Exception {
    proxy.behave(new Behaviour.CutAnswer(0));
    ObjectStore store = through(S3Limits.DEFAULTS);

    assertThatThrownBy(() -> store.putIfAbsent("acme/lease", utf8("mine")))
        .isInstanceOf(StoreUnreachableException.class);
    assertThat(seen).hasSize(1);
    assertThat(direct.get("acme/lease", 100)).isEqualTo(utf8("mine"));
  }

  @Test
  void anInterruptEndsARequest() throws Exception {
    proxy.behave(new Behaviour.Stall());
    ObjectStore store = through(ONE_TRY);
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    Thread reader =
        Thread.startVirtualThread(() -> {
          try {
            store.get("a/b", 10);
          } catch (IOException failure) {
            failures.add(failure);
          }
        });
    while (proxy.connections() == 0) {
      Thread.yield();
    }
    reader.interrupt();
    reader.join();

    assertThat(failures).singleElement().isInstanceOf(InterruptedIOException.class);
  }

  @Test
  void whatIsSlowIsAskedForAgain() throws Exception {
    direct.put("a/b", utf8("x"));
    proxy.behaveOnce(new Behaviour.Stall());
    ObjectStore store =
        opened(
            S3Configs.at(proxy.endpoint(), bucket).hedgeRequestsAt(Duration.ofMillis(50)), ONE_TRY);

    assertThat(store.get("a/b", 10)).isEqualTo(utf8("x"));
    assertThat(hedged).hasValue(1);
  }

  private <T extends Throwable> T failsWith(Class<T> kind, S3Limits limits) throws Exception {
    ObjectStore store = through(limits);
    return catchThrowableOfType(kind, () -> store.get("acme/1/meta.json", 1 << 20));
  }

  private ObjectStore through(S3Limits limits) throws IOException {
    return opened(S3Configs.at(proxy.endpoint(), bucket), limits);
  }

  private ObjectStore opened(S3Configs config, S3Limits limits) throws IOException {
    RequestObserver observer =
        new RequestObserver() {
          @Override
          public void ended(Operation operation, int status, Duration duration) {
            seen.add(new Seen(operation, status));
          }

          @Override
          public void hedged() {
            hedged.incrementAndGet();
          }
        };
    ObjectStore store = S3ObjectStore.open(config.build(), limits, observer);
    opened.add(store);
    return store;
  }

  private static String error(String code, String message) {
    return "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>%s</Message></Error>"
        .formatted(code, message);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
