package dev.spoor.bench;

import static dev.spoor.bench.Row.Goal.atLeast;
import static dev.spoor.bench.Row.Goal.atMost;

import dev.spoor.model.TraceId;
import dev.spoor.platform.logging.Logging;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.Condition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Measures a server, and the limits beside it, and prints the table of speeds.
///
/// The server runs in a process of its own on one core; this process, which makes the traffic and
/// measures limits without a server, is on another (`bench/run` sees to that).
public final class SpeedTable {

  private static final long LOCAL_COPIES_GONE_NANOS = TimeUnit.SECONDS.toNanos(90);
  private static final int RATE_WARM_UP_SECONDS = 5;
  private static final int PROBE_PAUSE_MILLIS = 40;

  private final TableSizes sizes;
  private final ServerProcess.Launcher launcher;
  private final Path folder;
  private final List<Row> rows = new ArrayList<>();

  private SpeedTable(TableSizes sizes, ServerProcess.Launcher launcher, Path folder) {
    this.sizes = sizes;
    this.launcher = launcher;
    this.folder = folder;
  }

  /// @param arguments `quick` for a run of a minute or two
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Logging.configure("warn", "logfmt");
    boolean quick = arguments.length == 1 && arguments[0].equals("quick");
    if (arguments.length > 0 && !quick) {
      System.err.println("usage: bench/run [quick]");
      System.exit(2);
    }
    Path home = Path.of(System.getProperty("spoor.home", "."));
    Optional<String> cpu = Optional.ofNullable(System.getProperty("spoor.server.cpu"));
    Path folder =
        Files.createTempDirectory(
            Files.createDirectories(
                Path.of(System.getenv().getOrDefault("SPOOR_BENCH_DIR", "/tmp"))),
            "spoor-bench-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> cleanUp(folder)));
    SpeedTable table =
        new SpeedTable(
            TableSizes.of(quick, System.getenv()),
            new ServerProcess.Launcher(home.toAbsolutePath(), cpu),
            folder);
    table.measure();
    System.out.print(table.markdown());
  }

  /// Servers that are still there end with us, however we end.
  private static void cleanUp(Path folder) {
    ProcessHandle.current()
        .children()
        .forEach(server -> {
          server.destroyForcibly();
          server.onExit().join();
        });
    if (System.getenv("SPOOR_BENCH_KEEP") != null) {
      say("the data stay in %s", folder);
      return;
    }
    try {
      Limits.deleteTree(folder);
    } catch (IOException failure) {
      say("%s could not be deleted: %s", folder, failure);
    }
  }

  private static void say(String format, Object... values) {
    System.err.printf("bench: " + format + "%n", values);
  }

  private void measure() throws IOException, InterruptedException {
    say("%s", sizes);
    Floor floor = floor();
    fullSpeed(floor);
    steadyRate(floor);
  }

  private String markdown() throws IOException {
    StringBuilder text = new StringBuilder(Row.HEADER);
    rows.forEach(row -> text.append(row.markdown()));
    String load = Files.readString(Path.of("/proc/loadavg")).strip();
    text.append(
        "%n%,d spans at full speed, %,d spans/s for %d s, load of the machine at the end: %s%n"
            .formatted(sizes.spans(), sizes.rate(), sizes.rateDuration().toSeconds(), load));
    return text.toString();
  }

  /// What is measured without storage, or without a server.
  private record Floor(
      double handlerCpuPerMillion,
      double handlerSpansPerSecond,
      LoadReport handlerAtRate,
      long handlerResident,
      double startSeconds,
      Limits.Append append,
      Limits.Columns columns,
      double zstdBytesPerSpan) {

    double cpuPerMillion() {
      return handlerCpuPerMillion + append.cpuSecondsPerMillion() + columns.cpuSecondsPerMillion();
    }
  }

  private Floor floor() throws IOException, InterruptedException {
    Path data = Files.createDirectory(folder.resolve("limits"));
    say("limits: handler without storage");
    double cpu;
    LoadReport fast;
    LoadReport atRate;
    double start;
    try (ServerProcess bare = launcher.bare(data)) {
      start = bare.readySeconds();
      Load.run(plan(bare).withSpans(sizes.warmUpSpans()), null);
      double before = bare.stats().cpuSeconds();
      fast = Load.run(plan(bare).withSpans(Math.max(1, sizes.spans() / 4)), null);
      cpu = (bare.stats().cpuSeconds() - before) / fast.spansAcknowledged() * 1e6;
      atRate =
          Load.run(
              plan(bare).withRate(sizes.rate()).withDuration(bareDuration()).watching(bare.pid()),
              null);
    }
    say(
        "limits: handler %.0f spans/s, %.2f CPU s per million; the generator took %.2f",
        fast.spansPerSecond(), cpu, fast.generatorCpuSeconds() / fast.spansAcknowledged() * 1e6);
    FleetBodies traffic = FleetBodies.of(sizes.limitSpans(), sizes.seed());
    Limits limits = new Limits(data);
    Limits.Append append = limits.append(traffic);
    say("limits: append with sync %s", append.latency());
    limits.columns(traffic);
    Limits.Columns columns = limits.columns(traffic);
    say(
        "limits: shred %.2f, shred and write a block %.2f CPU s per million",
        columns.shredSecondsPerMillion(), columns.cpuSecondsPerMillion());
    return new Floor(
        cpu,
        fast.spansPerSecond(),
        atRate,
        atRate.server().map(LoadReport.ServerCost::maxResidentBytes).orElse(0L),
        start,
        append,
        columns,
        Limits.zstdBytesPerSpan(traffic));
  }

  private Duration bareDuration() {
    Duration most = Duration.ofSeconds(20);
    return sizes.rateDuration().compareTo(most) < 0 ? sizes.rateDuration() : most;
  }

  private LoadPlan plan(ServerProcess server) {
    return LoadPlan.endless(server.pushUrl(), sizes.connections(), sizes.seed());
  }

  /// As much as one core takes, with everything in the store at the end; then questions about it.
  private void fullSpeed(Floor floor) throws IOException, InterruptedException {
    Path data = Files.createDirectory(folder.resolve("full-speed"));
    Path ledgerFile = folder.resolve("full-speed.ledger");
    try (ServerProcess server = launcher.spoor(data);
        QueryClient queries = new QueryClient(server.queryUrl())) {
      say("full speed: warming up");
      LoadReport warmUp =
          Load.run(endlessWithSeed(server, -1).withSpans(sizes.warmUpSpans()), null);
      queries.flush();
      double cpuBefore = server.stats().cpuSeconds();
      long begin = System.nanoTime();
      long spans = 0;
      long retries = 0;
      try (LedgerFile ledger = LedgerFile.create(ledgerFile)) {
        for (int block = 0; block < sizes.blocks(); block++) {
          LoadReport report =
              Load.run(
                  endlessWithSeed(server, block).withSpans(sizes.spans() / sizes.blocks()), ledger);
          queries.flush();
          spans += report.spansAcknowledged();
          retries += report.retries();
          requireWhole(report);
          say(
              "full speed: part %d of %d at %.0f spans/s before its flush",
              block + 1, sizes.blocks(), report.spansPerSecond());
        }
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      double cpu = server.stats().cpuSeconds() - cpuBefore;
      say("full speed: %,d spans, %.1f s, %.1f CPU s, %d retries", spans, seconds, cpu, retries);
      add(
          "CPU, socket to finished block",
          "s per million spans",
          atMost(15, 8),
          cpu / spans * 1e6,
          floor.cpuPerMillion(),
          "handler %.2f + append %.2f + shred and block %.2f"
              .formatted(
                  floor.handlerCpuPerMillion(),
                  floor.append().cpuSecondsPerMillion(),
                  floor.columns().cpuSecondsPerMillion()));
      add(
          "Sustained on one core, nothing owed",
          "spans/s",
          atLeast(65_000, 125_000),
          spans / seconds,
          floor.handlerSpansPerSecond(),
          "handler without storage");
      add(
          "Size in the store",
          "bytes per span",
          atMost(100, 75),
          treeBytes(data.resolve("blocks")) / (double) (spans + warmUp.spansAcknowledged()),
          floor.zstdBytesPerSpan(),
          "the OTLP bodies with zstd, 1 MiB at a time");
      awaitLocalCopiesGone(data.resolve("wal/blocks"));
      lookUp(server, queries, ledgerFile, data.resolve("blocks"));
      scan(queries, data.resolve("blocks"), spans + warmUp.spansAcknowledged());
    }
    Limits.deleteTree(data);
  }

  private LoadPlan endlessWithSeed(ServerProcess server, int part) {
    return LoadPlan.endless(server.pushUrl(), sizes.connections(), sizes.seed() * 1000 + part + 1);
  }

  private static void requireWhole(LoadReport report) throws IOException {
    if (report.spansRefused() > 0 || report.spansUnknown() > 0) {
      throw new IOException("not everything was taken: " + report.text());
    }
  }

  private void lookUp(ServerProcess server, QueryClient queries, Path ledgerFile, Path blocks)
      throws IOException, InterruptedException {
    SentSpans sent = LedgerFile.read(ledgerFile);
    int warmUp = Math.max(50, sizes.lookups() / 4);
    Lookups.Report report = Lookups.run(queries, sent, sizes.lookups(), warmUp, sizes.seed());
    say("look-ups present: %s", report.present());
    say("look-ups absent:  %s", report.absent());
    requireRight(report.wrong());
    Optional<Latencies> cold = Optional.empty();
    if (PageCache.canDrop()) {
      cold =
          Optional.of(Lookups.cold(queries, sent, sizes.lookups() / 10, sizes.seed() + 2, blocks));
      say("look-ups with cold pages: %s", cold.get());
    } else {
      say("no look-ups with cold pages: this machine has no dd that drops pages");
    }
    Latencies roundTrip = new Latencies();
    for (int i = 0; i < sizes.lookups(); i++) {
      long begin = System.nanoTime();
      queries.isReady();
      roundTrip.record(System.nanoTime() - begin);
    }
    Latencies readerPresent;
    Latencies readerAbsent;
    Limits limits = new Limits(blocks);
    List<Limits.OpenBlock> open = limits.open(blocks);
    try {
      List<TraceId> ids = sent.sample(sizes.lookups(), sizes.seed() + 1);
      Limits.find(open, ids);
      readerPresent = Limits.find(open, ids);
      readerAbsent = Limits.find(open, strangers(sizes.lookups()));
    } finally {
      close(open);
    }
    String reader = "the block reader alone, all %d blocks".formatted(open.size());
    add(
        "Trace by id, p50",
        "ms",
        atMost(12, 4),
        report.present().millis(.5),
        readerPresent.millis(.5),
        reader);
    if (cold.isPresent()) {
      add(
          "Trace by id, pages cold, p50",
          "ms",
          atMost(12, 4),
          cold.get().millis(.5),
          report.present().millis(.5),
          "the same with warm pages");
    }
    addToKnow(
        "Trace by id, p99", "ms", report.present().millis(.99), readerPresent.millis(.99), reader);
    add(
        "Trace by id, absent, p50",
        "ms",
        atMost(4, 1),
        report.absent().millis(.5),
        roundTrip.millis(.5),
        "HTTP round trip (/ready); the reader alone takes %.3f".formatted(readerAbsent.millis(.5)));
    addToKnow(
        "Trace by id, absent, p99",
        "ms",
        report.absent().millis(.99),
        roundTrip.millis(.99),
        "HTTP round trip (/ready)");
    say("resident after look-ups: %d MB", server.stats().residentBytes() >> 20);
  }

  private static List<TraceId> strangers(int count) {
    SplittableRandom random = new SplittableRandom(-7);
    return Stream.generate(() -> new TraceId(random.nextLong(), random.nextLong()))
        .limit(count)
        .toList();
  }

  private static void requireRight(int wrong) throws IOException {
    if (wrong > 0) {
      throw new IOException(wrong + " look-ups had the wrong answer");
    }
  }

  /// Queries that no span satisfies, so that they read all there is.
  private void scan(QueryClient queries, Path blocks, long spans)
      throws IOException, InterruptedException {
    List<Limits.OpenBlock> open = new Limits(blocks).open(blocks);
    try {
      scan(
          queries,
          open,
          spans,
          "{ duration > 400ms }",
          Condition.of(
              Field.Intrinsic.DURATION,
              Condition.Operator.GREATER,
              new Value.Duration(400_000_000L)));
      scan(
          queries,
          open,
          spans,
          "{ span.db.cost = 77.03 }",
          Condition.of(
              new Field.Attribute(Scope.SPAN, "db.cost"),
              Condition.Operator.EQUAL,
              new Value.Float(77.03)));
    } finally {
      close(open);
    }
  }

  private void scan(
      QueryClient queries,
      List<Limits.OpenBlock> open,
      long spans,
      String query,
      Condition condition)
      throws IOException, InterruptedException {
    double best = Double.MAX_VALUE;
    double limit = Double.MAX_VALUE;
    for (int round = 0; round < 3; round++) {
      long begin = System.nanoTime();
      queries.search(query);
      best = Math.min(best, (System.nanoTime() - begin) / 1e9);
      limit = Math.min(limit, Limits.scan(open, condition));
    }
    addToKnow(
        "Search `%s`, third time".formatted(query),
        "million spans/s",
        spans / best / 1e6,
        spans / limit / 1e6,
        "the column scan alone");
  }

  private static void close(List<Limits.OpenBlock> open) throws IOException {
    for (Limits.OpenBlock block : open) {
      block.close();
    }
  }

  private static void awaitLocalCopiesGone(Path copies) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    while (treeBytes(copies) > 0) {
      if (System.nanoTime() - begin > LOCAL_COPIES_GONE_NANOS) {
        say("the ingester still has local copies of blocks: look-ups read those too");
        return;
      }
      Thread.sleep(500);
    }
  }

  private static long treeBytes(Path root) throws IOException {
    if (!Files.exists(root)) {
      return 0;
    }
    long bytes = 0;
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.exists(file) ? Files.size(file) : 0;
      }
    }
    return bytes;
  }

  /// A steady load: latency and memory, then probes beside it, then the plug is pulled.
  private void steadyRate(Floor floor) throws IOException, InterruptedException {
    Path data = Files.createDirectory(folder.resolve("steady"));
    Path ledgerFile = folder.resolve("steady.ledger");
    long killedSpans;
    try (ServerProcess server = launcher.spoor(data);
        LedgerFile ledger = LedgerFile.create(ledgerFile)) {
      say("steady rate: %d s", sizes.rateDuration().toSeconds());
      Load.run(
          plan(server)
              .withRate(sizes.rate())
              .withDuration(Duration.ofSeconds(RATE_WARM_UP_SECONDS)),
          ledger);
      LoadReport report =
          Load.run(
              endlessWithSeed(server, 1)
                  .withRate(sizes.rate())
                  .withDuration(sizes.rateDuration())
                  .watching(server.pid()),
              ledger);
      System.err.print(report.text());
      addSteady(floor, report);
      try (Load load = Load.start(endlessWithSeed(server, 2).withRate(sizes.rate()), ledger)) {
        probe(server);
        server.kill();
        load.stop();
        killedSpans = report.spansAcknowledged() + load.await().spansAcknowledged();
      }
    }
    recover(floor, data, ledgerFile, killedSpans);
    Limits.deleteTree(data);
  }

  private void addSteady(Floor floor, LoadReport report) {
    add(
        "Push p99 at %,d spans/s, sync included".formatted(sizes.rate()),
        "ms",
        atMost(15, 5),
        report.latency().millis(.99),
        floor.append().latency().millis(.99),
        "append and sync alone; the handler without storage takes %.3g"
            .formatted(floor.handlerAtRate().latency().millis(.99)));
    addToKnow(
        "Push p50",
        "ms",
        report.latency().millis(.5),
        floor.append().latency().millis(.5),
        "append and sync alone; the handler without storage takes %.3g"
            .formatted(floor.handlerAtRate().latency().millis(.5)));
    report
        .server()
        .ifPresent(cost ->
            add(
                "Resident memory at %,d spans/s, at most".formatted(sizes.rate()),
                "MB",
                atMost(450, 300),
                cost.maxResidentBytes() / 1e6,
                floor.handlerResident() / 1e6,
                "handler without storage"));
  }

  private void probe(ServerProcess server) throws IOException, InterruptedException {
    try (PushClient push = PushClient.to(server.pushUrl(), 1);
        QueryClient queries = new QueryClient(server.queryUrl())) {
      new Freshness(push, queries, sizes.seed() + 77).run(20, PROBE_PAUSE_MILLIS);
      Freshness.Report found =
          new Freshness(push, queries, sizes.seed() + 78).run(sizes.probes(), PROBE_PAUSE_MILLIS);
      Latencies roundTrip = new Latencies();
      for (int i = 0; i < sizes.probes(); i++) {
        long begin = System.nanoTime();
        queries.isReady();
        roundTrip.record(System.nanoTime() - begin);
        Thread.sleep(PROBE_PAUSE_MILLIS);
      }
      say("%s", found.text().strip());
      String limit = "HTTP round trip (/ready) under the same load";
      add(
          "Acknowledged → found by id, p50",
          "ms",
          atMost(50, 10),
          found.byId().millis(.5),
          roundTrip.millis(.5),
          limit);
      addToKnow(
          "Acknowledged → found by id, p99",
          "ms",
          found.byId().millis(.99),
          roundTrip.millis(.99),
          limit);
      add(
          "Acknowledged → found by search, p50",
          "ms",
          atMost(100, 20),
          found.bySearch().millis(.5),
          roundTrip.millis(.5),
          limit);
      addToKnow(
          "Acknowledged → found by search, p99",
          "ms",
          found.bySearch().millis(.99),
          roundTrip.millis(.99),
          limit);
      if (found.notAtOnce() > 0) {
        say("%d probes were not found by the first question", found.notAtOnce());
      }
    }
  }

  private void recover(Floor floor, Path data, Path ledgerFile, long spans)
      throws IOException, InterruptedException {
    try (ServerProcess server = launcher.spoor(data);
        QueryClient queries = new QueryClient(server.queryUrl())) {
      add(
          "kill -9 after %,d spans → ready".formatted(spans),
          "s",
          atMost(2, 1),
          server.readySeconds(),
          floor.startSeconds(),
          "start of a server without storage");
      SentSpans sent = LedgerFile.read(ledgerFile);
      Verification.Report verified =
          Verification.run(
              queries,
              sent,
              Math.max(1000, sizes.lookups()),
              sizes.seed(),
              2,
              (trace, problem) -> say("trace %s: %s", trace, problem));
      say("after the crash: %s", verified.text().strip());
      addToKnow(
          "Acknowledged spans lost by kill -9, in a sample of %,d traces"
              .formatted(verified.traces()),
          "spans",
          verified.missing());
    }
  }

  private void add(
      String what, String unit, Row.Goal goal, double ours, double limit, String limitName) {
    rows.add(new Row(what, unit, Optional.of(goal), ours, OptionalDouble.of(limit), limitName));
  }

  private void addToKnow(String what, String unit, double ours, double limit, String limitName) {
    rows.add(new Row(what, unit, Optional.empty(), ours, OptionalDouble.of(limit), limitName));
  }

  private void addToKnow(String what, String unit, double ours) {
    rows.add(new Row(what, unit, Optional.empty(), ours, OptionalDouble.empty(), ""));
  }
}
