package dev.spoor.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// OTLP over HTTP/1.1 in protobuf; one connection for each thread that waits.
final class HttpPushClient implements PushClient {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI traces;

  HttpPushClient(URI server) {
    this.traces = server.resolve("/v1/traces");
  }

  @Override
  public PushAnswer push(byte[] body) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(traces)
            .timeout(TIMEOUT)
            .header("content-type", "application/x-protobuf")
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    try {
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      int status = response.statusCode();
      return status == 200
          ? PushClient.acknowledged(response.body())
          : new PushAnswer.Refused(isRetryable(status), status + " " + text(response.body()));
    } catch (IOException noAnswer) {
      return new PushAnswer.Unknown(noAnswer.toString());
    }
  }

  private static boolean isRetryable(int status) {
    return status == 429 || status >= 502 && status <= 504;
  }

  /// The message in a `google.rpc.Status`, more or less.
  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8).replaceAll("[^ -~]", " ").strip();
  }

  @Override
  public void close() {
    client.close();
  }
}
