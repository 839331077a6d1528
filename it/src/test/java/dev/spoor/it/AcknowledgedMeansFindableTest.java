package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From its acknowledgement on a trace is found at any time, wherever it is on its way to the
/// store.
class AcknowledgedMeansFindableTest {

  private static final TraceId ID = new TraceId(0x0123456789abcdefL, 42);
  private static final String BY_ATTRIBUTE = "{ span.trace = \"" + ID + "\" }";

  @Test
  void aTraceIsFoundFromItsAcknowledgementUntilItsLocalCopyIsGone(@TempDir Path folder)
      throws Exception {
    Settings settings =
        Settings.in(folder)
            .with("ingester.complete_block_timeout", "300ms")
            .with("storage.trace.blocklist_poll", "300ms");
    try (LocalSpoor spoor = LocalSpoor.start(settings, folder)) {
      SpoorClient client = spoor.client();
      assertThat(client.push(Traces.export(ID, 7)).statusCode()).isEqualTo(200);

      int looks = 0;
      for (int after = 0; after < 50; after += isLocalCopyGone(client) ? 1 : 0) {
        assertThat(client.find(ID)).as("by id, look %d", looks).isPresent();
        assertThat(client.find(ID).get()).as("spans by id, look %d", looks).hasSize(7);
        assertThat(client.search(BY_ATTRIBUTE, 10))
            .as("by search, look %d", looks)
            .containsExactly(ID);
        looks++;
      }
    }
  }

  @Test
  void isFoundWhileOthersAreOnTheWay(@TempDir Path folder) throws Exception {
    Settings settings = Settings.in(folder).with("ingester.complete_block_timeout", "0s");
    try (LocalSpoor spoor = LocalSpoor.start(settings, folder)) {
      SpoorClient client = spoor.client();
      for (int number = 1; number <= 150; number++) {
        TraceId id = new TraceId(7, number);
        assertThat(client.pushGrpc(Traces.export(id, 3)).code()).isZero();
        assertThat(client.find(id)).as("trace %d by id", number).isPresent();
        TraceId earlier = new TraceId(7, 1 + number / 2);
        assertThat(client.find(earlier)).as("trace %s by id", earlier).isPresent();
        assertThat(client.search("{ name = \"checkout\" }", 1000)).hasSize(number);
      }
      Eventually.holds("local copies are gone", () -> isLocalCopyGone(client));
      assertThat(client.search("{ name = \"checkout\" }", 1000)).hasSize(150);
    }
  }

  private static boolean isLocalCopyGone(SpoorClient client) throws Exception {
    return client.metric("tempo_ingester_blocks_cleared_total").orElseThrow() > 0;
  }
}
