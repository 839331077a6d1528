package dev.spoor.listener;

import dev.spoor.model.Bytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An HTTP request whose body has arrived.
///
/// @param path as sent, without the query
/// @param pathParameters by name, percent-decoded once
/// @param query all values of each parameter, decoded, in order
/// @param headers lower-case names; of a repeated header the first
/// @param body still compressed when the sender compressed it
/// @param room for what the body is decompressed to
public record Request(
    String method,
    String path,
    Map<String, String> pathParameters,
    Map<String, List<String>> query,
    Map<String, String> headers,
    Bytes body,
    BodyRoom room) {

  /// A request that takes no room.
  public Request(
      String method,
      String path,
      Map<String, String> pathParameters,
      Map<String, List<String>> query,
      Map<String, String> headers,
      Bytes body) {
    this(method, path, pathParameters, query, headers, body, BodyRoom.unlimited());
  }

  /// The first value of a query parameter; empty when it is missing or has no characters.
  public Optional<String> parameter(String name) {
    List<String> values = query.getOrDefault(name, List.of());
    return values.isEmpty() || values.getFirst().isEmpty()
        ? Optional.empty()
        : Optional.of(values.getFirst());
  }

  public Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName));
  }

  public String pathParameter(String name) {
    String value = pathParameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no path parameter " + name);
    }
    return value;
  }
}
