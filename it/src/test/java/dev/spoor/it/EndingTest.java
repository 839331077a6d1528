package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// How the process ends when it is asked to.
@Timeout(600)
class EndingTest {

  private static final int AFTER_SIGTERM = 128 + 15;

  @TempDir private Path folder;

  @Test
  void anOrderlyEndIsASuccessAndARecordingIsDumped() throws Exception {
    Path recording = folder.resolve("end.jfr");
    try (SpoorProcess spoor =
        SpoorProcess.start(
            Settings.in(folder),
            folder,
            "-XX:StartFlightRecording:dumponexit=true,filename=" + recording)) {
      assertThat(spoor.stop()).isZero();
      assertThat(spoor.text()).contains("stopped");
    }
    assertThat(recording).isNotEmptyFile();
  }

  /// The start waits for the file with limits, which is a pipe that nobody writes into.
  @Test
  void anEndDuringTheStartIsASuccessToo() throws Exception {
    Path pipe = folder.resolve("limits.yaml");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Settings settings =
        Settings.in(folder).with("overrides.per_tenant_override_config", pipe.toString());
    try (SpoorProcess spoor = SpoorProcess.launch(settings, folder);
        var _ = Files.newOutputStream(pipe)) { // opens when somebody reads
      assertThat(spoor.stop()).as(spoor.text()).isZero();
      assertThat(spoor.text()).doesNotContain("error running Spoor");
    }
  }

  /// The first waits for a store that is away.
  @Test
  void aSecondSignalEndsItAtOnce() throws Exception {
    Settings settings =
        Settings.in(folder)
            .with("ingester.flush_all_on_shutdown", "true")
            .with("storage.trace.backend", "s3")
            .with("storage.trace.s3.bucket", "away")
            .with("storage.trace.s3.region", "none")
            .with("storage.trace.s3.access_key", "key")
            .with("storage.trace.s3.secret_key", "secret")
            .with("storage.trace.s3.insecure", "true")
            .with("storage.trace.s3.endpoint", "127.0.0.1:" + closedPort());
    try (SpoorProcess spoor = SpoorProcess.start(settings, folder)) {
      assertThat(spoor.client().push(Traces.export(new TraceId(1, 1), 3)).statusCode())
          .isEqualTo(200);
      spoor.terminate();
      spoor.awaitSaid("stopping");
      spoor.terminate();
      assertThat(spoor.awaitEnd()).as(spoor.text()).isEqualTo(AFTER_SIGTERM);
      assertThat(spoor.text()).contains("a second signal").doesNotContain(" stopped");
    }
  }

  private static int closedPort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
