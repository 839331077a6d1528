package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import dev.spoor.testkit.HostileBodies;
import dev.spoor.testkit.fleet.Ledger;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program with far too little memory for what is sent: it says no for a while, and lives.
class SmallHeapTest {

  private static final String HEAP = "-Xmx200m";
  private static final Duration LOAD = Duration.ofSeconds(3);

  /// Four traces of 4.9 MB in a body of 19.6 MB, which are some 25 kB when they are sent and would
  /// be some 200 MB as columns.
  private static final int TRACES = 4;

  private static final int SPANS_EACH = 10;
  private static final int EVENTS = 245_000;

  /// One more than a span may have, in one trace that fits.
  private static final int TOO_MANY_EVENTS = 250_001;

  @Test
  void itNeverEndsByItselfAndAllThatWasAcknowledgedIsFound(@TempDir Path folder) throws Exception {
    Settings settings =
        Settings.in(folder)
            .with("ingester.max_block_duration", "1h")
            .with("ingester.trace_idle_period", "1h");
    Ledger ledger = new Ledger();
    byte[] hostile = HostileBodies.gzip(HostileBodies.emptyEvents(7, TRACES, SPANS_EACH, EVENTS));
    byte[] absurd = HostileBodies.gzip(HostileBodies.emptyEvents(8, 1, 1, TOO_MANY_EVENTS));
    byte[] countless = HostileBodies.gzip(HostileBodies.emptySpans(9_000_000));
    int stored = 0;
    try (SpoorProcess spoor = SpoorProcess.start(settings, folder, HEAP)) {
      SpoorClient client = spoor.client();
      try (Load load = new Load(client, ledger, 42, 4)) {
        load.awaitAcknowledged(50);
        assertThat(gzipped(client, absurd).statusCode()).isEqualTo(200);
        assertThat(gzipped(client, countless).statusCode()).isEqualTo(400);
        long end = System.nanoTime() + LOAD.toNanos();
        while (System.nanoTime() < end) {
          int status = gzipped(client, hostile).statusCode();
          assertThat(status).isIn(200, 429);
          stored += status == 200 ? 1 : 0;
        }
      }
      Eventually.holds("it takes the hostile push", () -> isStored(client, hostile));
      assertThat(spoor.isAlive()).as(spoor.text()).isTrue();
      spoor.kill();
    }
    try (SpoorProcess again = SpoorProcess.start(settings, folder, HEAP)) {
      SpoorClient client = again.client();
      assertThat(Audit.of(ledger, client)).matches(Audit::isClean, "is clean");
      assertThat(client.search("{ name = \"\" }", 1_000))
          .containsExactlyInAnyOrder(
              new TraceId(7, 1), new TraceId(7, 2), new TraceId(7, 3), new TraceId(7, 4));
      client.get("/api/traces/" + new TraceId(7, 1)); // far too large to be answered whole
      assertThat(client.send("POST", "/flush?wait=true").statusCode()).isEqualTo(204);
      assertThat(again.isAlive()).as(again.text()).isTrue();
    }
    System.out.println(
        "SmallHeapTest: " + ledger.acknowledgedSpans() + " spans, " + stored + " hostile pushes");
  }

  private static boolean isStored(SpoorClient client, byte[] body) throws Exception {
    return gzipped(client, body).statusCode() == 200;
  }

  private static HttpResponse<byte[]> gzipped(SpoorClient client, byte[] body) throws Exception {
    return client.push(body, "content-type", "application/x-protobuf", "content-encoding", "gzip");
  }
}
