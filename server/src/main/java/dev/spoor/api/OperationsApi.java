package dev.spoor.api;

import dev.spoor.contract.IngesterOperations;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Purpose;
import dev.spoor.listener.Request;
import dev.spoor.listener.Response;
import dev.spoor.model.Tenant;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.metrics.Metrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// What operators call: `/ready`, `/metrics`, `/status…`, `/flush`, `/shutdown`. Never prefixed.
public final class OperationsApi {

  private static final Duration DEFAULT_WAIT = Duration.ofMinutes(5);

  private final IngesterOperations ingester;
  private final Metrics metrics;
  private final StatusSource status;
  private final Shutdown shutdown;

  /// What the status pages show, besides what this class knows itself.
  ///
  /// @param version the text of `-version`
  /// @param buildInfo the JSON of `/api/status/buildinfo`
  /// @param services name and state of each component
  /// @param endpoints the routes of the query port
  /// @param config effective YAML by mode: empty, `diff` or `defaults`
  /// @param limits YAML of the limits in force, by mode
  /// @param stopping whether the process is ending
  public record StatusSource(
      String version,
      String buildInfo,
      Supplier<List<Service>> services,
      Supplier<List<String>> endpoints,
      Function<String, String> config,
      Function<String, String> limits,
      Supplier<Boolean> stopping) {}

  /// @param state `Running`, `Starting`, `Stopping` or `Failed`
  public record Service(String name, String state, String detail) {}

  public OperationsApi(IngesterOperations ingester, Metrics metrics, StatusSource status) {
    this.ingester = ingester;
    this.metrics = metrics;
    this.status = status;
    this.shutdown = new Shutdown(ingester);
  }

  /// Adds the routes to a port.
  public void serve(HttpListener listener) {
    listener.route(Purpose.READY, "GET", "/ready", "ready", this::ready);
    listener.route(Purpose.METRICS, "GET", "/metrics", "metrics", this::scrape);
    listener.route(Purpose.STATUS, "GET", "/status", "status", this::statusAll);
    listener.route(Purpose.STATUS, "GET", "/status/{page}", "status_page", this::statusPage);
    listener.route(Purpose.PROCESS, "*", "/flush", "flush", this::flush);
    listener.route(Purpose.PROCESS, "*", "/shutdown", "shutdown", this::shutdown);
  }

  private Response ready(Request request) {
    if (status.stopping().get()) {
      return Response.text(503, "Application is stopping\n");
    }
    return ingester
        .notReady()
        .map(reason -> Response.text(503, reason + "\n"))
        .orElseGet(() -> Response.text(200, "ready\n"));
  }

  private Response scrape(Request request) {
    Metrics.Scrape scrape = metrics.scrape(request.header("accept").orElse(null));
    return Response.of(scrape.contentType(), scrape.body());
  }

  private Response statusAll(Request request) {
    StringBuilder all = new StringBuilder();
    for (String page : List.of("version", "services", "endpoints", "runtime_config", "config")) {
      all.append("GET /status/").append(page).append('\n');
      all.append(page(page, request.parameter("mode").orElse("")).orElseThrow()).append('\n');
    }
    return Response.text(200, all.toString());
  }

  private Response statusPage(Request request) {
    String page = request.pathParameter("page");
    if (page.equals("usage-stats")) {
      return Response.text(200, "usage-stats is not enabled: Spoor never reports anything\n");
    }
    return page(page, request.parameter("mode").orElse(""))
        .map(text -> Response.text(200, text))
        .orElseGet(() -> Response.text(404, "404 page not found\n"));
  }

  private Optional<String> page(String name, String mode) {
    return Optional.ofNullable(
        switch (name) {
          case "version" -> status.version();
          case "services" -> services();
          case "endpoints" -> String.join("\n", status.endpoints().get()) + "\n";
          case "config" -> "---\n" + status.config().apply(checked(mode, "diff", "defaults"));
          case "runtime_config" -> "---\n" + status.limits().apply(checked(mode, "diff"));
          default -> null;
        });
  }

  private static String checked(String mode, String... known) {
    if (!mode.isEmpty() && !List.of(known).contains(mode)) {
      throw new ServiceException(
          ErrorKind.INTERNAL, "unknown value for mode query parameter: '%s'".formatted(mode));
    }
    return mode;
  }

  private String services() {
    StringBuilder table = new StringBuilder();
    for (Service service : status.services().get()) {
      table.append("%-20s %-10s %s%n".formatted(service.name(), service.state(), service.detail()));
    }
    table.append("%-20s %-10s %s%n".formatted("wal", "", ingester.logStatus()));
    return table.toString();
  }

  private Response flush(Request request) throws IOException, InterruptedException {
    Optional<Tenant> tenant = request.parameter("tenant").map(OperationsApi::tenant);
    if (!ingester.flush(tenant)) {
      return Response.text(404, "unknown tenant %s\n".formatted(tenant.orElseThrow()));
    }
    if (!isTrue(request, "wait") || ingester.awaitFlushed(timeout(request))) {
      return Response.of(204);
    }
    return Response.text(
        504, "%d blocks are not yet in the object store\n".formatted(ingester.blocksToFlush()));
  }

  private Response shutdown(Request request) throws InterruptedException {
    if (request.query().containsKey("status")) {
      String json =
          "{\"state\":\"%s\",\"blocksToFlush\":%d,\"notStored\":\"%s\"}"
              .formatted(
                  shutdown.state().name().toLowerCase(java.util.Locale.ROOT),
                  ingester.blocksToFlush(),
                  shutdown.notStored());
      return Response.of(Response.JSON, json.getBytes(StandardCharsets.UTF_8));
    }
    shutdown.begin();
    if (!isTrue(request, "wait") || shutdown.await(timeout(request))) {
      return Response.text(200, "shutdown job acknowledged\n");
    }
    return Response.text(504, "not yet in the object store: %s\n".formatted(shutdown.notStored()));
  }

  private static Tenant tenant(String id) {
    try {
      return new Tenant(id);
    } catch (IllegalArgumentException invalid) {
      throw new ServiceException(ErrorKind.INVALID, String.valueOf(invalid.getMessage()), invalid);
    }
  }

  private static boolean isTrue(Request request, String parameter) {
    return request.parameter(parameter).filter(value -> value.equals("true")).isPresent();
  }

  private static Duration timeout(Request request) {
    return request
        .parameter("timeout")
        .map(text -> Parameters.goDuration("timeout", text))
        .orElse(DEFAULT_WAIT);
  }
}
