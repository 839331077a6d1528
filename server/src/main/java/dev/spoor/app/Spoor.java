package dev.spoor.app;

import dev.spoor.access.Access;
import dev.spoor.access.AccessMetrics;
import dev.spoor.api.CompactorApi;
import dev.spoor.api.HealthService;
import dev.spoor.api.MetricsApi;
import dev.spoor.api.OperationsApi;
import dev.spoor.api.OverridesApi;
import dev.spoor.api.OverridesStatusApi;
import dev.spoor.api.QueryApiParts;
import dev.spoor.api.RingApi;
import dev.spoor.api.RingMember;
import dev.spoor.api.SearchApi;
import dev.spoor.api.StatusApi;
import dev.spoor.api.StreamingQuerier;
import dev.spoor.api.SummaryApi;
import dev.spoor.api.TagsApi;
import dev.spoor.api.TenantsHeader;
import dev.spoor.api.TraceApi;
import dev.spoor.compactor.Compactor;
import dev.spoor.compactor.CompactorMetrics;
import dev.spoor.compactor.CompactorParts;
import dev.spoor.compactor.CompactorSettings;
import dev.spoor.contract.TraceQueries;
import dev.spoor.distributor.Distributor;
import dev.spoor.distributor.DistributorMetrics;
import dev.spoor.frontend.AnswerMemory;
import dev.spoor.frontend.BlockTraceIds;
import dev.spoor.frontend.FrontendMetrics;
import dev.spoor.frontend.QueryFrontend;
import dev.spoor.frontend.QueryLimits;
import dev.spoor.frontend.StoredBlocks;
import dev.spoor.ingester.Ingester;
import dev.spoor.ingester.IngesterMetrics;
import dev.spoor.ingester.IngesterParts;
import dev.spoor.ingester.IngesterSettings;
import dev.spoor.ingester.RingTokens;
import dev.spoor.listener.Binding;
import dev.spoor.listener.BodyBudget;
import dev.spoor.listener.Gate;
import dev.spoor.listener.GrpcLimits;
import dev.spoor.listener.HttpListener;
import dev.spoor.listener.ListenerMetrics;
import dev.spoor.listener.ListenerParts;
import dev.spoor.listener.Purpose;
import dev.spoor.listener.TlsMetrics;
import dev.spoor.overrides.Overrides;
import dev.spoor.overrides.OverridesConfig;
import dev.spoor.overrides.OverridesFile;
import dev.spoor.overrides.OverridesMetrics;
import dev.spoor.overrides.OverridesReloader;
import dev.spoor.overrides.UserOverridesStore;
import dev.spoor.platform.config.EnvironmentExpander;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.platform.lifecycle.Component;
import dev.spoor.platform.lifecycle.Components;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.platform.threads.Ticks;
import dev.spoor.receiver.TenantResolver;
import dev.spoor.storage.StorageConfig;
import dev.spoor.storage.objectstore.LocalObjectStore;
import dev.spoor.storage.objectstore.ObjectStore;
import dev.spoor.storage.objectstore.RequestObserver;
import dev.spoor.storage.objectstore.S3ObjectStore;
import dev.spoor.traceql.fetch.QueryMemory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One process with everything in it: receivers, distributor, ingester, query front end.
///
/// The one place that knows all components. Starting brings up the query port first, so that
/// `/ready` tells about the replay, and the receivers last.
public final class Spoor implements Component {

  private static final Logger log = LoggerFactory.getLogger(Spoor.class);

  /// As often as Tempo sends what it has found so far.
  static final Duration STREAM_PAUSE = Duration.ofMillis(500);

  private static final Duration HEALTH_PAUSE = Duration.ofSeconds(1);

  /// With `flush_all_on_shutdown`.
  private static final Duration MOST_TO_STORE = Duration.ofMinutes(10);

  private final LoadedConfig loaded;
  private final Disk disk;
  private final InstantSource clock;
  private final Metrics metrics = new Metrics();
  private final BuildInfo build = BuildInfo.current();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  /// Written by `start`.
  private volatile boolean started;

  private final HttpListener queryPort;
  private final HttpListener grpcPort;
  private final ReceiverPorts receivers;
  private final Ingester ingester;
  private final RingTokens tokens;
  private final StoreWiring store;
  private final Compactor compactor;
  private final Components components;

  /// @throws IOException when the object store's settings, or tokens, can't be used
  public static Spoor of(LoadedConfig loaded) throws IOException {
    return new Spoor(loaded, new RealDisk(), InstantSource.system());
  }

  Spoor(LoadedConfig loaded, Disk disk, InstantSource clock) throws IOException {
    this.loaded = loaded;
    this.disk = disk;
    this.clock = clock;
    SpoorConfig config = loaded.config();
    new ProcessMetrics(metrics, build);
    BodyBudget budget =
        new BodyBudget(Runtime.getRuntime().maxMemory() / 8, config.multitenancyEnabled());
    Access access =
        new Access(
            config.access(),
            config.multitenancyEnabled(),
            System::getenv,
            Ticks.every(config.access().reloadInterval()),
            new AccessMetrics(metrics));
    ListenerParts ports =
        new ListenerParts(
            budget,
            new ListenerMetrics(metrics),
            new TlsMetrics(metrics),
            access.isOpen() ? Gate.OPEN : access);
    Overrides overrides = new Overrides(config.overrides());
    OverridesMetrics overridesMetrics = new OverridesMetrics(metrics);
    overridesMetrics.defaults(config.overrides().defaults());
    Optional<UserOverridesStore> userOverrides = userOverrides(overrides, overridesMetrics);

    this.store = new StoreWiring(config.storage().trace(), disk, clock, metrics);
    this.ingester = ingester(config, overrides);
    this.tokens =
        new RingTokens(config.ingester().lifecycler(), disk, RandomGenerator.getDefault());
    this.compactor = compactor(config, overrides);
    FrontendMetrics frontendMetrics = new FrontendMetrics(metrics);
    int processors = Runtime.getRuntime().availableProcessors();
    CpuPool pool =
        new CpuPool(
            "query",
            processors,
            Math.max(processors, config.querier().maxConcurrentQueries()),
            config.queryFrontend().maxOutstandingPerTenant(),
            frontendMetrics.queue());
    frontendMetrics.show(pool);
    StoredBlocks stored =
        new StoredBlocks(store.blocks(), store.lists(config, compactor::hasLease));
    TraceQueries queries =
        new QueryFrontend(
            ingester,
            stored,
            new BlockTraceIds(stored, Runtime.getRuntime().maxMemory() / 32),
            pool,
            new QueryLimits(
                config.queryFrontend(),
                config.querier(),
                Runtime.getRuntime().maxMemory() / 4,
                new QueryMemory(Runtime.getRuntime().maxMemory() / 3, config.multitenancyEnabled()),
                new AnswerMemory(
                    Runtime.getRuntime().maxMemory() / 8, config.multitenancyEnabled())),
            frontendMetrics);
    this.queryPort =
        new HttpListener(
            "http",
            Binding.at(config.server().httpListenAddress(), config.server().httpListenPort())
                .with(config.server().httpTls())
                .with(new GrpcLimits(0, config.server().grpcServerMaxSendMsgSize())),
            Purpose.READ,
            ports);
    this.grpcPort =
        new HttpListener(
            "grpc",
            Binding.at(config.server().grpcListenAddress(), config.server().grpcListenPort())
                .with(config.server().grpcTls())
                .with(config.server().grpcLimits()),
            Purpose.READ,
            ports);
    serveQueries(config, overrides, queries);
    serveOverrides(config, overrides, userOverrides);
    Distributor distributor = new Distributor(overrides, ingester, new DistributorMetrics(metrics));
    this.receivers = new ReceiverPorts(config, distributor, clock, metrics, ports);

    List<Component> inOrder = new ArrayList<>();
    HeapTrimmer trimmer = HeapTrimmer.ofThisProcess(compactor::isMerging);
    compactor.atRest(trimmer::atRest);
    inOrder.add(trimmer);
    inOrder.add(GcWatch.ofThisProcess(trimmer::tookMillis));
    reloader(overrides, overridesMetrics).ifPresent(inOrder::add);
    userOverrides.ifPresent(inOrder::add);
    inOrder.addAll(
        List.of(pool, access, queryPort, grpcPort, store.poller(), ingester, tokens, compactor));
    inOrder.addAll(receivers.components());
    this.components = new Components(inOrder);
  }

  /// Limits of single tenants are read before anything else starts: nobody gets the limits of
  /// others, not even for a moment.
  private Optional<OverridesReloader> reloader(Overrides overrides, OverridesMetrics m) {
    OverridesConfig config = loaded.config().overrides();
    if (config.perTenantOverrideConfig().isEmpty()) {
      return Optional.empty();
    }
    OverridesReloader.Expansion expansion =
        loaded.expandEnvironment()
            ? (name, text) -> new EnvironmentExpander(name, System::getenv).expand(text)
            : (_, text) -> text;
    return Optional.of(
        new OverridesReloader(
            Path.of(config.perTenantOverrideConfig()),
            new OverridesFile(config, RuntimeLimits.ACCEPTED),
            expansion,
            overrides,
            Ticks.every(config.perTenantOverridePeriod()),
            clock,
            m));
  }

  private Optional<UserOverridesStore> userOverrides(Overrides overrides, OverridesMetrics m)
      throws IOException {
    OverridesConfig.UserConfigurable config =
        loaded.config().overrides().userConfigurableOverrides();
    if (!config.enabled()) {
      return Optional.empty();
    }
    OverridesConfig.Client client = config.client();
    ObjectStore store =
        switch (client.backend()) {
          case LOCAL -> new LocalObjectStore(disk, Path.of(client.local().path()));
          case S3 -> S3ObjectStore.open(client.s3(), RequestObserver.NONE);
          case UNSET, GCS, AZURE ->
              throw new IOException(
                  "overrides.user_configurable_overrides.client.backend cannot be used");
        };
    return Optional.of(
        new UserOverridesStore(
            store,
            overrides,
            Set.of(),
            config.api().checkForConflictingRuntimeOverrides(),
            Ticks.everyWithJitter(config.pollInterval()),
            m));
  }

  private void serveOverrides(
      SpoorConfig config, Overrides overrides, Optional<UserOverridesStore> userOverrides) {
    TenantResolver tenants = new TenantResolver(config.multitenancyEnabled());
    String prefix = config.server().httpPathPrefix() + config.httpApiPrefix();
    userOverrides.ifPresent(store ->
        new OverridesApi(
                store, overrides, request -> tenants.resolve(request.header(TenantResolver.HEADER)))
            .serve(queryPort, prefix));
    RuntimeLimits limits = new RuntimeLimits(loaded, overrides);
    new OverridesStatusApi(overrides, limits::of, userOverrides.isPresent(), clock)
        .serve(queryPort);
    new OperationsApi(ingester, metrics, status(limits)).serve(queryPort);
    new CompactorApi(compactor).serve(queryPort);
  }

  private Ingester ingester(SpoorConfig config, Overrides overrides) {
    StorageConfig.Trace trace = config.storage().trace();
    return new Ingester(
        IngesterSettings.of(
            Path.of(trace.wal().path()),
            hostName(),
            config.ingester(),
            trace.block(),
            config.distributor().settings().maxAttributeBytes(),
            Runtime.getRuntime().maxMemory(),
            trace.wal().ingestionTimeRangeSlack()),
        new IngesterParts(
            disk,
            store.blocks(),
            store.poller()::added,
            overrides,
            clock,
            new IngesterMetrics(metrics)));
  }

  private Compactor compactor(SpoorConfig config, Overrides overrides) {
    StorageConfig.Trace trace = config.storage().trace();
    return new Compactor(
        CompactorSettings.of(
            config.compactor(),
            Path.of(trace.wal().path()).resolve("compaction"),
            trace.blocklistPoll(),
            trace.block(),
            Runtime.getRuntime().maxMemory()),
        new CompactorParts(
            disk,
            store.blocks(),
            store.poller(),
            overrides,
            clock,
            new CompactorMetrics(metrics),
            ingester::forget),
        store.objects());
  }

  private void serveQueries(SpoorConfig config, Overrides overrides, TraceQueries queries) {
    TenantResolver tenants =
        new TenantResolver(
            config.multitenancyEnabled(), config.queryFrontend().multiTenantQueriesEnabled());
    String prefix = config.server().httpPathPrefix() + config.httpApiPrefix();
    TenantsHeader whose = request -> tenants.resolveAll(request.header(TenantResolver.HEADER));
    new TraceApi(queries, whose, overrides, config.queryFrontend().budget().traceBytes())
        .serve(queryPort, prefix);
    QueryApiParts parts =
        new QueryApiParts(queries, whose, overrides, config.queryFrontend(), clock);
    SearchApi search = new SearchApi(parts);
    search.serve(queryPort, prefix);
    TagsApi tags = new TagsApi(parts);
    tags.serve(queryPort, prefix);
    MetricsApi series = new MetricsApi(parts);
    series.serve(queryPort, prefix);
    new SummaryApi(
            queries,
            request -> tenants.resolveOne(request.header(TenantResolver.HEADER)),
            overrides,
            config.queryFrontend(),
            clock)
        .serve(queryPort, prefix);
    serveGrpc(config, new StreamingQuerier(search, tags, series, STREAM_PAUSE));
    new StatusApi(build.json()).serve(queryPort, prefix);
    RingMember compacting =
        new RingMember("compactor", hostName(), () -> RingMember.State.ACTIVE, List::of);
    RingMember ingesting =
        new RingMember("ingester", hostName(), this::ingesterState, tokens::tokens);
    for (RingMember member : List.of(compacting, ingesting)) {
      new RingApi(member, clock).serve(queryPort);
    }
    new RingMetrics(metrics, List.of(compacting, ingesting));
  }

  private RingMember.State ingesterState() {
    if (stopping.get()) {
      return RingMember.State.LEAVING;
    }
    return ingester.isStarting() ? RingMember.State.JOINING : RingMember.State.ACTIVE;
  }

  private void serveGrpc(SpoorConfig config, StreamingQuerier streaming) {
    int maxRequestBytes = config.server().grpcServerMaxRecvMsgSize();
    streaming.serve(grpcPort, maxRequestBytes);
    if (config.streamOverHttpEnabled()) {
      streaming.serve(queryPort, maxRequestBytes);
    }
    new HealthService(() -> ingester.notReady().isEmpty(), stopping::get, Ticks.every(HEALTH_PAUSE))
        .serve(grpcPort);
  }

  private OperationsApi.StatusSource status(RuntimeLimits limits) {
    return new OperationsApi.StatusSource(
        build.text(),
        build.json(),
        this::services,
        this::endpoints,
        mode ->
            switch (mode) {
              case "diff" -> loaded.diffYaml();
              case "defaults" -> LoadedConfig.defaultsYaml();
              default -> loaded.toYaml();
            },
        mode -> limits.page(mode.equals("diff")),
        stopping::get);
  }

  /// Those of the port for HTTP; gRPC methods are the same on the other one.
  private List<String> endpoints() {
    List<String> all = new ArrayList<>(queryPort.routes());
    grpcPort.routes().stream().filter(route -> !all.contains(route)).forEach(all::add);
    return all;
  }

  private List<OperationsApi.Service> services() {
    String state = stopping.get() ? "Stopping" : "Running";
    String ingesterState =
        ingester.failure().isPresent()
            ? "Failed"
            : ingester.notReady().isPresent() ? "Starting" : state;
    String list = store.poller().latest().isPresent() ? "blocklist read" : "blocklist unknown yet";
    return List.of(
        new OperationsApi.Service("distributor", state, ""),
        new OperationsApi.Service("ingester", ingesterState, ingester.notReady().orElse("")),
        new OperationsApi.Service("query-frontend", state, ""),
        new OperationsApi.Service("querier", state, ""),
        new OperationsApi.Service("compactor", state, compactor.state()),
        new OperationsApi.Service("store", state, list),
        new OperationsApi.Service("server", state, ""));
  }

  @Override
  public void start() throws Exception {
    store.removeLeftovers();
    components.start();
    started = true;
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
    log.info("stopping; a second signal ends it at once");
    boolean hurry = waitAndStore();
    receivers.beginClose();
    queryPort.beginClose();
    grpcPort.beginClose();
    components.close();
    store.objects().close();
    log.info("stopped");
    if (hurry) {
      Thread.currentThread().interrupt();
    }
  }

  /// @return whether it was interrupted
  private boolean waitAndStore() {
    try {
      Thread.sleep(loaded.config().shutdownDelay());
      storeIfWanted();
      return false;
    } catch (InterruptedException hurry) {
      return true;
    }
  }

  private void storeIfWanted() throws InterruptedException {
    if (!started || !loaded.config().ingester().flushAllOnShutdown()) {
      return;
    }
    ingester.stopTaking("the ingester is stopping");
    if (!ingester.storeAll(MOST_TO_STORE)) {
      log.error(
          "not everything is in the object store ({}); the next start goes on with it",
          ingester.notStored().orElse(""));
    }
  }

  /// Where to send spans and where to look, for whoever started it at a terminal.
  String banner() {
    StringBuilder text = new StringBuilder("\nSpoor is ready.\n").append(receivers.banner());
    String url = (queryPort.isEncrypted() ? "https" : "http") + "://localhost:" + queryPort();
    text.append("  ask for them  %s/api/search%n".formatted(url));
    text.append("  look after it %s/status, /metrics%n".formatted(url));
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

  /// The port for gRPC alone; after `start`.
  public int grpcPort() {
    return grpcPort.port();
  }

  /// The port of a receiver (`otlp-grpc`, `otlp-http`, `jaeger-grpc`, `jaeger-http`,
  /// `jaeger-compact`, `jaeger-binary`, `zipkin`); after `start`.
  public int receiverPort(String name) {
    return receivers.port(name);
  }

  /// All ports, the one of the query API first.
  List<HttpListener> ports() {
    List<HttpListener> all = new ArrayList<>(List.of(queryPort, grpcPort));
    all.addAll(receivers.http());
    return all;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }
}
