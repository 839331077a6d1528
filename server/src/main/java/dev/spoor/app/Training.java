package dev.spoor.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Goes through a short life of the program, so that the JVM learns which classes and methods a
/// start needs: `./spoor` runs it once after a build with `-XX:AOTCacheOutput`, and starts faster
/// from then on. It listens on free ports of localhost and works in a folder of its own, which it
/// deletes.
public final class Training {

  private static final int PUSHES = 60;
  private static final String CONFIG =
      """
      server: {http_listen_address: 127.0.0.1, http_listen_port: 0, grpc_listen_address: 127.0.0.1, grpc_listen_port: 0}
      distributor:
        receivers:
          otlp: {protocols: {grpc: {endpoint: "127.0.0.1:0"}, http: {endpoint: "127.0.0.1:0"}}}
      storage:
        trace: {backend: local, local: {path: "%s/blocks"}, wal: {path: "%s/wal"}}
      """;

  private Training() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("spoor-training");
    try {
      Path config = folder.resolve("spoor.yaml");
      Files.writeString(config, CONFIG.formatted(folder, folder));
      if (new CommandLine(name -> null).parse("-config.file=" + config, "-config.expand-env=true")
          instanceof Command.Run(LoadedConfig loaded)) {
        live(loaded, folder);
        delete(folder.resolve("wal"));
        Files.move(folder.resolve("crashed"), folder.resolve("wal"));
        liveAgain(loaded);
      } else {
        throw new IOException("the configuration of the training is not accepted");
      }
    } finally {
      delete(folder);
    }
  }

  private static void live(LoadedConfig loaded, Path folder) throws Exception {
    try (Spoor spoor = Spoor.of(loaded);
        HttpClient client = HttpClient.newHttpClient()) {
      spoor.start();
      String query = "http://127.0.0.1:" + spoor.queryPort();
      String push = "http://127.0.0.1:%d/v1/traces".formatted(spoor.receiverPort("otlp-http"));
      for (int i = 1; i <= PUSHES; i++) {
        post(client, push, span(i));
        get(client, query + "/api/v2/traces/" + traceId(i));
      }
      copy(folder.resolve("wal"), folder.resolve("crashed"));
      for (String path :
          List.of(
              "/ready",
              "/metrics",
              "/status",
              "/api/echo",
              "/api/search?tags=service.name%3Dtraining",
              "/api/search?q=%7Bstatus%3Derror%7D",
              "/flush?wait=true",
              "/api/traces/" + traceId(7),
              "/api/search?q=%7B%7D")) {
        get(client, query + path);
      }
    }
  }

  /// A start after a crash, which replays the log.
  private static void liveAgain(LoadedConfig loaded) throws Exception {
    try (Spoor spoor = Spoor.of(loaded);
        HttpClient client = HttpClient.newHttpClient()) {
      spoor.start();
      String query = "http://127.0.0.1:" + spoor.queryPort();
      get(client, query + "/ready");
      get(client, query + "/api/v2/traces/" + traceId(1));
    }
  }

  private static String traceId(int number) {
    return "%032x".formatted(number);
  }

  private static String span(int number) {
    long now = System.currentTimeMillis() * 1_000_000L;
    return """
    {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"training"}}]},
     "scopeSpans":[{"spans":[{"traceId":"%s","spanId":"%016x","name":"train","kind":2,"startTimeUnixNano":"%d",
     "endTimeUnixNano":"%d","attributes":[{"key":"number","value":{"intValue":"%d"}}]}]}]}]}\
    """
        .formatted(traceId(number), number, now, now + number, number);
  }

  private static void post(HttpClient client, String url, String json) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    expect(client.send(request, HttpResponse.BodyHandlers.ofString()));
  }

  private static void get(HttpClient client, String url) throws Exception {
    expect(
        client.send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString()));
  }

  private static void expect(HttpResponse<String> response) throws IOException {
    if (response.statusCode() >= 300) {
      throw new IOException(
          "%s answered %d: %s".formatted(response.uri(), response.statusCode(), response.body()));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.filter(each -> !each.endsWith("reserve")).toList()) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
