package dev.spoor.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The program in a JVM of its own, on the class path of the tests.
final class SpoorProcess implements AutoCloseable {

  private static final Pattern PORT =
      Pattern.compile(
          "(?:send spans +(\\S+) +localhost|(ask for them) +http://localhost):(\\d+).*");
  private static final long PATIENCE_SECONDS = 120;
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "stop-spoor"));
  }

  private final Process process;
  private final CountDownLatch decided = new CountDownLatch(1);
  private final Map<String, Integer> ports = new ConcurrentHashMap<>();
  private final Thread reader;

  /// Guarded by itself.
  private final List<String> output = new ArrayList<>();

  private SpoorProcess(Process process) {
    this.process = process;
    this.reader = Thread.ofPlatform().daemon().name("spoor-output").start(this::read);
  }

  /// What a process that ended said.
  record Ended(int exitCode, String output) {}

  /// Starts it and waits until it takes traces.
  ///
  /// @param flags of the JVM, such as another `-Xmx`
  static SpoorProcess start(Settings settings, Path folder, String... flags) throws Exception {
    SpoorProcess started = launch(settings, folder, flags);
    if (!started.decided.await(PATIENCE_SECONDS, TimeUnit.SECONDS) || started.ports.size() < 3) {
      String said = started.text();
      started.close();
      throw new IOException("Spoor did not start:\n" + said);
    }
    return started;
  }

  /// Runs a process that is expected to end by itself.
  static Ended runToEnd(Settings settings, Path folder) throws Exception {
    try (SpoorProcess started = launch(settings, folder)) {
      if (!started.process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("Spoor did not end:\n" + started.text());
      }
      started.reader.join();
      return new Ended(started.process.exitValue(), started.text());
    }
  }

  /// Starts it, and doesn't wait.
  ///
  /// @param flags of the JVM, in addition
  static SpoorProcess launch(Settings settings, Path folder, String... flags) throws IOException {
    List<String> command =
        StartCache.with(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xmx512m"));
    command.addAll(List.of(flags));
    command.addAll(List.of("dev.spoor.app.Main", "-config.file=" + settings.writeTo(folder)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    RUNNING.add(process);
    return new SpoorProcess(process);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  SpoorClient client() {
    return new SpoorClient(ports.get("query"), ports.get("otlp-http"), ports.get("otlp-grpc"));
  }

  /// kill -9.
  void kill() throws InterruptedException {
    process.toHandle().destroyForcibly(); // leaves its output readable
    process.waitFor();
    reader.join();
  }

  /// SIGTERM.
  void terminate() {
    process.toHandle().destroy();
  }

  /// SIGTERM, and waits for the end.
  int stop() throws Exception {
    terminate();
    return awaitEnd();
  }

  /// @return the exit code
  int awaitEnd() throws Exception {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("Spoor did not stop:\n" + text());
    }
    reader.join();
    return process.exitValue();
  }

  /// Everything it said so far.
  String text() {
    synchronized (output) {
      return String.join("\n", output);
    }
  }

  /// Waits for a text in its output, of any case.
  void awaitSaid(String text) throws Exception {
    Eventually.holds(
        "it says \"%s\"".formatted(text), () -> text().toLowerCase().contains(text.toLowerCase()));
  }

  @Override
  public void close() throws InterruptedException {
    kill();
    RUNNING.remove(process);
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (output) {
          output.add(line);
        }
        Matcher port = PORT.matcher(line.strip());
        if (port.matches()) {
          String name = port.group(2) == null ? port.group(1) : "query";
          ports.put(name, Integer.parseInt(port.group(3)));
        } else if (line.startsWith("Ctrl-C")) {
          decided.countDown();
        }
      }
    } catch (IOException ended) {
      throw new UncheckedIOException(ended);
    } finally {
      decided.countDown();
    }
  }
}
