package dev.spoor.listener;

import static dev.spoor.platform.config.Requirements.require;

import java.util.List;

/// The `cors` section of a receiver, with the keys of the OpenTelemetry collector: which web pages
/// may send.
///
/// @param allowedOrigins such as `https://shop.example`, with one `*` as a wildcard; empty turns
///   CORS off
/// @param allowedHeaders beside those that browsers always allow; `*` for all
/// @param exposedHeaders of answers, that pages may read
/// @param maxAge seconds that a browser may remember the answer; 0 leaves it to the browser
public record CorsConfig(
    List<String> allowedOrigins,
    List<String> allowedHeaders,
    List<String> exposedHeaders,
    int maxAge) {

  public static final CorsConfig DEFAULTS = new CorsConfig(List.of(), List.of(), List.of(), 0);

  public CorsConfig {
    allowedOrigins = List.copyOf(allowedOrigins);
    allowedHeaders = List.copyOf(allowedHeaders);
    exposedHeaders = List.copyOf(exposedHeaders);
    require(maxAge >= 0, "max_age", "must not be negative");
    require(
        allowedOrigins.stream().allMatch(origin -> origin.indexOf('*') == origin.lastIndexOf('*')),
        "allowed_origins",
        "may hold one * each");
  }
}
