package dev.spoor.bench;

import dev.spoor.access.Access;
import dev.spoor.access.AccessConfig;
import dev.spoor.access.AccessConfig.Certificate;
import dev.spoor.access.AccessConfig.Policy;
import dev.spoor.access.AccessConfig.Token;
import dev.spoor.access.AccessConfigException;
import dev.spoor.access.AccessMetrics;
import dev.spoor.access.Verb;
import dev.spoor.listener.Gate.Caller;
import dev.spoor.listener.PeerCertificate;
import dev.spoor.listener.Purpose;
import dev.spoor.platform.metrics.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What it costs a push to be let in. The budget is 2 µs.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@State(Scope.Benchmark)
public class AccessBenchmark {

  @Param({"1", "1000"})
  public int identities = 1;

  private Access access = access(1);
  private Caller byToken = new Caller(null, null, null);
  private Caller byCertificate = byToken;

  @Setup(Level.Trial)
  public void make() {
    access = access(identities);
    int last = identities - 1;
    byToken = new Caller("Bearer " + token(last), "acme", null);
    PeerCertificate peer =
        new PeerCertificate("client", Set.of("spiffe://prod/" + last), List.of());
    byCertificate = new Caller(null, null, peer);
  }

  @Benchmark
  public Optional<String> token() {
    return access.admit(Purpose.WRITE, byToken);
  }

  @Benchmark
  public Optional<String> certificate() {
    return access.admit(Purpose.WRITE, byCertificate);
  }

  private static String token(int number) {
    return "%064x".formatted(number);
  }

  private static Access access(int identities) {
    List<Token> tokens = new ArrayList<>();
    List<Certificate> certificates = new ArrayList<>();
    for (int i = 0; i < identities; i++) {
      tokens.add(new Token("token-" + i, token(i), "", "", List.of("acme"), List.of(Verb.WRITE)));
      certificates.add(
          new Certificate(
              "peer-" + i, "spiffe://prod/" + i, "", List.of("acme"), List.of(Verb.WRITE)));
    }
    AccessConfig config =
        new AccessConfig(
            true,
            Policy.USUAL,
            Policy.USUAL,
            Policy.USUAL,
            Policy.USUAL,
            Duration.ofMinutes(1),
            tokens,
            certificates);
    try {
      return new Access(
          config,
          true,
          name -> null,
          () -> Thread.sleep(Long.MAX_VALUE),
          new AccessMetrics(new Metrics()));
    } catch (AccessConfigException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
