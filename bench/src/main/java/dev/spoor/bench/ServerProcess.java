package dev.spoor.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A server in a process of its own, on one core where the system lets us choose.
final class ServerProcess implements AutoCloseable {

  private static final long START_LIMIT_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final long STOP_LIMIT_SECONDS = 60;

  private final Process process;
  private final Path log;
  private final int queryPort;
  private final int pushPort;
  private final double readySeconds;

  private ServerProcess(
      Process process, Path log, int queryPort, int pushPort, double readySeconds) {
    this.process = process;
    this.log = log;
    this.queryPort = queryPort;
    this.pushPort = pushPort;
    this.readySeconds = readySeconds;
  }

  /// How servers are started.
  ///
  /// @param home the folder of the sources
  /// @param cpu the core that servers run on; empty to leave that to the system
  record Launcher(Path home, Optional<String> cpu) {

    /// Starts `./spoor` with the configuration of the benchmarks and waits until it is ready.
    ///
    /// @param data for log and blocks
    ServerProcess spoor(Path data) throws IOException, InterruptedException {
      return spoor(data, Map.of());
    }

    /// The same, but one that merges whatever can be merged, at once.
    ServerProcess merging(Path data) throws IOException, InterruptedException {
      return spoor(
          data,
          Map.of(
              "SPOOR_BENCH_COMPACTOR_DISABLED", "false",
              "SPOOR_BENCH_COMPACTION_CYCLE", "1s",
              "SPOOR_BENCH_BLOCKLIST_POLL", "2s"));
    }

    private ServerProcess spoor(Path data, Map<String, String> settings)
        throws IOException, InterruptedException {
      int query = freePort();
      int push = freePort();
      Map<String, String> environment = new HashMap<>(settings);
      environment.put("SPOOR_BENCH_DATA", data.toString());
      environment.put("SPOOR_BENCH_HTTP_PORT", Integer.toString(query));
      environment.put("SPOOR_BENCH_OTLP_HTTP", Integer.toString(push));
      return start(
          List.of(
              home.resolve("spoor").toString(),
              "-config.file=" + home.resolve("bench/spoor-bench.yaml"),
              "-config.expand-env=true"),
          environment,
          data.resolve("server.log"),
          query,
          push);
    }

    /// Starts a [BareServer], with the flags that this process has.
    ServerProcess bare(Path data) throws IOException, InterruptedException {
      int port = freePort();
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          List.of(
              "--enable-native-access=ALL-UNNAMED",
              "--sun-misc-unsafe-memory-access=allow",
              "-XX:+UseCompactObjectHeaders",
              "-XX:+UseSerialGC",
              "-Xms64m",
              "-Xmx512m",
              "-cp",
              System.getProperty("java.class.path"),
              BareServer.class.getName(),
              Integer.toString(port)));
      return start(command, Map.of(), data.resolve("bare.log"), port, port);
    }

    private ServerProcess start(
        List<String> command, Map<String, String> environment, Path log, int query, int push)
        throws IOException, InterruptedException {
      List<String> pinned = new ArrayList<>();
      cpu.ifPresent(core -> pinned.addAll(List.of("taskset", "-c", core)));
      pinned.addAll(command);
      ProcessBuilder builder = new ProcessBuilder(pinned).directory(home.toFile());
      builder.environment().putAll(environment);
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
      long begin = System.nanoTime();
      Process process = builder.start();
      awaitReady(process, log, query, begin);
      return new ServerProcess(process, log, query, push, (System.nanoTime() - begin) / 1e9);
    }
  }

  private static void awaitReady(Process process, Path log, int port, long begin)
      throws IOException, InterruptedException {
    try (QueryClient client = new QueryClient(url(port))) {
      while (!client.isReady()) {
        if (!process.isAlive() || System.nanoTime() - begin > START_LIMIT_NANOS) {
          process.destroyForcibly();
          throw new IOException("the server did not start: " + Files.readString(log));
        }
        Thread.sleep(2);
      }
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException failure) {
      throw new UncheckedIOException("no free port", failure);
    }
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  String queryUrl() {
    return url(queryPort);
  }

  String pushUrl() {
    return url(pushPort);
  }

  long pid() {
    return process.pid();
  }

  ProcessStats stats() {
    return new ProcessStats(pid());
  }

  /// From the start of the process until `/ready` said 200.
  double readySeconds() {
    return readySeconds;
  }

  Path log() {
    return log;
  }

  /// Ends it as a power cut would, but for what the kernel holds.
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /// Ends it in order; with force when that takes too long.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException hurry) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
