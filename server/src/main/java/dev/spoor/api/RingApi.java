package dev.spoor.api;

import dev.spoor.listener.HttpListener;
import dev.spoor.listener.Purpose;
import dev.spoor.listener.Request;
import dev.spoor.listener.Response;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Collectors;

/// `/<component>/ring` of a process that has the component to itself: a ring with one member.
///
/// Tempo answers 404 there; runbooks that look at the page work with this one. The JSON has the
/// fields of Tempo's.
public final class RingApi {

  private final RingMember member;
  private final InstantSource clock;
  private final Instant started;

  public RingApi(RingMember member, InstantSource clock) {
    this.member = member;
    this.clock = clock;
    this.started = clock.instant();
  }

  public void serve(HttpListener listener) {
    String component = member.component();
    listener.route(Purpose.STATUS, "*", "/" + component + "/ring", component + "_ring", this::ring);
  }

  private Response ring(Request request) {
    Instant now = clock.instant();
    boolean json =
        request.header("accept").filter(accept -> accept.contains("application/json")).isPresent();
    return json
        ? Response.of(Response.JSON, json(now).getBytes(StandardCharsets.UTF_8))
        : Response.of(
            "text/html; charset=utf-8",
            html(now, request.parameter("tokens").filter("true"::equals).isPresent())
                .getBytes(StandardCharsets.UTF_8));
  }

  private String json(Instant now) {
    return """
    {"shards":[{"id":"%s","state":"%s","address":"127.0.0.1","timestamp":"%s",\
    "registered_timestamp":"%s","read_only":false,"zone":"","tokens":[%s]}],"now":"%s"}
    """
        .formatted(quoted(member.instance()), member.state().get(), now, started, tokens(","), now);
  }

  private String tokens(String between) {
    return member.tokens().get().stream().map(String::valueOf).collect(Collectors.joining(between));
  }

  private String html(Instant now, boolean withTokens) {
    return """
    <!DOCTYPE html>
    <title>Ring of the %1$s</title>
    <h1>Ring of the %1$s</h1>
    <p>%4$s. This process is its only member: it is alone, or waits for its turn.</p>
    <table>
    <tr><th>Instance</th><th>State</th><th>Since</th><th>Last heartbeat</th><th>Tokens</th></tr>
    <tr><td>%2$s</td><td>%5$s</td><td>%3$s</td><td>%4$s</td><td>%6$d</td></tr>
    </table>
    %7$s\
    """
        .formatted(
            member.component(),
            escaped(member.instance()),
            started,
            now,
            member.state().get(),
            member.tokens().get().size(),
            withTokens ? "<p>Tokens: " + tokens(" ") + "</p>\n" : "");
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
