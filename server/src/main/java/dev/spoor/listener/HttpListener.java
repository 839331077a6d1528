package dev.spoor.listener;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.metric.NoopMeterRegistry;
import com.linecorp.armeria.common.stream.SubscriptionOption;
import com.linecorp.armeria.common.util.TlsEngineType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.lifecycle.Component;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.Threads;
import dev.spoor.platform.threads.Ticks;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One port: HTTP/1.1, HTTP/2 and gRPC, told apart by path and content type; plain or over TLS.
///
/// Routes are added before `start`. What is not routed is 404, or UNIMPLEMENTED for gRPC. A request
/// passes the [Gate] before its body is read, whichever route it is for.
public final class HttpListener implements Component {

  private static final int STREAM_WINDOW = 1 << 20;
  private static final int CONNECTION_WINDOW = 8 << 20;
  private static final Duration USUAL_IDLE = Duration.ofMinutes(2);

  private final String name;
  private final Binding binding;
  private final Purpose usual;
  private final ListenerParts parts;
  private final Doorkeeper doorkeeper;
  private final Replies replies;
  private final Map<String, Purpose> purposesByText = new HashMap<>();
  private final Map<String, Allowed> allowed = new LinkedHashMap<>();
  private final BodyBudget budget;
  private final ListenerMetrics metrics;
  private final LongSupplier nanos;
  private final ServerBuilder builder = Server.builder();
  private final List<String> routes = new ArrayList<>();
  private final ExecutorService requestThreads;
  private @Nullable Server server;
  private @Nullable CompletableFuture<Void> stopped;
  private @Nullable ReloadingTls tls;
  private @Nullable Thread reloader;

  /// A plain port that is open to all. For tests alone: a port of the program says where it listens
  /// with a [Binding], and asks the gate.
  ///
  /// @param address where to listen; port 0 takes a free one
  HttpListener(String name, InetSocketAddress address, BodyBudget budget, ListenerMetrics metrics) {
    this(name, address, budget, metrics, System::nanoTime);
  }

  /// As the other.
  ///
  /// @param nanos a monotonic clock, by which slow clients are found out
  HttpListener(
      String name,
      InetSocketAddress address,
      BodyBudget budget,
      ListenerMetrics metrics,
      LongSupplier nanos) {
    this(
        name,
        Binding.at(address),
        Purpose.READ,
        new ListenerParts(budget, metrics, new TlsMetrics(new Metrics()), Gate.OPEN),
        nanos);
  }

  /// @param name for messages, such as `otlp-grpc`
  /// @param usual what its routes are for, where they are not added with another purpose
  public HttpListener(String name, Binding binding, Purpose usual, ListenerParts parts) {
    this(name, binding, usual, parts, System::nanoTime);
  }

  private HttpListener(
      String name, Binding binding, Purpose usual, ListenerParts parts, LongSupplier nanos) {
    this.name = name;
    this.nanos = nanos;
    this.binding = binding;
    this.usual = usual;
    this.parts = parts;
    this.doorkeeper = new Doorkeeper(usual, binding, parts.gate());
    this.replies = new Replies(name);
    this.budget = parts.budget();
    this.metrics = parts.metrics();
    this.requestThreads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-", 0).factory());
    if (binding.tls().isPresent()) {
      builder.https(binding.address());
    } else {
      builder.http(binding.address());
    }
    if (binding.grpc().maxStreams() > 0) {
      builder.http2MaxStreamsPerConnection(binding.grpc().maxStreams());
    }
    Acceptors.of(name, builder);
    if (!binding.rules().keepAlive()) {
      builder.maxNumRequestsPerConnection(1);
    }
    builder
        .maxRequestLength(0)
        .requestTimeout(binding.rules().write())
        .http2InitialStreamWindowSize(STREAM_WINDOW)
        .http2InitialConnectionWindowSize(CONNECTION_WINDOW)
        .idleTimeout(binding.rules().idle().isZero() ? USUAL_IDLE : binding.rules().idle())
        .maxConnectionAge(binding.rules().age())
        .pingInterval(binding.rules().ping())
        .gracefulShutdownTimeout(Duration.ZERO, Duration.ofSeconds(5))
        .verboseResponses(false)
        .meterRegistry(NoopMeterRegistry.get());
  }

  /// Adds an endpoint that may block. Answers of a kilobyte and more are compressed for clients
  /// that say so.
  ///
  /// @param method an HTTP method, or `*` for any
  /// @param path `/api/traces/{id}`, or `regex:` and a pattern with named groups
  /// @param route the name in metrics, such as `api_traces_traceid`
  public HttpListener route(String method, String path, String route, Endpoint endpoint) {
    return route(usual, method, path, route, endpoint);
  }

  /// As the other, for a route that is there for something else than the rest of the port.
  public HttpListener route(
      Purpose purpose, String method, String path, String route, Endpoint endpoint) {
    ListenerMetrics.Route measured =
        metrics.new Route(method.equals("*") ? "GET" : method, route, "200");
    HttpService service = (context, request) -> serve(context, request, endpoint, measured);
    add(method, path, purpose, service);
    return this;
  }

  /// Adds an endpoint that takes pushes.
  ///
  /// @param maxBodyBytes longer bodies are handed to `tooLarge`
  public HttpListener push(
      String method,
      String path,
      String route,
      long maxBodyBytes,
      PushEndpoint endpoint,
      RefusedBody refusedBody) {
    ListenerMetrics.Route measured = metrics.new Route(method, route, "200");
    HttpService service =
        (context, request) ->
            servePush(context, request, maxBodyBytes, endpoint, refusedBody, measured);
    doorkeeper.answerWith(add(method, path, usual, service), refusedBody);
    return this;
  }

  /// What a path can be asked for.
  private record Allowed(Purpose purpose, Set<HttpMethod> methods) {}

  private Route add(String method, String path, Purpose purpose, HttpService service) {
    Set<HttpMethod> methods = methods(method);
    Route route = Route.builder().path(path).methods(methods).build();
    builder.service(route, service);
    allowed
        .computeIfAbsent(path, _ -> new Allowed(purpose, EnumSet.of(HttpMethod.OPTIONS)))
        .methods
        .addAll(methods);
    doorkeeper.watch(route, purpose);
    purposesByText.put(method + " " + path, purpose);
    routes.add(method + " " + path);
    return route;
  }

  /// Turns a request that was refused before its body was whole (too large, no room for it now, not
  /// allowed) into an answer.
  @FunctionalInterface
  public interface RefusedBody {
    Response answer(RequestHead head, ServiceException refusal);
  }

  /// What is known of a request before its body.
  public record RequestHead(Map<String, String> headers) {}

  /// Turns a refusal of a call, by its method or before that, into an answer.
  @FunctionalInterface
  public interface RefusedCall {
    GrpcReply answer(ServiceException refusal);
  }

  /// Adds a unary gRPC method.
  ///
  /// @param path `/package.Service/Method`
  /// @param maxMessageBytes longer messages are RESOURCE_EXHAUSTED
  public HttpListener grpc(String path, long maxMessageBytes, GrpcMethod method) {
    return grpc(usual, path, maxMessageBytes, method);
  }

  /// As the other, for a method that is there for something else than the rest of the port.
  public HttpListener grpc(Purpose purpose, String path, long maxMessageBytes, GrpcMethod method) {
    return grpc(purpose, path, maxMessageBytes, method, Replies::refusedCall);
  }

  /// As the other, for a method that says itself how it refuses.
  public HttpListener grpc(
      String path, long maxMessageBytes, GrpcMethod method, RefusedCall refusedCall) {
    return grpc(usual, path, maxMessageBytes, method, refusedCall);
  }

  private HttpListener grpc(
      Purpose purpose,
      String path,
      long maxMessageBytes,
      GrpcMethod method,
      RefusedCall refusedCall) {
    ListenerMetrics.Route measured = metrics.new Route("gRPC", path, "success");
    HttpService service =
        (context, request) ->
            serveGrpc(context, request, maxMessageBytes, method, refusedCall, measured);
    addGrpc(path, purpose, service);
    return this;
  }

  /// Adds a server-streaming gRPC method.
  ///
  /// @param path `/package.Service/Method`
  /// @param maxMessageBytes longer requests are RESOURCE_EXHAUSTED
  public HttpListener grpcStream(String path, long maxMessageBytes, GrpcStreamMethod method) {
    return grpcStream(usual, path, maxMessageBytes, method);
  }

  /// As the other, for a method that is there for something else than the rest of the port.
  public HttpListener grpcStream(
      Purpose purpose, String path, long maxMessageBytes, GrpcStreamMethod method) {
    ListenerMetrics.Route measured = metrics.new Route("gRPC", path, "success");
    HttpService service =
        (context, request) -> serveStream(context, request, maxMessageBytes, method, measured);
    addGrpc(path, purpose, service);
    return this;
  }

  private void addGrpc(String path, Purpose purpose, HttpService service) {
    Route route = Route.builder().exact(path).methods(HttpMethod.POST).build();
    builder.service(route, service);
    doorkeeper.watch(route, purpose);
    purposesByText.put("gRPC " + path, purpose);
    routes.add("gRPC " + path);
  }

  public String name() {
    return name;
  }

  public boolean isEncrypted() {
    return binding.tls().isPresent();
  }

  /// The certificates in use; only after the start of an encrypted port.
  ReloadingTls certificates() {
    return Objects.requireNonNull(tls);
  }

  /// `METHOD path` of everything that was added, in that order.
  public List<String> routes() {
    return List.copyOf(routes);
  }

  /// What each route is for, by `METHOD path`.
  public Map<String, Purpose> purposes() {
    Map<String, Purpose> all = new LinkedHashMap<>();
    routes.forEach(
        route -> all.put(route, purposesByText.getOrDefault(route, doorkeeper.usualFor(route))));
    return all;
  }

  @Override
  public void start() throws IOException {
    allowed.forEach(this::addOptions);
    // The last one: a route with a regular expression is only tried after those added before it.
    builder.serviceUnder("/", this::notFound);
    if (binding.tls().isPresent()) {
      encrypt(binding.tls().get());
    }
    if (doorkeeper.isNeeded()) {
      builder.decorator(doorkeeper::guard);
    }
    Server started = builder.build();
    try {
      started.start().join();
    } catch (CompletionException failure) {
      throw new IOException(
          "%s cannot listen on %s:%d: %s"
              .formatted(
                  name,
                  binding.address().getHostString(),
                  binding.address().getPort(),
                  rootMessage(failure)),
          failure);
    }
    server = started;
    if (reloader != null) {
      reloader.start();
    }
  }

  /// Says what a path can be asked for.
  private void addOptions(String path, Allowed of) {
    Route route = Route.builder().path(path).methods(HttpMethod.OPTIONS).build();
    String methods = of.methods.stream().map(HttpMethod::name).collect(Collectors.joining(", "));
    builder.service(
        route,
        (context, request) -> {
          request.abort();
          return Replies.http(Response.of(204).with("allow", methods));
        });
    doorkeeper.watch(route, of.purpose);
  }

  private void encrypt(TlsSettings settings) throws TlsConfigException {
    List<String> suites = CipherSuites.of(settings);
    ReloadingTls certificates =
        new ReloadingTls(name, settings, parts.tlsMetrics(), InstantSource.system());
    tls = certificates;
    doorkeeper.useCertificates(certificates);
    // The JDK's own engine: see docs/adr/0015-access-and-tls.md.
    builder
        .tlsEngineType(TlsEngineType.JDK)
        .tlsAllowUnsafeCiphers(!suites.isEmpty())
        .tls(certificates.keyManagers())
        .childChannelPipelineCustomizer(pipeline -> pipeline.addFirst(new PlainTextGuard(name)))
        .tlsCustomizer(context -> {
          context.protocols(settings.versions()).clientAuth(settings.clients().auth());
          context.trustManager(certificates.trustManager());
          if (!suites.isEmpty()) {
            context.ciphers(suites);
          }
        });
    Ticks ticks = Ticks.every(settings.reloadInterval());
    reloader =
        Threads.forever(
            name + "-certificates",
            () -> {
              ticks.awaitNext();
              certificates.reload();
            });
  }

  /// The port that is listened on; only after `start`.
  public int port() {
    if (server == null) {
      throw new IllegalStateException(name + " does not listen yet");
    }
    return server.activeLocalPort();
  }

  /// Stops taking connections; [#close] waits for what is being answered. Several ports are told
  /// first and closed afterwards, so that their last requests are answered at the same time.
  public void beginClose() {
    if (server != null && stopped == null) {
      stopped = server.stop();
    }
  }

  /// Stops taking connections and waits a few seconds for requests that are being answered.
  @Override
  public void close() {
    beginClose();
    if (reloader != null) {
      Threads.stop(reloader);
    }
    if (stopped != null) {
      stopped.join();
    }
    requestThreads.shutdownNow();
  }

  private HttpResponse serve(
      ServiceRequestContext context,
      HttpRequest request,
      Endpoint endpoint,
      ListenerMetrics.Route measured) {
    long begin = measured.begin();
    BodyCollector body = collect(context, request, CONNECTION_WINDOW);
    CompletableFuture<Response> answer =
        body.whole()
            .thenCompose(bytes ->
                onVirtualThread(context, endpoint, Requests.requestOf(context, request, body)))
            .exceptionally(failure -> replies.failed(context, failure));
    return HttpResponse.of(
        answer.thenApply(response -> {
          int received = body.whole().isCompletedExceptionally() ? 0 : body.whole().join().length();
          body.release();
          LongConsumer ended =
              sent -> measured.end(begin, Integer.toString(response.status()), received, sent);
          if (response.streamed() != null) {
            SentBody.Watch watch = new SentBody.Watch(nanos, measured::givenUp);
            return streamed(context, request, response, response.streamed(), ended, watch);
          }
          ended.accept(response.body().length());
          return request.method() == HttpMethod.HEAD
              ? Replies.head(response)
              : Replies.http(response);
        }));
  }

  private HttpResponse streamed(
      ServiceRequestContext context,
      HttpRequest request,
      Response response,
      StreamedBody body,
      LongConsumer ended,
      SentBody.Watch watch) {
    if (request.method() == HttpMethod.HEAD) {
      body.close();
      ended.accept(0);
      return HttpResponse.of(Replies.headOf(response).build());
    }
    boolean compressed =
        request.headers().get(HttpHeaderNames.ACCEPT_ENCODING, "").contains("gzip");
    return SentBody.begin(
        Replies.headOf(compressed ? Replies.gzipped(response) : response).build(),
        body,
        compressed,
        requestThreads,
        context.path(),
        ended,
        watch);
  }

  private HttpResponse servePush(
      ServiceRequestContext context,
      HttpRequest request,
      long maxBodyBytes,
      PushEndpoint endpoint,
      RefusedBody refusedBody,
      ListenerMetrics.Route measured) {
    long begin = measured.begin();
    BodyCollector body = collect(context, request, maxBodyBytes);
    expectSoon(context, body);
    CompletableFuture<Response> answer =
        body.whole()
            .thenCompose(bytes -> endpoint.handle(Requests.requestOf(context, request, body)))
            .exceptionally(failure ->
                Replies.unwrap(failure) instanceof ServiceException refusal
                    ? refusedBody.answer(
                        new RequestHead(Requests.headers(request.headers())), refusal)
                    : replies.failed(context, failure));
    return HttpResponse.of(
        answer.thenApply(response -> {
          int received = body.whole().isCompletedExceptionally() ? 0 : body.whole().join().length();
          body.release();
          measured.end(
              begin, Integer.toString(response.status()), received, response.body().length());
          return Replies.http(response);
        }));
  }

  private HttpResponse serveGrpc(
      ServiceRequestContext context,
      HttpRequest request,
      long maxMessageBytes,
      GrpcMethod method,
      RefusedCall refusedCall,
      ListenerMetrics.Route measured) {
    if (!Requests.isGrpc(request)) {
      return HttpResponse.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE);
    }
    long begin = measured.begin();
    BodyCollector body = collect(context, request, maxMessageBytes + GrpcFrames.PREFIX);
    CompletableFuture<GrpcReply> answer =
        body.whole()
            .thenCompose(bytes -> method.call(GrpcFrames.call(request, body)))
            .thenApply(binding.grpc()::sendable)
            .exceptionally(failure -> replies.failedGrpc(context, failure, refusedCall));
    return HttpResponse.of(
        answer.thenApply(reply -> {
          int received = body.whole().isCompletedExceptionally() ? 0 : body.whole().join().length();
          body.release();
          measured.end(begin, grpcStatus(reply.code()), received, reply.body().length);
          return Replies.grpc(reply);
        }));
  }

  private HttpResponse serveStream(
      ServiceRequestContext context,
      HttpRequest request,
      long maxMessageBytes,
      GrpcStreamMethod method,
      ListenerMetrics.Route measured) {
    if (!Requests.isGrpc(request)) {
      return HttpResponse.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE);
    }
    long begin = measured.begin();
    BodyCollector body = collect(context, request, maxMessageBytes + GrpcFrames.PREFIX);
    StreamingCall call = new StreamingCall(context.path(), binding.grpc());
    StreamingCall.Ended ended =
        (code, sent) -> {
          int received = body.whole().isCompletedExceptionally() ? 0 : body.whole().join().length();
          body.release();
          measured.end(begin, grpcStatus(code), received, sent);
        };
    body.whole()
        .thenAccept(bytes ->
            call.start(
                method,
                GrpcFrames.call(request, body),
                GrpcFrames.timeout(request.headers()),
                context.eventLoop().withoutContext(),
                requestThreads,
                ended))
        .exceptionally(failure -> {
          call.refuse(call.endOf(Replies.unwrap(failure)), ended);
          return null;
        });
    return call.response();
  }

  private static String grpcStatus(int code) {
    return code == GrpcReply.OK ? "success" : Integer.toString(code);
  }

  private BodyCollector collect(ServiceRequestContext context, HttpRequest request, long limit) {
    long announced = request.headers().contentLength();
    BodyCollector body =
        new BodyCollector(
            new BodyRoom(budget, request.headers().get(Doorkeeper.TENANT, "")), limit, announced);
    request.subscribe(body, context.eventLoop(), SubscriptionOption.WITH_POOLED_OBJECTS);
    return body;
  }

  /// Gives up a body that does not come.
  private void expectSoon(ServiceRequestContext context, BodyCollector body) {
    Duration most = binding.rules().read();
    if (most.isPositive() && !body.whole().isDone()) {
      Future<?> timer =
          context
              .eventLoop()
              .withoutContext()
              .schedule(() -> body.tooLate(most), most.toNanos(), TimeUnit.NANOSECONDS);
      body.whole().whenComplete((bytes, failure) -> timer.cancel(false));
    }
  }

  private CompletableFuture<Response> onVirtualThread(
      ServiceRequestContext context, Endpoint endpoint, Request request) {
    CompletableFuture<Response> answer = new CompletableFuture<>();
    Future<?> running =
        requestThreads.submit(() -> {
          try {
            answer.complete(Replies.compressed(request, endpoint.handle(request)));
          } catch (Throwable failure) {
            answer.completeExceptionally(failure);
          }
        });
    context.whenRequestCancelling().thenRun(() -> running.cancel(true));
    onDisconnect(context, answer, () -> running.cancel(true));
    return answer;
  }

  /// Over HTTP/1 the server library cancels a request only a second after its client has gone.
  private static void onDisconnect(
      ServiceRequestContext context, CompletableFuture<?> answer, Runnable gone) {
    Channel connection = context.log().partial().channel();
    if (connection == null || context.sessionProtocol().isMultiplex()) {
      return;
    }
    ChannelFutureListener watch = closed -> gone.run();
    connection.closeFuture().addListener(watch);
    answer.whenComplete((done, failed) -> connection.closeFuture().removeListener(watch));
  }

  /// What can be got can be asked for its head alone.
  private static Set<HttpMethod> methods(String method) {
    return switch (method) {
      case "*" ->
          EnumSet.of(
              HttpMethod.GET,
              HttpMethod.HEAD,
              HttpMethod.POST,
              HttpMethod.PUT,
              HttpMethod.DELETE,
              HttpMethod.PATCH);
      case "GET" -> EnumSet.of(HttpMethod.GET, HttpMethod.HEAD);
      default -> EnumSet.of(HttpMethod.valueOf(method));
    };
  }

  private HttpResponse notFound(ServiceRequestContext context, HttpRequest request) {
    request.abort();
    if (Requests.isGrpc(request)) {
      return Replies.grpc(
          GrpcReply.error(GrpcReply.UNIMPLEMENTED, "unknown service or method " + context.path()));
    }
    return Replies.http(Response.text(404, "404 page not found\n"));
  }

  private static String rootMessage(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }
}
