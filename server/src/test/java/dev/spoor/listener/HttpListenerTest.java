package dev.spoor.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.platform.metrics.Metrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class HttpListenerTest {

  private final HttpListener listener =
      new HttpListener(
          "test",
          new InetSocketAddress("127.0.0.1", 0),
          new BodyBudget(1 << 20),
          new ListenerMetrics(new Metrics()));

  @Test
  void reachesRoutesThatWereAddedAfterOneWithARegularExpression() throws Exception {
    listener.route("GET", "/before", "before", request -> Response.text(200, "before"));
    listener.route("GET", "regex:^/tag/(?<name>.+)/values$", "values", HttpListenerTest::nameOf);
    listener.route("GET", "/after", "after", request -> Response.text(200, "after"));
    listener.start();
    try (listener) {
      assertThat(get("/before")).isEqualTo("200 before");
      assertThat(get("/tag/a/b/values")).isEqualTo("200 a/b");
      assertThat(get("/after")).isEqualTo("200 after");
      assertThat(get("/elsewhere")).startsWith("404 ");
    }
  }

  private static Response nameOf(Request request) {
    return Response.text(200, request.pathParameter("name"));
  }

  private String get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + path)).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      var response = client.send(request, BodyHandlers.ofString());
      return response.statusCode() + " " + response.body();
    }
  }
}
