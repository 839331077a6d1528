package dev.spoor.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.app.Command;
import dev.spoor.app.CommandLine;
import dev.spoor.app.Spoor;
import dev.spoor.model.TraceId;
import dev.spoor.testkit.fleet.FleetRequest;
import dev.spoor.testkit.fleet.FleetTraffic;
import dev.spoor.testkit.fleet.SpanRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Against one real server, with the configuration that is measured; each test sends its own
/// traces.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoadGeneratorTest {

  private static final long SEED = 4711;
  private static final int SPANS = 3_000;

  @TempDir Path folder;

  private Spoor server;
  private long nextSeed = SEED;
  private QueryClient queries;

  @BeforeAll
  void start(@TempDir Path data) throws Exception {
    server = Spoor.of(config(data).loaded());
    server.start();
    queries = new QueryClient("http://127.0.0.1:" + server.queryPort());
  }

  @AfterAll
  void stop() {
    queries.close();
    server.close();
  }

  @Test
  void findsEverythingThatWasAcknowledgedOverHttp() throws Exception {
    LoadReport report = load("http://127.0.0.1:" + server.receiverPort("otlp-http"));

    assertThat(report.spansAcknowledged()).isEqualTo(report.spansSent()).isGreaterThan(SPANS);
    assertThat(report.latency().count()).isEqualTo(report.requests());
    Verification.Report verified = verify(LedgerFile.read(ledgerFile()));
    assertThat(verified.isClean()).as(verified.text()).isTrue();
    assertThat(verified.spans()).isEqualTo(report.spansAcknowledged());
  }

  @Test
  void findsEverythingThatWasAcknowledgedOverGrpcInBlocks() throws Exception {
    LoadReport report = load("grpc://127.0.0.1:" + server.receiverPort("otlp-grpc"));
    queries.flush();

    Verification.Report verified = verify(LedgerFile.read(ledgerFile()));
    assertThat(verified.isClean()).as(verified.text()).isTrue();
    assertThat(verified.spans()).isEqualTo(report.spansAcknowledged());
  }

  @Test
  void noticesWhatIsMissingAndWhatNobodySent() throws Exception {
    load("http://127.0.0.1:" + server.receiverPort("otlp-http"));
    SentSpans changed = new SentSpans();
    SentSpans sent = LedgerFile.read(ledgerFile());
    TraceId stored = sent.sample(1, SEED).getFirst();
    changed.add(stored.high(), stored.low(), 0, true);
    changed.add(stored.high(), stored.low(), 1_000, true);
    changed.add(1, 2, 0, true);

    Verification.Report verified = verify(changed);

    assertThat(verified.isClean()).isFalse();
    assertThat(verified.missing()).isEqualTo(2);
    assertThat(verified.phantoms()).isPositive();
    assertThat(verified.firstProblem()).isNotEmpty();
  }

  @Test
  void findsProbesByIdAndBySearch() throws Exception {
    try (PushClient push =
        PushClient.to("http://127.0.0.1:" + server.receiverPort("otlp-http"), 1)) {
      Freshness.Report found = new Freshness(push, queries, SEED).run(4, 0);

      assertThat(found.byId().count()).isEqualTo(2);
      assertThat(found.bySearch().count()).isEqualTo(2);
      assertThat(found.notAtOnce()).isZero();
    }
  }

  @Test
  void looksUpWhatIsThereAndWhatIsNot() throws Exception {
    load("http://127.0.0.1:" + server.receiverPort("otlp-http"));

    Lookups.Report report = Lookups.run(queries, LedgerFile.read(ledgerFile()), 20, 5, SEED);

    assertThat(report.wrong()).isZero();
    assertThat(report.present().count()).isEqualTo(20);
    assertThat(report.absent().count()).isEqualTo(20);
  }

  @Test
  void countsAServerThatIsNotThereAsUnknown() throws Exception {
    LoadReport report = load("http://127.0.0.1:1");

    assertThat(report.spansAcknowledged()).isZero();
    assertThat(report.spansUnknown()).isEqualTo(report.spansSent());
    assertThat(report.firstProblem()).isPresent();
    assertThat(LedgerFile.read(ledgerFile()).acknowledgedSpans()).isZero();
  }

  @Test
  void aLedgerGivesBackWhatWasWritten() throws Exception {
    FleetTraffic traffic = new FleetTraffic(SEED, () -> 1, 10, 20);
    FleetRequest acknowledged = traffic.next();
    FleetRequest unanswered = traffic.next();
    try (LedgerFile ledger = LedgerFile.create(ledgerFile())) {
      ledger.add(acknowledged, true);
      ledger.add(unanswered, false);
    }

    SentSpans read = LedgerFile.read(ledgerFile());

    assertThat(read.acknowledgedSpans()).isEqualTo(acknowledged.spans().size());
    SpanRef first = acknowledged.spans().getFirst();
    SpanRef other = unanswered.spans().getFirst();
    assertThat(judge(read, first, first.spanId()).phantoms()).isZero();
    assertThat(judge(read, first, first.spanId(), first.spanId()).doubled()).isEqualTo(1);
    assertThat(judge(read, first).missing()).isPositive();
    assertThat(judge(read, other, other.spanId()).phantoms()).isZero();
    assertThat(judge(read, other, 4711).phantoms()).isEqualTo(1);
  }

  @Test
  void quantilesOfLatenciesAreWithinAThirtysecond() {
    Latencies latencies = new Latencies();
    List<Long> values = new ArrayList<>();
    for (long i = 1; i <= 10_000; i++) {
      values.add(i * i * 100);
    }
    Collections.shuffle(values, new java.util.Random(SEED));
    values.forEach(latencies::record);

    assertThat(latencies.count()).isEqualTo(10_000);
    assertThat(latencies.millis(.5)).isBetween(2500.0, 2500 * 1.04);
    assertThat(latencies.millis(.99)).isBetween(9801.0, 9801 * 1.04);
    assertThat(latencies.millis(1)).isEqualTo(latencies.maxMillis()).isEqualTo(10_000);
  }

  private static SentSpans.Verdict judge(SentSpans spans, SpanRef of, long... found) {
    return spans.judge(new TraceId(of.traceHigh(), of.traceLow()), found);
  }

  private LoadReport load(String target) throws IOException, InterruptedException {
    try (LedgerFile ledger = LedgerFile.create(ledgerFile())) {
      return Load.run(LoadPlan.endless(target, 3, nextSeed++).withSpans(SPANS), ledger);
    }
  }

  private Verification.Report verify(SentSpans sent) throws InterruptedException {
    return Verification.run(
        queries,
        sent,
        Integer.MAX_VALUE,
        SEED,
        2,
        (trace, problem) -> assertThat(problem).isNotEmpty());
  }

  private Path ledgerFile() {
    return folder.resolve("ledger");
  }

  private static Command.Run config(Path data) {
    CommandLine commandLine =
        new CommandLine(name -> name.equals("SPOOR_BENCH_DATA") ? data.toString() : null);
    Command command = commandLine.parse("-config.file=spoor-bench.yaml", "-config.expand-env=true");
    assertThat(command).isInstanceOf(Command.Run.class);
    return (Command.Run) command;
  }
}
