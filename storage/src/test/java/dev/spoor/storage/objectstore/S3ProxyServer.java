package dev.spoor.storage.objectstore;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// S3Proxy as a process of its own: a real S3 server with signatures, objects in memory, on a
/// loopback port that was free. Its class path is made by the module `testkit/s3proxy`.
public final class S3ProxyServer implements AutoCloseable {

  public static final String ACCESS_KEY = "the-access-key";
  public static final String SECRET_KEY = "the-secret-key";

  private static final Pattern LISTENING =
      Pattern.compile("Started .*ServerConnector.*\\{127\\.0\\.0\\.1:(\\d+)}");
  private static final Path CLASS_PATH = Path.of("testkit/s3proxy/target/s3proxy.classpath");
  private static final int START_SECONDS = 60;

  private static final String LOGGING =
      """
      <configuration>
        <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%level %logger{0} %msg%n%ex</pattern></encoder>
        </appender>
        <root level="info"><appender-ref ref="OUT"/></root>
      </configuration>
      """;

  private static final String PROPERTIES =
      """
      s3proxy.endpoint=http://127.0.0.1:0
      s3proxy.authorization=aws-v2-or-v4
      s3proxy.identity=%s
      s3proxy.credential=%s
      jclouds.provider=transient-nio2
      jclouds.identity=unused
      jclouds.credential=unused
      """;

  private static @Nullable S3ProxyServer shared;

  private final Process process;
  private final int port;
  private final AtomicInteger buckets = new AtomicInteger();

  private S3ProxyServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /// The one of this JVM, which ends with it.
  public static synchronized S3ProxyServer shared() throws IOException {
    if (shared == null) {
      shared = start();
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close, "s3proxy-stop"));
    }
    return shared;
  }

  public static S3ProxyServer start() throws IOException {
    Path folder = Files.createTempDirectory("s3proxy");
    Path properties = Files.writeString(folder.resolve("s3proxy.properties"), properties());
    Path logging = Files.writeString(folder.resolve("logback.xml"), LOGGING);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=" + logging,
                "-cp",
                Files.readString(classPath()).strip(),
                "org.gaul.s3proxy.Main",
                "--properties",
                properties.toString())
            .redirectErrorStream(true)
            .directory(folder.toFile())
            .start();
    CompletableFuture<Integer> listening = new CompletableFuture<>();
    Thread.ofPlatform().daemon().name("s3proxy-output").start(() -> watch(process, listening));
    try {
      int port = listening.get(START_SECONDS, TimeUnit.SECONDS);
      return new S3ProxyServer(process, port);
    } catch (ExecutionException | TimeoutException failure) {
      process.destroyForcibly();
      throw new IOException("S3Proxy did not start", failure);
    } catch (InterruptedException stopped) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    } finally {
      Files.delete(properties);
      Files.delete(logging);
      Files.delete(folder);
    }
  }

  public int port() {
    return port;
  }

  /// Host and port, as the configuration wants it.
  public String endpoint() {
    return "127.0.0.1:" + port;
  }

  /// Makes an empty bucket with a name of its own.
  public String newBucket() {
    String name = "bucket-" + buckets.incrementAndGet();
    try (S3Client client =
        S3Client.builder()
            .endpointOverride(URI.create("http://" + endpoint()))
            .forcePathStyle(true)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
            .build()) {
      client.createBucket(request -> request.bucket(name));
    }
    return name;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static String properties() {
    return PROPERTIES.formatted(ACCESS_KEY, SECRET_KEY);
  }

  /// From the folder of any module of this build, or from its root.
  private static Path classPath() throws IOException {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path file = folder.resolve(CLASS_PATH);
      if (Files.exists(file)) {
        return file;
      }
    }
    throw new IOException(
        CLASS_PATH + " is missing; mvn process-resources -pl testkit/s3proxy makes it");
  }

  private static void watch(Process process, CompletableFuture<Integer> listening) {
    List<String> said = new ArrayList<>();
    try (BufferedReader out = process.inputReader(UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        Matcher started = LISTENING.matcher(line);
        if (started.find()) {
          listening.complete(Integer.parseInt(started.group(1)));
        } else if (!listening.isDone()) {
          said.add(line);
        }
      }
      listening.completeExceptionally(new IOException("S3Proxy ended: " + said));
    } catch (IOException failure) {
      listening.completeExceptionally(new UncheckedIOException(failure));
    }
  }
}
