package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import dev.spoor.testkit.fleet.Ledger;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An ingester ends while it is sent traces, and then its volume is deleted: everything it
/// acknowledged is in the store.
class ShutdownTest {

  private static final int FLEETS = 4;
  private static final int PUSHES = 50;

  @TempDir private Path folder;

  @Test
  void whenShutdownSaysThatItIsDoneTheVolumeIsNotNeededAnyMore() throws Exception {
    Settings settings = Settings.in(folder).keepingTracesLive();
    Ledger ledger = new Ledger();
    try (LocalSpoor spoor = LocalSpoor.start(settings, folder);
        Load load = new Load(spoor.client(), ledger, 1, FLEETS).endingWhenRefused()) {
      load.awaitAcknowledged(PUSHES);

      assertThat(spoor.client().send("POST", "/shutdown?wait=true&timeout=60s").statusCode())
          .isEqualTo(200);

      assertThat(spoor.client().text("/shutdown?status"))
          .isEqualTo("{\"state\":\"done\",\"blocksToFlush\":0,\"notStored\":\"\"}");
      assertThat(spoor.client().get("/ready").statusCode()).isEqualTo(503);
      Eventually.holds("pushes are refused", () -> load.refused() > 0);
    }
    assertIsInTheStore(ledger, settings);
  }

  @Test
  void withFlushAllOnShutdownItIsNotNeededAfterAStop() throws Exception {
    Settings settings =
        Settings.in(folder).keepingTracesLive().with("ingester.flush_all_on_shutdown", "true");
    Ledger ledger = new Ledger();
    LocalSpoor spoor = LocalSpoor.start(settings, folder);
    try (Load load = new Load(spoor.client(), ledger, 2, FLEETS).endingWhenRefused()) {
      load.awaitAcknowledged(PUSHES);
      spoor.close();
    }
    assertIsInTheStore(ledger, settings);
  }

  @Test
  void duringTheShutdownDelayTracesAreStillTaken() throws Exception {
    Settings settings = Settings.in(folder).with("shutdown_delay", "1h");
    TraceId late = new TraceId(1, 1);
    LocalSpoor spoor = LocalSpoor.start(settings, folder);
    Thread stopping = Thread.ofPlatform().start(spoor::close);
    SpoorClient client = spoor.client();
    Eventually.holds("it is not ready", () -> !client.isReady());
    assertThat(client.text("/ready")).contains("stopping");
    assertThat(client.push(Traces.export(late, 3)).statusCode()).isEqualTo(200);
    assertThat(client.find(late).orElseThrow()).hasSize(3);

    stopping.interrupt(); // the hour is over
    stopping.join();
    try (LocalSpoor again = LocalSpoor.start(settings.with("shutdown_delay", "0s"), folder)) {
      assertThat(again.client().find(late).orElseThrow()).hasSize(3);
    }
  }

  private void assertIsInTheStore(Ledger ledger, Settings settings) throws Exception {
    KillTest.deleteTree(folder.resolve("wal"));
    try (LocalSpoor elsewhere = LocalSpoor.start(settings, folder)) {
      SpoorClient client = elsewhere.client();
      Eventually.holds(
          "the list is read", () -> client.metric("tempodb_blocklist_length").orElse(0.0) > 0);
      Audit audit = Audit.of(ledger, client);
      assertThat(audit.spans()).isGreaterThan(PUSHES);
      assertThat(audit).matches(Audit::isClean, "is clean");
    }
  }
}
