package dev.spoor.api;

import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Response;
import java.nio.charset.StandardCharsets;

/// What Grafana asks before it asks anything: `/api/echo` and `/api/status/buildinfo`.
public final class StatusApi {

  private final String buildInfo;

  /// @param buildInfo JSON
  public StatusApi(String buildInfo) {
    this.buildInfo = buildInfo;
  }

  public void serve(HttpListener listener, String prefix) {
    listener.route(
        "GET",
        prefix + "/api/echo",
        "api_echo",
        request -> Response.text(200, "echo\n").with("x-content-type-options", "nosniff"));
    listener.route(
        "GET",
        prefix + "/api/status/buildinfo",
        "api_status_buildinfo",
        request -> Response.of(Response.JSON, buildInfo.getBytes(StandardCharsets.UTF_8)));
  }
}
