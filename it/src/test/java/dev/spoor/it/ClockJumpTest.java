package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.RealDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The clock of the machine is set forward or back: nothing is lost, and blocks are still cut.
class ClockJumpTest {

  @ParameterizedTest
  @ValueSource(strings = {"-PT2H", "P30D"})
  void blocksAreCutAndStoredAfterAJump(Duration jump, @TempDir Path folder) throws Exception {
    AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);
    Settings settings =
        Settings.in(folder).keepingOldBlocks().with("ingester.max_block_duration", "400ms");
    try (LocalSpoor spoor =
        LocalSpoor.start(
            settings, folder, new RealDisk(), () -> Instant.now().plus(offset.get()))) {
      SpoorClient client = spoor.client();
      TraceId before = new TraceId(1, 1);
      assertThat(client.push(Traces.export(before, 3)).statusCode()).isEqualTo(200);

      offset.set(jump);
      TraceId after = new TraceId(1, 2);
      assertThat(client.push(Traces.export(after, 3)).statusCode()).isEqualTo(200);
      assertThat(client.find(before).orElseThrow()).hasSize(3);
      Eventually.holds("both are stored", () -> storedTraces(client) == 2);

      assertThat(client.find(before).orElseThrow()).hasSize(3);
      assertThat(client.find(after).orElseThrow()).hasSize(3);
      assertThat(client.search("{ name = \"checkout\" }", 10))
          .containsExactlyInAnyOrder(before, after);
    }
  }

  /// Blocks list the traces they hold: looked up without asking the ingester.
  private static int storedTraces(SpoorClient client) throws Exception {
    int stored = 0;
    for (long trace = 1; trace <= 2; trace++) {
      String path = "/api/traces/" + new TraceId(1, trace) + "?mode=blocks";
      stored += client.get(path).statusCode() == 200 ? 1 : 0;
    }
    return stored;
  }
}
