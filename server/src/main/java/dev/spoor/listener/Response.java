package dev.spoor.listener;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// An HTTP answer.
///
/// @param contentType empty when there is no body
/// @param body not changed any more
/// @param headers further headers
public record Response(int status, String contentType, byte[] body, Map<String, String> headers) {

  private static final byte[] NOTHING = {};

  public static final String TEXT = "text/plain; charset=utf-8";
  public static final String JSON = "application/json";
  public static final String PROTOBUF = "application/protobuf";

  public static Response of(int status) {
    return new Response(status, "", NOTHING, Map.of());
  }

  public static Response text(int status, String text) {
    return new Response(status, TEXT, text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  public static Response of(String contentType, byte[] body) {
    return new Response(200, contentType, body, Map.of());
  }

  public Response with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Response(status, contentType, body, more);
  }
}
