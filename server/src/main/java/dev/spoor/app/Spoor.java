package dev.spoor.app;

import dev.spoor.api.MetricsApi;
import dev.spoor.api.OperationsApi;
import dev.spoor.api.SearchApi;
import dev.spoor.api.StatusApi;
import dev.spoor.api.TagsApi;
import dev.spoor.api.TraceApi;
import dev.spoor.contract.TraceQueries;
import dev.spoor.distributor.Distributor;
import dev.spoor.distributor.DistributorMetrics;
import dev.spoor.frontend.BlockTraceIds;
import dev.spoor.frontend.FrontendMetrics;
import dev.spoor.frontend.QueryFrontend;
import dev.spoor.frontend.QueryLimits;
import dev.spoor.frontend.StoredBlocks;
import dev.spoor.ingester.Ingester;
import dev.spoor.ingester.IngesterMetrics;
import dev.spoor.ingester.IngesterParts;
import dev.spoor.ingester.IngesterSettings;
import dev.spoor.listener.BodyBudget;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.ListenerMetrics;
import dev.spoor.overrides.Overrides;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.platform.lifecycle.Component;
import dev.spoor.platform.lifecycle.Components;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.platform.threads.Ticks;
import dev.spoor.receiver.OtlpReceiver;
import dev.spoor.receiver.ReceiverMetrics;
import dev.spoor.receiver.TenantResolver;
import dev.spoor.storage.BlockCache;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.StorageConfig;
import dev.spoor.storage.blocklist.BlocklistMetrics;
import dev.spoor.storage.blocklist.BlocklistPoller;
import dev.spoor.storage.blocklist.ListingSource;
import dev.spoor.storage.objectstore.LocalObjectStore;
import dev.spoor.storage.objectstore.ObjectStore;
import dev.spoor.storage.objectstore.ObservedObjectStore;
import dev.spoor.storage.objectstore.S3ObjectStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One process with everything in it: receivers, distributor, ingester, query front end.
///
/// The one place that knows all components. Starting brings up the query port first, so that
/// `/ready` tells about the replay, and the receivers last.
public final class Spoor implements Component {

  private static final Logger log = LoggerFactory.getLogger(Spoor.class);

  private final LoadedConfig loaded;
  private final Disk disk;
  private final InstantSource clock;
  private final Metrics metrics = new Metrics();
  private final BuildInfo build = BuildInfo.current();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  private final HttpListener queryPort;
  private final List<HttpListener> receiverPorts = new ArrayList<>();
  private final Ingester ingester;
  private final BlocklistPoller poller;
  private final ObjectStore objects;
  private final Components components;

  /// The folder, when blocks are kept in one. Written by the constructor alone.
  private Optional<LocalObjectStore> localStore = Optional.empty();

  /// @throws IOException when the object store's settings can't be used
  public static Spoor of(LoadedConfig loaded) throws IOException {
    return new Spoor(loaded, new RealDisk(), InstantSource.system());
  }

  Spoor(LoadedConfig loaded, Disk disk, InstantSource clock) throws IOException {
    this.loaded = loaded;
    this.disk = disk;
    this.clock = clock;
    SpoorConfig config = loaded.config();
    new ProcessMetrics(metrics, build);
    BodyBudget budget = new BodyBudget(Runtime.getRuntime().maxMemory() / 8);
    ListenerMetrics listenerMetrics = new ListenerMetrics(metrics);
    Overrides overrides = new Overrides(config.overrides());

    this.objects = objectStore(config.storage().trace());
    BlockStore store =
        new BlockStore(objects, new BlockCache(Runtime.getRuntime().maxMemory() / 16));
    this.poller = poller(config.storage().trace());
    this.ingester = ingester(config, store, overrides);
    int processors = Runtime.getRuntime().availableProcessors();
    CpuPool pool =
        new CpuPool(
            "query", processors, Math.max(processors, config.querier().maxConcurrentQueries()));
    StoredBlocks stored = new StoredBlocks(store, poller::latest);
    TraceQueries queries =
        new QueryFrontend(
            ingester,
            stored,
            new BlockTraceIds(stored, Runtime.getRuntime().maxMemory() / 32),
            pool,
            new QueryLimits(
                config.queryFrontend(), config.querier(), Runtime.getRuntime().maxMemory() / 4),
            new FrontendMetrics(metrics));
    this.queryPort =
        new HttpListener(
            "http",
            address(config.server().httpListenAddress(), config.server().httpListenPort()),
            budget,
            listenerMetrics);
    serveQueries(config, overrides, queries);
    Distributor distributor = new Distributor(overrides, ingester, new DistributorMetrics(metrics));
    openReceivers(config, distributor, budget, listenerMetrics);

    List<Component> inOrder = new ArrayList<>(List.of(pool, queryPort, poller, ingester));
    inOrder.addAll(receiverPorts);
    this.components = new Components(inOrder);
  }

  private ObjectStore objectStore(StorageConfig.Trace config) throws IOException {
    BackendMetrics observer = new BackendMetrics(metrics);
    return switch (config.backend()) {
      case LOCAL -> {
        LocalObjectStore local = new LocalObjectStore(disk, Path.of(config.local().path()));
        localStore = Optional.of(local);
        yield new ObservedObjectStore(local, observer);
      }
      case S3 -> S3ObjectStore.open(config.s3(), observer);
      case UNSET, GCS, AZURE ->
          throw new IOException("storage.trace.backend " + config.backend() + " cannot be used");
    };
  }

  private BlocklistPoller poller(StorageConfig.Trace config) {
    BlocklistMetrics listMetrics = new BlocklistMetrics(metrics);
    ListingSource.Tolerance tolerance =
        new ListingSource.Tolerance(
            config.blocklistPollTolerateConsecutiveErrors(),
            config.blocklistPollTolerateTenantFailures());
    return new BlocklistPoller(
        new ListingSource(
            objects, tolerance, Math.max(1, config.blocklistPollConcurrency()), listMetrics),
        Ticks.everyWithJitter(config.blocklistPoll()),
        Clock.systemUTC(),
        listMetrics);
  }

  private Ingester ingester(SpoorConfig config, BlockStore store, Overrides overrides) {
    StorageConfig.Trace trace = config.storage().trace();
    return new Ingester(
        IngesterSettings.of(
            Path.of(trace.wal().path()),
            hostName(),
            config.ingester(),
            trace.block(),
            config.distributor().settings().maxAttributeBytes(),
            Runtime.getRuntime().maxMemory()),
        new IngesterParts(
            disk, store, poller::added, overrides, clock, new IngesterMetrics(metrics)));
  }

  private void serveQueries(SpoorConfig config, Overrides overrides, TraceQueries queries) {
    TenantResolver tenants = new TenantResolver(config.multitenancyEnabled());
    String prefix = config.server().httpPathPrefix() + config.httpApiPrefix();
    new TraceApi(
            queries, request -> tenants.resolve(request.header(TenantResolver.HEADER)), overrides)
        .serve(queryPort, prefix);
    new SearchApi(
            queries,
            request -> tenants.resolve(request.header(TenantResolver.HEADER)),
            overrides,
            config.queryFrontend(),
            clock)
        .serve(queryPort, prefix);
    new TagsApi(
            queries,
            request -> tenants.resolve(request.header(TenantResolver.HEADER)),
            overrides,
            config.queryFrontend(),
            clock)
        .serve(queryPort, prefix);
    new MetricsApi(
            queries,
            request -> tenants.resolve(request.header(TenantResolver.HEADER)),
            overrides,
            config.queryFrontend(),
            clock)
        .serve(queryPort, prefix);
    new StatusApi(build.json()).serve(queryPort, prefix);
    new OperationsApi(ingester, metrics, status()).serve(queryPort);
  }

  private OperationsApi.StatusSource status() {
    return new OperationsApi.StatusSource(
        build.text(),
        build.json(),
        this::services,
        () -> queryPort.routes(),
        mode ->
            switch (mode) {
              case "diff" -> loaded.diffYaml();
              case "defaults" -> LoadedConfig.defaultsYaml();
              default -> loaded.toYaml();
            },
        mode -> loaded.overridesYaml(mode.equals("diff")),
        stopping::get);
  }

  private List<OperationsApi.Service> services() {
    String state = stopping.get() ? "Stopping" : "Running";
    String ingesterState =
        ingester.failure().isPresent()
            ? "Failed"
            : ingester.notReady().isPresent() ? "Starting" : state;
    String list =
        poller.latest().isPresent() ? "list of blocks read" : "list of blocks unknown yet";
    return List.of(
        new OperationsApi.Service("distributor", state, ""),
        new OperationsApi.Service("ingester", ingesterState, ingester.notReady().orElse("")),
        new OperationsApi.Service("query-frontend", state, ""),
        new OperationsApi.Service("querier", state, ""),
        new OperationsApi.Service("store", state, list),
        new OperationsApi.Service("server", state, ""));
  }

  private void openReceivers(
      SpoorConfig config, Distributor distributor, BodyBudget budget, ListenerMetrics m) {
    Duration retryAfter = config.distributor().settings().retryAfterOnResourceExhausted();
    OtlpReceiver otlp =
        new OtlpReceiver(
            distributor,
            new TenantResolver(config.multitenancyEnabled()),
            retryAfter.isZero() ? Optional.empty() : Optional.of(retryAfter),
            new ReceiverMetrics(metrics));
    config
        .receivers()
        .otlpGrpc()
        .ifPresent(grpc -> {
          HttpListener port = new HttpListener("otlp-grpc", address(grpc.endpoint()), budget, m);
          otlp.serveGrpc(port, grpc.maxMessageBytes());
          receiverPorts.add(port);
        });
    config
        .receivers()
        .otlpHttp()
        .ifPresent(http -> {
          HttpListener port = new HttpListener("otlp-http", address(http.endpoint()), budget, m);
          otlp.serveHttp(port, http.tracesUrlPath(), http.maxBodyBytes());
          receiverPorts.add(port);
        });
  }

  @Override
  public void start() throws Exception {
    if (localStore.isPresent()) {
      localStore.get().removeLeftovers(clock.instant());
    }
    components.start();
    log.info("ready: traces are taken and found");
  }

  /// Not ready any more at once; then, after `shutdown_delay`, nothing more is taken, live traces
  /// are cut, and with `flush_all_on_shutdown` everything is brought to the object store.
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    stopping.set(true);
    try {
      Thread.sleep(loaded.config().shutdownDelay());
      flushIfWanted();
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
    receiverPorts.forEach(HttpListener::beginClose);
    queryPort.beginClose();
    components.close();
    objects.close();
    log.info("stopped");
  }

  private void flushIfWanted() throws InterruptedException {
    if (!loaded.config().ingester().flushAllOnShutdown() || ingester.notReady().isPresent()) {
      return;
    }
    try {
      ingester.stopTaking("the ingester is stopping");
      ingester.flush(Optional.empty());
      ingester.awaitFlushed(Duration.ofMinutes(10));
    } catch (IOException failure) {
      log.error("flushing all while stopping failed; the next start goes on with it", failure);
    }
  }

  /// Where to send spans and where to look, for whoever started it at a terminal.
  String banner() {
    StringBuilder text = new StringBuilder("\nSpoor is ready.\n");
    for (HttpListener port : receiverPorts) {
      text.append("  send spans    %-10s localhost:%d%n".formatted(port.name(), port.port()));
    }
    text.append("  ask for them  http://localhost:%d/api/search%n".formatted(queryPort()));
    text.append("  look after it http://localhost:%d/status, /metrics%n".formatted(queryPort()));
    text.append("  data          %s%n".formatted(dataFolders()));
    return text.append("Ctrl-C stops it.\n\n").toString();
  }

  private String dataFolders() {
    StorageConfig.Trace trace = loaded.config().storage().trace();
    String blocks =
        switch (trace.backend()) {
          case LOCAL -> trace.local().path();
          case S3 -> "s3 bucket " + trace.s3().bucket();
          case UNSET, GCS, AZURE -> "nowhere";
        };
    return "log in %s, blocks in %s".formatted(trace.wal().path(), blocks);
  }

  /// The port of the query API; after `start`.
  public int queryPort() {
    return queryPort.port();
  }

  /// The port of a receiver (`otlp-grpc`, `otlp-http`); after `start`.
  public int receiverPort(String name) {
    return receiverPorts.stream()
        .filter(port -> port.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no receiver " + name))
        .port();
  }

  private static InetSocketAddress address(String host, int port) {
    return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
  }

  /// `host:port`, or `:port` for all interfaces.
  private static InetSocketAddress address(String endpoint) {
    int colon = endpoint.lastIndexOf(':');
    return address(endpoint.substring(0, colon), Integer.parseInt(endpoint.substring(colon + 1)));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }
}
