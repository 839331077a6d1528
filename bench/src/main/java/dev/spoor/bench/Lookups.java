package dev.spoor.bench;

import dev.spoor.model.TraceId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Measures look-ups by id, one after the other.
final class Lookups {

  private Lookups() {}

  /// @param wrong present ids that were not found, or absent ones that were
  record Report(Latencies present, Latencies absent, int wrong) {

    String text() {
      return "present %s%nabsent  %s%n%d wrong answers%n".formatted(present, absent, wrong);
    }
  }

  /// Asks for `count` traces of the ledger, and for as many ids that nobody sent.
  ///
  /// @param warmUp questions of each kind before, which are not counted; they bring footers, blooms
  ///   and compiled code
  static Report run(QueryClient client, SentSpans sent, int count, int warmUp, long seed)
      throws IOException, InterruptedException {
    List<TraceId> present = sent.sample(count + warmUp, seed);
    SplittableRandom random = new SplittableRandom(~seed);
    List<TraceId> absent =
        Stream.generate(() -> new TraceId(random.nextLong(), random.nextLong()))
            .limit(present.size())
            .toList();
    int warm = Math.min(warmUp, present.size() / 2);
    ask(client, present.subList(0, warm), true, new Latencies());
    ask(client, absent.subList(0, warm), false, new Latencies());
    Latencies ofPresent = new Latencies();
    Latencies ofAbsent = new Latencies();
    int wrong =
        ask(client, present.subList(warm, present.size()), true, ofPresent)
            + ask(client, absent.subList(warm, absent.size()), false, ofAbsent);
    return new Report(ofPresent, ofAbsent, wrong);
  }

  /// Asks for `count` traces of the ledger, before each of which the kernel forgets the pages of
  /// all files below a folder; what the server itself keeps in memory stays there.
  static Latencies cold(QueryClient client, SentSpans sent, int count, long seed, Path folder)
      throws IOException, InterruptedException {
    Latencies latencies = new Latencies();
    for (TraceId id : sent.sample(count, seed)) {
      PageCache.drop(folder);
      if (ask(client, List.of(id), true, latencies) > 0) {
        throw new IOException("trace " + id + " was not found");
      }
    }
    return latencies;
  }

  private static int ask(QueryClient client, List<TraceId> ids, boolean expected, Latencies into)
      throws IOException, InterruptedException {
    int wrong = 0;
    for (TraceId id : ids) {
      long begin = System.nanoTime();
      QueryClient.TraceAnswer answer = client.trace(id);
      into.record(System.nanoTime() - begin);
      wrong += answer.spanIds().length > 0 == expected ? 0 : 1;
    }
    return wrong;
  }
}
