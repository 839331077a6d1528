package dev.spoor.listener;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Answers browsers that ask whether a page may send here. Format: the CORS protocol of the Fetch
/// standard.
///
/// A page that may not send gets its answer without the headers that would let it read it; the
/// browser then refuses on its own.
final class Cors {

  private static final String VARY =
      "origin, access-control-request-method, access-control-request-headers";
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST");
  private static final List<String> USUAL_HEADERS =
      List.of("accept", "content-type", "origin", "x-requested-with");

  private final boolean anyOrigin;
  private final List<Pattern> origins = new ArrayList<>();
  private final boolean anyHeader;
  private final Set<String> headers = new HashSet<>(USUAL_HEADERS);
  private final String exposed;
  private final int maxAge;

  Cors(CorsConfig config) {
    this.anyOrigin = config.allowedOrigins().contains("*");
    config.allowedOrigins().forEach(origin -> origins.add(pattern(origin)));
    this.anyHeader = config.allowedHeaders().contains("*");
    config.allowedHeaders().forEach(header -> headers.add(header.toLowerCase(Locale.ROOT)));
    this.exposed = String.join(", ", config.exposedHeaders());
    this.maxAge = config.maxAge();
  }

  /// Whether a request asks for permission only.
  static boolean isPreflight(RequestHeaders head) {
    return head.method() == HttpMethod.OPTIONS
        && head.contains(HttpHeaderNames.ORIGIN)
        && head.contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
  }

  ResponseHeaders preflight(RequestHeaders head) {
    ResponseHeadersBuilder answer = ResponseHeaders.builder(204).set(HttpHeaderNames.VARY, VARY);
    String method = head.get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD, "");
    String wanted = head.get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS, "");
    if (!isAllowed(head.get(HttpHeaderNames.ORIGIN))
        || !METHODS.contains(method)
        || !areAllowed(wanted)) {
      return answer.build();
    }
    allowOrigin(head, answer);
    answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, method);
    if (!wanted.isEmpty()) {
      answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, wanted);
    }
    if (maxAge > 0) {
      answer.set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, Integer.toString(maxAge));
    }
    return answer.build();
  }

  /// The head of an answer, with what lets the page read it.
  ResponseHeaders allowed(RequestHeaders request, ResponseHeaders answer) {
    ResponseHeadersBuilder changed = answer.toBuilder().add(HttpHeaderNames.VARY, "origin");
    if (isAllowed(request.get(HttpHeaderNames.ORIGIN))) {
      allowOrigin(request, changed);
      if (!exposed.isEmpty()) {
        changed.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
      }
    }
    return changed.build();
  }

  private void allowOrigin(RequestHeaders request, ResponseHeadersBuilder answer) {
    String origin = anyOrigin ? "*" : request.get(HttpHeaderNames.ORIGIN, "");
    answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
  }

  private boolean isAllowed(@Nullable String origin) {
    return origin != null
        && (anyOrigin || origins.stream().anyMatch(pattern -> pattern.matcher(origin).matches()));
  }

  private boolean areAllowed(String wanted) {
    if (anyHeader || wanted.isEmpty()) {
      return true;
    }
    for (String header : wanted.split(",", -1)) {
      if (!headers.contains(header.strip().toLowerCase(Locale.ROOT))) {
        return false;
      }
    }
    return true;
  }

  private static Pattern pattern(String origin) {
    int star = origin.indexOf('*');
    String regex =
        star < 0
            ? Pattern.quote(origin)
            : Pattern.quote(origin.substring(0, star))
                + ".*"
                + Pattern.quote(origin.substring(star + 1));
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }
}
