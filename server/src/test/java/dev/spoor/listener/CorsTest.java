package dev.spoor.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.metrics.Metrics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What a browser is told that wants to send for a page.
class CorsTest {

  private static final CorsConfig SHOP =
      new CorsConfig(
          List.of("https://shop.example", "https://*.pages.example"),
          List.of("X-Scope-OrgID"),
          List.of("Spoor-Cost"),
          600);
  private static final CorsConfig ANYBODY =
      new CorsConfig(List.of("*"), List.of("*"), List.of(), 0);

  @Test
  void aPreflightOfAnAllowedPageIsAnsweredWithWhatItMay() throws Exception {
    try (HttpListener port = started(Optional.of(SHOP), Gate.OPEN)) {
      HttpResponse<String> answer =
          preflight(port, "https://shop.example", "content-type, x-scope-orgid");

      assertThat(answer.statusCode()).isEqualTo(204);
      assertThat(header(answer, "access-control-allow-origin")).isEqualTo("https://shop.example");
      assertThat(header(answer, "access-control-allow-methods")).isEqualTo("POST");
      assertThat(header(answer, "access-control-allow-headers"))
          .isEqualTo("content-type, x-scope-orgid");
      assertThat(header(answer, "access-control-allow-credentials")).isEqualTo("true");
      assertThat(header(answer, "access-control-max-age")).isEqualTo("600");
      assertThat(header(answer, "vary")).contains("origin");
    }
  }

  @Test
  void aStarInAnOriginStandsForAnything() throws Exception {
    try (HttpListener port = started(Optional.of(SHOP), Gate.OPEN)) {
      assertThat(allowedOrigin(preflight(port, "https://a.pages.example", "")))
          .contains("https://a.pages.example");
      assertThat(allowedOrigin(preflight(port, "https://a.pages.example.evil", ""))).isEmpty();
      assertThat(allowedOrigin(preflight(port, "https://shopXexample", ""))).isEmpty();
    }
  }

  @Test
  void aStrangersPageAndAnUnknownHeaderAreNotAllowed() throws Exception {
    try (HttpListener port = started(Optional.of(SHOP), Gate.OPEN)) {
      assertThat(allowedOrigin(preflight(port, "https://evil.example", ""))).isEmpty();
      assertThat(allowedOrigin(preflight(port, "https://shop.example", "x-other"))).isEmpty();
      assertThat(allowedOrigin(post(port, "https://evil.example"))).isEmpty();
    }
  }

  @Test
  void everyPageAndHeaderMayBeAllowed() throws Exception {
    try (HttpListener port = started(Optional.of(ANYBODY), Gate.OPEN)) {
      HttpResponse<String> answer = preflight(port, "null", "x-whatever");

      assertThat(header(answer, "access-control-allow-origin")).isEqualTo("*");
      assertThat(header(answer, "access-control-allow-headers")).isEqualTo("x-whatever");
      assertThat(answer.headers().firstValue("access-control-max-age")).isEmpty();
    }
  }

  @Test
  void anAnswerCanBeReadByThePage() throws Exception {
    try (HttpListener port = started(Optional.of(SHOP), Gate.OPEN)) {
      HttpResponse<String> answer = post(port, "https://shop.example");

      assertThat(answer.body()).isEqualTo("taken");
      assertThat(header(answer, "access-control-allow-origin")).isEqualTo("https://shop.example");
      assertThat(header(answer, "access-control-expose-headers")).isEqualTo("Spoor-Cost");
    }
  }

  @Test
  void aPageIsToldThatItNeedsAToken() throws Exception {
    Gate closed =
        (purpose, caller) -> {
          throw new ServiceException(ErrorKind.UNAUTHENTICATED, "no credentials");
        };
    try (HttpListener port = started(Optional.of(SHOP), closed)) {
      assertThat(preflight(port, "https://shop.example", "authorization").statusCode())
          .as("a preflight carries no token")
          .isEqualTo(204);
      HttpResponse<String> answer = post(port, "https://shop.example");
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(header(answer, "access-control-allow-origin")).isEqualTo("https://shop.example");
      assertThat(header(answer, "www-authenticate")).isEqualTo("Bearer");
    }
  }

  @Test
  void withoutCorsNothingIsSaidAboutOrigins() throws Exception {
    try (HttpListener port = started(Optional.empty(), Gate.OPEN)) {
      assertThat(allowedOrigin(post(port, "https://shop.example"))).isEmpty();
      assertThat(allowedOrigin(preflight(port, "https://shop.example", ""))).isEmpty();
    }
  }

  private static HttpListener started(Optional<CorsConfig> cors, Gate gate) throws Exception {
    Metrics metrics = new Metrics();
    HttpListener port =
        new HttpListener(
            "test",
            Binding.at("127.0.0.1:0").withCors(cors),
            Purpose.WRITE,
            new ListenerParts(
                new BodyBudget(1 << 20),
                new ListenerMetrics(metrics),
                new TlsMetrics(metrics),
                gate));
    port.push(
        "*",
        "/v1/traces",
        "traces",
        1 << 20,
        request -> CompletableFuture.completedFuture(Response.text(200, "taken")),
        (head, refusal) -> Response.text(Replies.statusOf(refusal.kind()), "refused"));
    port.start();
    return port;
  }

  private static HttpResponse<String> preflight(HttpListener port, String origin, String headers)
      throws Exception {
    HttpRequest.Builder request =
        request(port, origin)
            .method("OPTIONS", BodyPublishers.noBody())
            .header("access-control-request-method", "POST");
    if (!headers.isEmpty()) {
      request.header("access-control-request-headers", headers);
    }
    return send(request.build());
  }

  private static HttpResponse<String> post(HttpListener port, String origin) throws Exception {
    return send(request(port, origin).POST(BodyPublishers.ofString("x".repeat(100_000))).build());
  }

  private static HttpRequest.Builder request(HttpListener port, String origin) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.port() + "/v1/traces"))
        .header("origin", origin);
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return client.send(request, BodyHandlers.ofString());
    }
  }

  private static Optional<String> allowedOrigin(HttpResponse<String> answer) {
    return answer.headers().firstValue("access-control-allow-origin");
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
