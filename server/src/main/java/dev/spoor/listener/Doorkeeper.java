package dev.spoor.listener;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.spoor.listener.HttpListener.RefusedBody;
import dev.spoor.listener.HttpListener.RequestHead;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import io.netty.util.AsciiString;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What every request to a port passes before its body is read: browsers that ask for permission
/// are answered, the [Gate] is asked, and a refusal becomes an answer that the sender understands.
///
/// Told of all routes before the port listens.
final class Doorkeeper {

  static final AsciiString TENANT = AsciiString.of("x-scope-orgid");
  private static final String HEALTH = "/grpc.health.v1.Health/";

  private final Purpose usual;
  private final PortRules rules;
  private final Gate gate;
  private final @Nullable Cors cors;
  private final Map<Route, Purpose> purposes = new HashMap<>();
  private final Map<Route, RefusedBody> refusals = new HashMap<>();
  private @Nullable ReloadingTls tls;

  /// @param usual what routes are for that are added without a purpose
  Doorkeeper(Purpose usual, Binding binding, Gate gate) {
    this.usual = usual;
    this.rules = binding.rules();
    this.gate = gate;
    this.cors = binding.cors().map(Cors::new).orElse(null);
  }

  /// Tells what a route is for.
  void watch(Route route, Purpose purpose) {
    purposes.put(route, purpose);
  }

  /// Tells how a route answers who is refused.
  void answerWith(Route route, RefusedBody refusedBody) {
    refusals.put(route, refusedBody);
  }

  /// Has client certificates looked at; before the port listens.
  void useCertificates(ReloadingTls certificates) {
    tls = certificates;
  }

  /// Whether there is anything to do for requests.
  boolean isNeeded() {
    return gate != Gate.OPEN || cors != null || tls != null || rules.concernRequests();
  }

  /// What every request passes first, whatever it is for.
  HttpResponse guard(HttpService service, ServiceRequestContext context, HttpRequest request)
      throws Exception {
    HttpResponse answer = guarded(service, context, request);
    Map<String, String> always = rules.headers();
    return always.isEmpty() ? answer : answer.mapHeaders(head -> with(head, always));
  }

  /// What a route says itself counts more.
  private static ResponseHeaders with(ResponseHeaders head, Map<String, String> more) {
    ResponseHeadersBuilder changed = head.toBuilder();
    more.forEach((name, value) -> {
      if (!head.contains(name)) {
        changed.set(name, value);
      }
    });
    return changed.build();
  }

  private HttpResponse guarded(
      HttpService service, ServiceRequestContext context, HttpRequest request) throws Exception {
    RequestHeaders head = request.headers();
    if (cors == null || !head.contains(HttpHeaderNames.ORIGIN)) {
      return admit(service, context, request);
    }
    Cors pages = cors;
    if (Cors.isPreflight(head)) {
      request.abort();
      return HttpResponse.of(pages.preflight(head));
    }
    return admit(service, context, request).mapHeaders(answer -> pages.allowed(head, answer));
  }

  private HttpResponse admit(
      HttpService service, ServiceRequestContext context, HttpRequest request) throws Exception {
    RequestHeaders head = request.headers();
    Optional<String> tenant;
    try {
      PeerCertificate peer = tls == null ? null : tls.peer(context.sslSession());
      if (tls != null && tls.isDistrusted(peer)) {
        throw new ServiceException(
            ErrorKind.UNAUTHENTICATED, "the client certificate is not trusted any more");
      }
      Gate.Caller caller =
          new Gate.Caller(head.get(HttpHeaderNames.AUTHORIZATION), head.get(TENANT), peer);
      tenant = gate.admit(purposeOf(context.config().route()), caller);
      requireEncoding(head.get(HttpHeaderNames.CONTENT_ENCODING, ""));
    } catch (ServiceException refusal) {
      return refused(context, request, refusal);
    }
    if (tenant.isEmpty()) {
      return service.serve(context, request);
    }
    HttpRequest named = request.withHeaders(head.toBuilder().set(TENANT, tenant.get()));
    context.updateRequest(named);
    return service.serve(context, named);
  }

  private void requireEncoding(String encoding) {
    if (!rules.takes(encoding)) {
      throw new ServiceException(
          ErrorKind.INVALID,
          "this port takes no bodies compressed as '%s' (compression_algorithms: %s)"
              .formatted(encoding, rules.encodingsText()));
    }
  }

  private Purpose purposeOf(Route route) {
    Purpose purpose = purposes.get(route);
    return purpose == null ? usualFor(route.patternString()) : purpose;
  }

  /// What a path is for that says nothing itself.
  Purpose usualFor(String path) {
    return path.contains(HEALTH) ? Purpose.READY : usual;
  }

  private HttpResponse refused(
      ServiceRequestContext context, HttpRequest request, ServiceException refusal) {
    request.abort();
    RequestHeaders head = request.headers();
    if (Requests.isGrpc(request)) {
      return Replies.grpc(
          GrpcReply.error(Replies.codeOf(refusal.kind()), String.valueOf(refusal.getMessage())));
    }
    RefusedBody answer = refusals.get(context.config().route());
    Response response =
        answer == null
            ? Response.text(Replies.statusOf(refusal.kind()), refusal.getMessage() + "\n")
            : answer.answer(new RequestHead(Requests.headers(head)), refusal);
    return Replies.http(
        refusal.kind() == ErrorKind.UNAUTHENTICATED
            ? response.with("www-authenticate", "Bearer")
            : response);
  }
}
