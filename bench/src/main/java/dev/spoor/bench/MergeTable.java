package dev.spoor.bench;

import static dev.spoor.bench.Row.Goal.atMost;

import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.storage.block.BlockBuilderConfig;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.compact.MergerConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Gives blocks to a server that merges, waits until nothing is left to merge, and tells what that
/// took; then compares all spans with those of before.
///
/// The server has one core; this process is on another (`bench/merge` sees to that).
public final class MergeTable {

  private static final Set<String> OPTIONS = Set.of("data", "spans", "trace-spans", "only");

  /// What the inputs are, in the order in which they are measured.
  private enum Inputs {
    USUAL("usual traces"),
    PARTS("a large trace in parts, as Spoor leaves it"),
    ROW("a large trace in one row, as others write it");

    private final String text;

    Inputs(String text) {
      this.text = text;
    }

    String folder() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int USUAL_BLOCKS = 16;
  private static final int USUAL_BESIDE = 3;

  /// As many as one merge takes: there are two such merges before anything is measured.
  private static final int WARM_UP_BLOCKS = 8;

  private static final String WARM_UP_PARTS = "parts-to-warm-up";
  private static final long WARM_UP_TRACE = 16 * 52_000;

  /// A larger row is left alone by a server with the default heap.
  private static final long MOST_SPANS_OF_A_ROW = 1_000_000;

  /// What the ingester puts into one block of a trace.
  private static final int SPANS_OF_A_PART = 52_000;

  /// What a server with the default heap makes of row groups: a sixteenth of it.
  private static final long ROW_GROUP_BYTES = 31L << 20;

  private static final TraceId LARGE = new TraceId(0x7777_7777_7777_7777L, 0x7777_7777_7777_7777L);
  private static final long LIMIT_SPANS = 250_000;
  private static final int LIMIT_ROUNDS = 4;
  private static final int SAMPLE_MILLIS = 100;
  private static final int BUSIEST_THREADS = 6;
  private static final int SAMPLES_A_LOOK = 4;
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(8);
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(15);

  private static final Pattern OUTSTANDING =
      Pattern.compile("(?m)^tempodb_compaction_outstanding_blocks\\{[^}]*} (\\S+)");
  private static final Pattern SPANS =
      Pattern.compile("(?m)^spoor_compactor_spans_total\\{[^}]*} (\\S+)");
  private static final Pattern ERRORS =
      Pattern.compile("(?m)^tempodb_compaction_errors_total (\\S+)");

  private final ServerProcess.Launcher launcher;
  private final Path folder;
  private final Options options;
  private final boolean quick;
  private final List<Row> rows = new ArrayList<>();
  private boolean isWhole = true;

  private MergeTable(TableSetup setup) {
    this.launcher = setup.launcher();
    this.folder = setup.folder();
    this.options = setup.options();
    this.quick = setup.quick();
  }

  /// Ends the process with 1 when a span is missing, doubled or changed, or a merge failed.
  ///
  /// @param arguments `quick` first for little data; then options
  public static void main(String[] arguments) throws IOException, InterruptedException {
    boolean isWhole;
    try (TableSetup setup = TableSetup.of("bench/merge", arguments, OPTIONS)) {
      MergeTable run = new MergeTable(setup);
      run.measure();
      isWhole = run.isWhole;
    }
    System.exit(isWhole ? 0 : 1);
  }

  private static void say(String format, Object... values) {
    System.err.printf("bench: " + format + "%n", values);
  }

  private void measure() throws IOException, InterruptedException {
    String only = options.text("only", "");
    for (Inputs inputs : Inputs.values()) {
      Path blocks = folder.resolve(inputs.folder());
      boolean isWanted = inputs.folder().contains(only);
      // Usual traces also warm up a server that then merges others.
      if ((isWanted || inputs == Inputs.USUAL) && !Files.isDirectory(blocks)) {
        make(inputs, blocks);
      }
      if (isWanted && inputs != Inputs.USUAL && !Files.isDirectory(folder.resolve(WARM_UP_PARTS))) {
        Path parts = Files.createDirectories(folder.resolve(WARM_UP_PARTS));
        makeParts(parts, new TraceId(1, 1), WARM_UP_TRACE);
      }
      if (isWanted) {
        measure(inputs, blocks);
      }
    }
    System.out.print(Row.HEADER);
    rows.forEach(row -> System.out.print(row.markdown()));
    System.out.printf(
        "%nLoad of the machine at the end: %s%n",
        Files.readString(Path.of("/proc/loadavg")).strip());
  }

  // ---- inputs

  /// Makes blocks in a folder that appears when all are there.
  private void make(Inputs inputs, Path blocks) throws IOException {
    Path unfinished = blocks.resolveSibling(inputs.folder() + ".unfinished");
    Limits.deleteTree(unfinished);
    Files.createDirectories(unfinished);
    long spans = options.number("spans", quick ? 400_000 : 2_000_000);
    long ofTrace = options.number("trace-spans", quick ? 250_000 : 2_500_000);
    switch (inputs) {
      case USUAL -> makeUsual(unfinished, USUAL_BLOCKS, spans / USUAL_BLOCKS);
      case PARTS -> {
        say("making blocks with a trace of %,d spans in parts", ofTrace);
        makeUsual(unfinished, USUAL_BESIDE, spans / 8);
        makeParts(unfinished, LARGE, ofTrace);
      }
      case ROW -> {
        long ofRow = Math.min(ofTrace, MOST_SPANS_OF_A_ROW);
        say("making blocks with a trace of %,d spans in one row", ofRow);
        makeUsual(unfinished, USUAL_BESIDE, spans / 8);
        build(unfinished, LargeTrace.batches(LARGE, 0, ofRow));
      }
    }
    Files.move(unfinished, blocks);
  }

  private static void makeUsual(Path blocks, int count, long spans) throws IOException {
    for (int i = 0; i < count; i++) {
      say("block %d of %d: %,d spans of the fleet", i + 1, count, spans);
      build(blocks, Limits.shred(FleetBodies.of(spans, i)));
    }
  }

  private static void makeParts(Path blocks, TraceId trace, long spans) throws IOException {
    for (long from = 0; from < spans; from += SPANS_OF_A_PART) {
      build(blocks, LargeTrace.batches(trace, from, Math.min(spans, from + SPANS_OF_A_PART)));
    }
  }

  private static void build(Path blocks, List<SpanColumns> batches) throws IOException {
    BlockBuilderConfig defaults = BlockBuilderConfig.DEFAULTS;
    BlockBuilderConfig ofServer =
        new BlockBuilderConfig(
            defaults.profile(),
            defaults.zstdLevel(),
            ROW_GROUP_BYTES,
            defaults.rowGroupSpans(),
            defaults.bloomFalsePositive(),
            defaults.bloomShardBytes());
    new Limits(blocks).build(batches, blocks.resolve(UUID.randomUUID().toString()), ofServer);
  }

  // ---- merging

  /// What merging took.
  ///
  /// @param spans that went in; those of a block that was merged twice count twice
  /// @param cpuSeconds of the server, without what it takes when it does nothing
  private record Cost(long spans, double cpuSeconds, long peakBytes, long idleBytes) {

    double cpuPerMillion() {
      return cpuSeconds / spans * 1e6;
    }
  }

  private void measure(Inputs inputs, Path blocks) throws IOException, InterruptedException {
    say("%s: reading them", inputs.text);
    List<Limits.OpenBlock> before = new Limits(blocks).open(blocks);
    BlockContents contents;
    Limit limit;
    try {
      contents = BlockContents.of(before);
      limit = limit(before);
    } finally {
      close(before);
    }
    say("%s: %,d spans in %d blocks", inputs.text, contents.spans(), before.size());
    Path data = folder.resolve("server");
    Limits.deleteTree(data);
    Files.createDirectories(data);
    Cost cost;
    try (ServerProcess server = launcher.merging(data);
        QueryClient queries = new QueryClient(server.queryUrl())) {
      cost = merge(inputs, server, queries, blocks, data.resolve("blocks"));
    }
    verify(inputs, contents, data.resolve("blocks").resolve(Tenant.SINGLE.id()));
    Limits.deleteTree(data);
    add(inputs, cost, limit);
  }

  private void add(Inputs inputs, Cost cost, Limit limit) {
    rows.add(
        new Row(
            "CPU of merging: " + inputs.text,
            "s per million spans",
            Optional.of(atMost(4, 2)),
            cost.cpuPerMillion(),
            OptionalDouble.of(limit.read + limit.write),
            "the same columns: read %.2f + written %.2f".formatted(limit.read, limit.write)));
    rows.add(
        new Row(
            "Resident meanwhile, at most: " + inputs.text,
            "MB",
            Optional.of(atMost(450, 300)),
            cost.peakBytes / 1e6,
            OptionalDouble.of(cost.idleBytes / 1e6),
            "the same server before the first merge"));
  }

  private Cost merge(
      Inputs inputs, ServerProcess server, QueryClient queries, Path from, Path store)
      throws IOException, InterruptedException {
    long idleBytes = server.stats().residentBytes();
    warmUp(
        server, queries, folder.resolve(Inputs.USUAL.folder()), store, "warm-up", WARM_UP_BLOCKS);
    if (inputs != Inputs.USUAL) {
      warmUp(
          server,
          queries,
          folder.resolve(WARM_UP_PARTS),
          store,
          "warm-up-parts",
          2 * WARM_UP_BLOCKS);
    }
    warmUp(
        server,
        queries,
        folder.resolve(Inputs.USUAL.folder()),
        store,
        "warm-up-again",
        WARM_UP_BLOCKS);
    Watch watch = new Watch(server.stats(), queries);
    watch.lookFor(IDLE_NANOS);
    double idleRate = watch.cpuSeconds() / watch.seconds();
    say("the server takes %.3f CPU s a second while it does nothing", idleRate);
    Map<String, Double> threadsBefore = server.stats().cpuOfThreads();
    watch = new Watch(server.stats(), queries);
    link(from, store, Tenant.SINGLE.id(), Integer.MAX_VALUE);
    watch.untilMerged();
    ProcessStats.Memory peak = watch.peak;
    long highest = server.stats().peakResidentBytes();
    say(
        "%,d spans merged in %.0f s, %.1f CPU s; resident at most %,d MB by the kernel, %,d MB in"
            + " samples, of which %,d MB are not of files",
        watch.spans(),
        watch.seconds(),
        watch.cpuSeconds(),
        highest / 1_000_000,
        peak.resident() / 1_000_000,
        peak.anonymous() / 1_000_000);
    say("of these, CPU s by thread: %s", busiest(threadsBefore, server.stats().cpuOfThreads()));
    if (watch.errors > 0) {
      isWhole = false;
      say("%.0f merges failed, see the log:%n%s", watch.errors, Files.readString(server.log()));
    }
    return new Cost(
        watch.spans(), watch.cpuSeconds() - idleRate * watch.seconds(), highest, idleBytes);
  }

  private static void warmUp(
      ServerProcess server, QueryClient queries, Path from, Path store, String tenant, int most)
      throws IOException, InterruptedException {
    Watch watch = new Watch(server.stats(), queries);
    link(from, store, tenant, most);
    watch.untilMerged();
    say("%s: %,d spans merged, %.1f CPU s", tenant, watch.spans(), watch.cpuSeconds());
  }

  private static String busiest(Map<String, Double> before, Map<String, Double> after) {
    Map<String, Double> since = new HashMap<>();
    after.forEach((thread, cpu) -> since.put(thread, cpu - before.getOrDefault(thread, 0.0)));
    return since.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .limit(BUSIEST_THREADS)
        .map(thread -> "%s %.1f".formatted(thread.getKey(), thread.getValue()))
        .collect(Collectors.joining(", "));
  }

  /// Looks at a server from now on.
  private static final class Watch {

    private final ProcessStats stats;
    private final QueryClient queries;
    private final long begin = System.nanoTime();
    private final double cpuBefore;
    private final long spansBefore;

    private ProcessStats.Memory peak;
    private long outstanding;
    private long spans;
    private double errors;
    private long lastMerge = begin;
    private double cpu;

    Watch(ProcessStats stats, QueryClient queries) throws IOException, InterruptedException {
      this.stats = stats;
      this.queries = queries;
      this.cpuBefore = stats.cpuSeconds();
      this.peak = stats.memory();
      this.spansBefore = (long) sum(SPANS, queries.ask("/metrics"));
      this.spans = spansBefore;
    }

    /// That went into merges.
    long spans() {
      return spans - spansBefore;
    }

    /// Until the last merge, or the last look when there was none.
    double seconds() {
      return (lastMerge - begin) / 1e9;
    }

    double cpuSeconds() {
      return cpu - cpuBefore;
    }

    void lookFor(long nanos) throws IOException, InterruptedException {
      while (System.nanoTime() - begin < nanos) {
        look();
      }
      lastMerge = System.nanoTime();
      cpu = stats.cpuSeconds();
    }

    void untilMerged() throws IOException, InterruptedException {
      while (spans() == 0 || outstanding > 0 || System.nanoTime() - lastMerge < QUIET_NANOS) {
        look();
        if (System.nanoTime() - begin > LONGEST_NANOS) {
          throw new IOException("nothing is merged, or it does not come to an end");
        }
      }
    }

    /// Takes some samples of memory, then asks once how far it is.
    private void look() throws IOException, InterruptedException {
      for (int i = 0; i < SAMPLES_A_LOOK; i++) {
        Thread.sleep(SAMPLE_MILLIS);
        ProcessStats.Memory now = stats.memory();
        peak = now.resident() > peak.resident() ? now : peak;
      }
      String metrics = queries.ask("/metrics");
      outstanding = (long) sum(OUTSTANDING, metrics);
      errors = sum(ERRORS, metrics);
      long merged = (long) sum(SPANS, metrics);
      if (merged != spans) {
        spans = merged;
        lastMerge = System.nanoTime();
        cpu = stats.cpuSeconds();
      }
    }

    private static double sum(Pattern pattern, String metrics) {
      return pattern
          .matcher(metrics)
          .results()
          .mapToDouble(line -> Double.parseDouble(line.group(1)))
          .sum();
    }
  }

  /// Gives blocks to the server at once, by hard links: the originals stay as they are.
  private static void link(Path from, Path store, String tenant, int most) throws IOException {
    Path ready = store.resolveSibling("ready");
    try (Stream<Path> blocks = Files.list(from)) {
      for (Path block : blocks.sorted().limit(most).toList()) {
        Path to = Files.createDirectories(ready.resolve(block.getFileName()));
        try (Stream<Path> files = Files.list(block)) {
          for (Path file : files.toList()) {
            Files.createLink(to.resolve(file.getFileName()), file);
          }
        }
      }
    }
    Files.createDirectories(store);
    Files.move(ready, store.resolve(tenant));
  }

  private void verify(Inputs inputs, BlockContents before, Path store) throws IOException {
    List<Limits.OpenBlock> after = new Limits(store).open(store);
    try {
      BlockContents.Difference difference = before.differenceTo(after);
      say("%s: %d blocks afterwards, %s", inputs.text, after.size(), difference.text());
      isWhole &= difference.isNone();
    } finally {
      close(after);
    }
  }

  // ---- the limit

  /// CPU seconds of a million spans, in one thread of this process that has warmed up.
  private record Limit(double read, double write) {}

  /// Reads the first spans of some blocks, and writes them as a block, without merging anything.
  private Limit limit(List<Limits.OpenBlock> blocks) throws IOException {
    double read = Double.MAX_VALUE;
    double write = Double.MAX_VALUE;
    Path block = folder.resolve(UUID.randomUUID().toString());
    for (int round = 0; round < LIMIT_ROUNDS; round++) {
      double begin = cpuSeconds();
      List<SpanColumns> batches = firstBatches(blocks);
      double middle = cpuSeconds();
      double spans = batches.stream().mapToLong(SpanColumns::spanCount).sum() / 1e6;
      read = Math.min(read, (middle - begin) / spans);
      middle = cpuSeconds();
      new Limits(folder).build(batches, block);
      write = Math.min(write, (cpuSeconds() - middle) / spans);
      Limits.deleteTree(block);
    }
    return new Limit(read, write);
  }

  private static List<SpanColumns> firstBatches(List<Limits.OpenBlock> blocks) throws IOException {
    MergerConfig config = MergerConfig.DEFAULTS;
    List<SpanColumns> batches = new ArrayList<>();
    long spans = 0;
    for (Limits.OpenBlock block : bySize(blocks)) {
      try (SpanColumnsCursor cursor =
          block.reader().columns(config.spansPerBatch(), config.maxTraceSpans())) {
        for (SpanColumns batch = cursor.next(); batch != null; batch = cursor.next()) {
          batches.add(batch);
          spans += batch.spanCount();
          if (spans >= LIMIT_SPANS) {
            return batches;
          }
        }
      }
    }
    return batches;
  }

  /// The smallest first, which have no row that is too large.
  private static List<Limits.OpenBlock> bySize(List<Limits.OpenBlock> blocks) {
    return blocks.stream()
        .sorted(Comparator.comparingLong(block -> block.reader().meta().size()))
        .toList();
  }

  private static double cpuSeconds() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
  }

  private static void close(List<Limits.OpenBlock> blocks) throws IOException {
    for (Limits.OpenBlock block : blocks) {
      block.close();
    }
  }
}
