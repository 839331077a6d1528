package dev.spoor.listener;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Requests of the server library as ours.
final class Requests {

  private Requests() {}

  static boolean isGrpc(HttpRequest request) {
    return request.headers().get(HttpHeaderNames.CONTENT_TYPE, "").startsWith("application/grpc");
  }

  /// @param body that has arrived whole
  static Request requestOf(ServiceRequestContext context, HttpRequest request, BodyCollector body) {
    return new Request(
        request.method().name(),
        context.path(),
        context.pathParams(),
        query(context.query()),
        headers(request.headers()),
        body.whole().join(),
        body.room());
  }

  private static Map<String, List<String>> query(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return Map.of();
    }
    Map<String, List<String>> query = new LinkedHashMap<>();
    QueryParams parameters = QueryParams.fromQueryString(text);
    for (String key : parameters.names()) {
      query.put(key, parameters.getAll(key));
    }
    return query;
  }

  /// Of several with the same name the first one.
  static Map<String, String> headers(HttpHeaders all) {
    Map<String, String> headers = new HashMap<>(all.size() * 2);
    all.forEach((key, value) -> headers.putIfAbsent(key.toString(), value));
    return headers;
  }
}
