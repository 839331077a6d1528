package dev.spoor.bench;

import dev.spoor.model.TraceId;
import dev.spoor.platform.logging.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Sends traffic to any OTLP server, and checks that what it acknowledged is found.
public final class LoadGenerator {

  private static final String USAGE =
      """
      usage: bench/load COMMAND [--option value ...]

      load     send traffic of a fleet of services
        --target http://127.0.0.1:4318   or grpc://127.0.0.1:4317
        --rate N                  spans a second; without it, as fast as answers come
        --spans N  --duration 90s until one of them is reached (10s when neither is given)
        --connections 8  --seed 1  --spans-per-trace 50  --spans-per-request 100
        --tries 10                how often a request is sent that is refused for now
        --ledger FILE             write down what was acknowledged
        --server-pid PID          report CPU time and memory of that process
      large    send one trace of any size; 2,500,000 spans are about a gigabyte
        --target http://127.0.0.1:4318  --spans 2500000  --connections 4
        --trace ID                in hex; without it, a random one
      verify   ask for every trace of a ledger; exit code 1 when a span is missing, unknown or double
        --ledger FILE  --query http://127.0.0.1:3200
        --sample N                only so many of them  --seed 1  --threads 4
      lookup   time look-ups by id, of traces of a ledger and of absent ones
        --ledger FILE  --query http://127.0.0.1:3200  --count 1000  --warm-up 200  --seed 1
      fresh    time from the acknowledgement of a span until it is found
        --target http://127.0.0.1:4318  --query http://127.0.0.1:3200  --probes 100  --pause-millis 50
      """;

  private static final String TARGET = "http://127.0.0.1:4318";
  private static final String QUERY = "http://127.0.0.1:3200";
  private static final int PROBLEMS_SHOWN = 20;

  private LoadGenerator() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Logging.configure("warn", "logfmt");
    List<String> rest =
        Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length);
    try {
      boolean well =
          switch (arguments.length == 0 ? "" : arguments[0]) {
            case "load" -> load(rest);
            case "large" -> large(rest);
            case "verify" -> verify(rest);
            case "lookup" -> lookup(rest);
            case "fresh" -> fresh(rest);
            default -> throw new IllegalArgumentException("no command");
          };
      System.exit(well ? 0 : 1);
    } catch (IllegalArgumentException misuse) {
      System.err.println(misuse.getMessage());
      System.err.print(USAGE);
      System.exit(2);
    }
  }

  private static boolean load(List<String> arguments) throws IOException, InterruptedException {
    Options options =
        Options.parse(
            arguments,
            Set.of(
                "target",
                "rate",
                "spans",
                "duration",
                "connections",
                "seed",
                "spans-per-trace",
                "spans-per-request",
                "tries",
                "ledger",
                "server-pid"));
    LoadPlan plan = plan(options);
    Optional<String> file = options.text("ledger");
    LoadReport report;
    if (file.isPresent()) {
      try (LedgerFile ledger = LedgerFile.create(Path.of(file.get()))) {
        report = Load.run(plan, ledger);
      }
    } else {
      report = Load.run(plan, null);
    }
    System.out.print(report.text());
    return report.spansUnknown() == 0 && report.spansRefused() == 0;
  }

  private static LoadPlan plan(Options options) {
    boolean endless = options.text("spans").isEmpty() && options.text("duration").isEmpty();
    return new LoadPlan(
        options.text("target", TARGET),
        options.integer("connections", 8),
        options.number("rate", 0),
        options.number("spans", Long.MAX_VALUE),
        options.duration("duration", endless ? Duration.ofSeconds(10) : LoadPlan.FOREVER),
        options.number("seed", 1),
        options.integer("spans-per-trace", LoadPlan.SPANS_PER_TRACE),
        options.integer("spans-per-request", LoadPlan.SPANS_PER_REQUEST),
        options.integer("tries", 10),
        options
            .text("server-pid")
            .map(pid -> OptionalLong.of(Long.parseLong(pid)))
            .orElse(OptionalLong.empty()));
  }

  private static boolean large(List<String> arguments) throws InterruptedException {
    Options options = Options.parse(arguments, Set.of("target", "spans", "connections", "trace"));
    SplittableRandom random = new SplittableRandom();
    TraceId id =
        options
            .text("trace")
            .map(TraceId::parse)
            .orElseGet(() -> new TraceId(random.nextLong(), random.nextLong()));
    long spans = options.number("spans", 2_500_000);
    LargeTrace.Report report =
        LargeTrace.send(
            options.text("target", TARGET), options.integer("connections", 4), id, spans);
    System.out.print(report.text());
    return report.acknowledged() == spans;
  }

  private static boolean verify(List<String> arguments) throws IOException, InterruptedException {
    Options options =
        Options.parse(arguments, Set.of("ledger", "query", "sample", "seed", "threads"));
    SentSpans sent = LedgerFile.read(Path.of(options.required("ledger")));
    System.out.printf(
        "%,d traces in the ledger, %,d acknowledged spans%n",
        sent.traceCount(), sent.acknowledgedSpans());
    AtomicInteger shown = new AtomicInteger();
    try (QueryClient client = new QueryClient(options.text("query", QUERY))) {
      Verification.Report report =
          Verification.run(
              client,
              sent,
              options.integer("sample", Integer.MAX_VALUE),
              options.number("seed", 1),
              Math.max(1, options.integer("threads", 4)),
              (trace, problem) -> {
                if (shown.getAndIncrement() < PROBLEMS_SHOWN) {
                  System.out.printf("trace %s: %s%n", trace, problem);
                }
              });
      System.out.print(report.text());
      return report.isClean();
    }
  }

  private static boolean lookup(List<String> arguments) throws IOException, InterruptedException {
    Options options =
        Options.parse(arguments, Set.of("ledger", "query", "count", "warm-up", "seed"));
    SentSpans sent = LedgerFile.read(Path.of(options.required("ledger")));
    try (QueryClient client = new QueryClient(options.text("query", QUERY))) {
      Lookups.Report report =
          Lookups.run(
              client,
              sent,
              options.integer("count", 1000),
              options.integer("warm-up", 200),
              options.number("seed", 1));
      System.out.print(report.text());
      return report.wrong() == 0;
    }
  }

  private static boolean fresh(List<String> arguments) throws IOException, InterruptedException {
    Options options =
        Options.parse(arguments, Set.of("target", "query", "probes", "pause-millis", "seed"));
    try (PushClient push = PushClient.to(options.text("target", TARGET), 1);
        QueryClient queries = new QueryClient(options.text("query", QUERY))) {
      Freshness freshness = new Freshness(push, queries, options.number("seed", System.nanoTime()));
      Freshness.Report report =
          freshness.run(options.integer("probes", 100), options.number("pause-millis", 50));
      System.out.print(report.text());
      return report.notAtOnce() == 0;
    }
  }
}
