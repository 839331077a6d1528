package dev.spoor.listener;

import dev.spoor.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An HTTP answer.
///
/// @param contentType empty when there is no body
/// @param body not changed any more
/// @param headers further headers
/// @param streamed in the place of the body, when that is made while it is sent
public record Response(
    int status,
    String contentType,
    Bytes body,
    Map<String, String> headers,
    @Nullable StreamedBody streamed) {

  public static final String TEXT = "text/plain; charset=utf-8";
  public static final String JSON = "application/json";
  public static final String PROTOBUF = "application/protobuf";

  public Response(int status, String contentType, Bytes body, Map<String, String> headers) {
    this(status, contentType, body, headers, null);
  }

  public static Response of(int status) {
    return new Response(status, "", Bytes.EMPTY, Map.of());
  }

  public static Response text(int status, String text) {
    return new Response(status, TEXT, Bytes.of(text.getBytes(StandardCharsets.UTF_8)), Map.of());
  }

  public static Response of(String contentType, byte[] body) {
    return of(contentType, Bytes.of(body));
  }

  public static Response of(String contentType, Bytes body) {
    return new Response(200, contentType, body, Map.of());
  }

  public static Response of(String contentType, StreamedBody body) {
    return new Response(200, contentType, Bytes.EMPTY, Map.of(), body);
  }

  public Response with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Response(status, contentType, body, more, streamed);
  }
}
