package dev.spoor.bench;

import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockSpanSource;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import dev.spoor.traceql.metrics.CompiledMetrics;
import dev.spoor.traceql.metrics.Intervals;
import dev.spoor.traceql.query.CompiledQuery;
import dev.spoor.traceql.query.SearchCombiner;
import dev.spoor.traceql.query.SearchLimits;
import dev.spoor.traceql.query.TraceQl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Asks a server every query of [QueryLine#ALL] over HTTP, and prints how long the answers took
/// beside what their column scans alone cost in this process.
///
/// The server has one core; this process is on another (`bench/queries` sees to that).
public final class QueryTable {

  private static final Set<String> OPTIONS = Set.of("data", "spans", "only", "seconds", "live");
  private static final String OF_OURS_ALONE = "spoor-index";
  private static final int BLOCKS = 4;
  private static final int WARM_UP = 5;
  private static final int FEWEST = 9;
  private static final int MOST = 200;
  private static final int LIMIT_ROUNDS = 5;

  private final ServerProcess.Launcher launcher;
  private final Path folder;
  private final Options options;
  private final boolean quick;
  private final StringBuilder table = new StringBuilder();

  private QueryTable(TableSetup setup) {
    this.launcher = setup.launcher();
    this.folder = setup.folder();
    this.options = setup.options();
    this.quick = setup.quick();
  }

  /// @param arguments `quick` first for little data and few questions; then options
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (TableSetup setup = TableSetup.of("bench/queries", arguments, OPTIONS)) {
      QueryTable run = new QueryTable(setup);
      run.measure();
      System.out.print(run.table);
    }
  }

  private static void say(String format, Object... values) {
    System.err.printf("bench: " + format + "%n", values);
  }

  private void measure() throws IOException, InterruptedException {
    Path ours = folder.resolve("ours");
    if (!Files.isDirectory(ours.resolve("blocks"))) {
      load(Files.createDirectories(ours), options.number("spans", quick ? 400_000 : 3_900_000));
    }
    Path foreign = folder.resolve("foreign");
    Limits.deleteTree(foreign);
    linkWithoutOurs(ours.resolve("blocks"), foreign.resolve("blocks"));
    table.append(
        """
        | query, milliseconds | must | aim | median | | p99 | CPU | scan alone | median : scan | Tempo |
        |---|---:|---:|---:|---|---:|---:|---:|---:|---:|
        """);
    stored(QueryLine.Data.BLOCKS, ours);
    stored(QueryLine.Data.FOREIGN, foreign);
    live();
    table.append(
        "%nCPU is that of the server for one answer, its garbage and compiler threads included.%n"
            .formatted());
    table.append(
        "Load of the machine at the end: %s%n"
            .formatted(Files.readString(Path.of("/proc/loadavg")).strip()));
  }

  private List<QueryLine> lines(QueryLine.Data data) {
    String only = options.text("only", "");
    return QueryLine.ALL.stream()
        .filter(line -> line.data() == data && line.name().contains(only))
        .toList();
  }

  private void load(Path data, long spans) throws IOException, InterruptedException {
    say("making %,d spans in %d blocks", spans, BLOCKS);
    try (ServerProcess server = launcher.spoor(data);
        QueryClient queries = new QueryClient(server.queryUrl())) {
      for (int block = 0; block < BLOCKS; block++) {
        LoadPlan plan = LoadPlan.endless(server.pushUrl(), 8, 1000 + block);
        LoadReport report = Load.run(plan.withSpans(spans / BLOCKS), null);
        queries.flush();
        say("block %d: %,d spans", block + 1, report.spansAcknowledged());
      }
    }
    Limits.deleteTree(data.resolve("wal"));
  }

  /// The same blocks in another folder, by hard links.
  private static void linkWithoutOurs(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith(OF_OURS_ALONE)) {
          Path link = to.resolve(from.relativize(file));
          Files.createDirectories(link.resolveSibling(""));
          Files.createLink(link, file);
        }
      }
    }
  }

  // ---- blocks

  private void stored(QueryLine.Data data, Path at) throws IOException, InterruptedException {
    List<QueryLine> lines = lines(data);
    if (lines.isEmpty()) {
      return;
    }
    List<Limits.OpenBlock> blocks = new Limits(at).open(at.resolve("blocks"));
    long from = Long.MAX_VALUE;
    long to = 0;
    long traces = 0;
    for (Limits.OpenBlock block : blocks) {
      BlockMeta meta = block.reader().meta();
      from = Math.min(from, meta.startTime().getEpochSecond());
      to = Math.max(to, meta.endTime().getEpochSecond() + 1);
      traces += meta.totalObjects();
    }
    say("%,d traces in %d blocks of %d s", traces, blocks.size(), to - from);
    try (ServerProcess server = launcher.spoor(at);
        QueryClient queries = new QueryClient(server.queryUrl())) {
      awaitBlocks(queries, from, to);
      warmUp(queries, lines, from, to);
      for (QueryLine line : lines) {
        long begin = from;
        long end = to;
        Answers answers = ask(server, queries, line, number -> line.path(number, begin, end));
        row(line, answers, Optional.of(scan(blocks, line, from, to)));
      }
    } finally {
      for (Limits.OpenBlock block : blocks) {
        block.close();
      }
    }
  }

  private void warmUp(QueryClient queries, List<QueryLine> lines, long from, long to)
      throws IOException, InterruptedException {
    for (QueryLine line : lines) {
      long begin = System.nanoTime();
      for (int i = 0; i < WARM_UP || System.nanoTime() - begin < seconds() * 1e9 / 2; i++) {
        queries.ask(line.path(i, from, to));
      }
    }
  }

  private double seconds() {
    return options.number("seconds", quick ? 1 : 3);
  }

  private static void awaitBlocks(QueryClient queries, long from, long to)
      throws IOException, InterruptedException {
    String path = QueryLine.ALL.getFirst().path(0, from, to);
    long begin = System.nanoTime();
    while (!queries.ask(path).contains("traceID")) {
      if (System.nanoTime() - begin > 60e9) {
        throw new IOException("the server does not find its blocks");
      }
      Thread.sleep(200);
    }
  }

  // ---- what comes now

  private void live() throws IOException, InterruptedException {
    List<QueryLine> lines = lines(QueryLine.Data.LIVE);
    int seconds = options.integer("live", quick ? 15 : 65);
    if (lines.isEmpty() || seconds == 0) {
      return;
    }
    Path data = folder.resolve("live");
    Limits.deleteTree(data);
    Files.createDirectories(data);
    say("10,000 spans a second for %d s", seconds);
    try (ServerProcess server = launcher.spoor(data);
        QueryClient queries = new QueryClient(server.queryUrl())) {
      LoadPlan plan = LoadPlan.endless(server.pushUrl(), 4, 77).withRate(10_000);
      try (Load load = Load.start(plan, null)) {
        Thread.sleep(Duration.ofSeconds(seconds));
        for (QueryLine line : lines) {
          Answers answers = ask(server, queries, line, _ -> ofLastMinute(line));
          row(line, answers, Optional.empty());
        }
        load.stop();
        load.await();
      }
    }
    Limits.deleteTree(data);
  }

  private static String ofLastMinute(QueryLine line) {
    long now = Instant.now().getEpochSecond();
    return line.path(0, now - 60, now + 1);
  }

  // ---- asking

  /// @param cpuMillis of the server for each
  private record Answers(Latencies latencies, double cpuMillis, int bytes) {}

  private interface Paths {
    String of(int number);
  }

  private Answers ask(ServerProcess server, QueryClient queries, QueryLine line, Paths paths)
      throws IOException, InterruptedException {
    double seconds = seconds();
    int number = 0;
    int bytes = 0;
    long begin = System.nanoTime();
    while (number < WARM_UP || System.nanoTime() - begin < seconds * 1e9) {
      bytes = queries.ask(paths.of(number)).length();
      number++;
    }
    Latencies latencies = new Latencies();
    double cpu = server.stats().cpuSeconds();
    begin = System.nanoTime();
    int asked = 0;
    while (asked < FEWEST || (asked < MOST && System.nanoTime() - begin < seconds * 1e9)) {
      String path = paths.of(number);
      long start = System.nanoTime();
      queries.ask(path);
      latencies.record(System.nanoTime() - start);
      number++;
      asked++;
    }
    cpu = server.stats().cpuSeconds() - cpu;
    return new Answers(latencies, cpu * 1e3 / asked, bytes);
  }

  private void row(QueryLine line, Answers answers, Optional<Double> scan) {
    double median = answers.latencies.millis(.5);
    String row =
        "| %s | %s | %s | **%s** | %s | %s | %s | %s | %s | %s |%n"
            .formatted(
                line.name(),
                number(line.must()),
                number(line.aim()),
                number(median),
                Row.Goal.atMost(line.must(), line.aim()).verdict(median),
                number(answers.latencies.millis(.99)),
                number(answers.cpuMillis),
                scan.map(QueryTable::number).orElse(""),
                scan.map(millis -> number(median / millis)).orElse(""),
                line.tempo() == 0 ? "" : number(line.tempo()));
    table.append(row);
    say("%s  (%,d bytes)", row.strip(), answers.bytes);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : "%.2g", value);
  }

  // ---- the limit

  /// What deciding the comparisons of a query costs, and reading the fields that it names, over as
  /// many batches as it takes to have enough traces; in milliseconds, the best of some rounds.
  private static double scan(List<Limits.OpenBlock> blocks, QueryLine line, long from, long to)
      throws IOException {
    double best = Double.MAX_VALUE;
    for (int round = 0; round < LIMIT_ROUNDS; round++) {
      Scan scan = new Scan(blocks, line, line.text().apply(round), from, to);
      long enough = scan.batchesUntilEnough();
      long begin = System.nanoTime();
      scan.run(enough);
      best = Math.min(best, (System.nanoTime() - begin) / 1e6);
    }
    return best;
  }

  /// The scans of one query over blocks.
  private static final class Scan {

    private final List<Limits.OpenBlock> blocks;
    private final FetchRequest request;
    private final Optional<CompiledQuery> query;
    private final int limit;

    Scan(List<Limits.OpenBlock> blocks, QueryLine line, String text, long from, long to) {
      this.blocks = blocks;
      this.limit = line.limit();
      long start = from * 1_000_000_000L;
      long end = to * 1_000_000_000L;
      switch (line.kind()) {
        case SEARCH -> {
          CompiledQuery compiled = TraceQl.compile(text);
          query = Optional.of(compiled);
          request = compiled.request(start, end);
        }
        case METRICS -> {
          CompiledMetrics compiled = TraceQl.compileMetrics(text);
          query = Optional.empty();
          request =
              compiled
                  .operands()
                  .getFirst()
                  .request(Intervals.aligned(start, end, Intervals.defaultStep(end - start)));
        }
        case TAGS -> {
          query = Optional.empty();
          request = new FetchRequest(List.of(), true, false, start, end, Set.of());
        }
        default -> throw new IllegalArgumentException(line.kind().toString());
      }
    }

    private interface Visit {
      boolean goOn(SpanBatch batch) throws IOException;
    }

    private void each(Visit visit) throws IOException {
      for (Limits.OpenBlock block : blocks) {
        try (BatchCursor cursor = BlockSpanSource.of(block.reader()).fetch(request)) {
          for (SpanBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
            if (!visit.goOn(batch)) {
              return;
            }
          }
        }
      }
    }

    long batchesUntilEnough() throws IOException {
      if (query.isEmpty()) {
        return Long.MAX_VALUE;
      }
      SearchLimits limits =
          new SearchLimits(limit, 3, false, request.fromNanos(), request.toNanos());
      SearchCombiner combiner = new SearchCombiner(limit, false);
      long[] count = new long[1];
      each(batch -> {
        count[0]++;
        return query.get().search(batch, limits, combiner);
      });
      return count[0];
    }

    void run(long batches) throws IOException {
      long[] left = {batches};
      each(batch -> {
        for (Condition condition : request.conditions()) {
          batch.matching(condition);
        }
        if (query.isEmpty()) {
          for (Field field : request.columns()) {
            batch.values(field, OrdinalSet.all(batch.count(field.level())));
          }
        }
        left[0]--;
        return left[0] > 0;
      });
    }
  }
}
