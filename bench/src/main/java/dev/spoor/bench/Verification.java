package dev.spoor.bench;

import dev.spoor.model.TraceId;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/// Asks for traces of a ledger and holds what comes against it.
final class Verification {

  private final QueryClient client;
  private final SentSpans sent;
  private final LongAdder traces = new LongAdder();
  private final LongAdder spans = new LongAdder();
  private final LongAdder missing = new LongAdder();
  private final LongAdder phantoms = new LongAdder();
  private final LongAdder doubled = new LongAdder();
  private final LongAdder unanswered = new LongAdder();
  private final AtomicReference<String> firstProblem = new AtomicReference<>("");
  private final AtomicInteger next = new AtomicInteger();

  private Verification(QueryClient client, SentSpans sent) {
    this.client = client;
    this.sent = sent;
  }

  /// What was found to be wrong.
  ///
  /// @param traces that were asked for
  /// @param spans that were found
  /// @param missing acknowledged spans that were not found
  /// @param phantoms found spans that were never sent
  /// @param doubled spans found more than once
  /// @param unanswered traces about which there was no answer, or a partial one
  /// @param firstProblem names a trace and what is wrong with it; empty when nothing is
  record Report(
      long traces,
      long spans,
      long missing,
      long phantoms,
      long doubled,
      long unanswered,
      String firstProblem) {

    boolean isClean() {
      return missing == 0 && phantoms == 0 && doubled == 0 && unanswered == 0;
    }

    String text() {
      return "%,d traces, %,d spans found: %,d missing, %,d phantoms, %,d doubled, %,d traces without a whole answer%n%s"
          .formatted(
              traces,
              spans,
              missing,
              phantoms,
              doubled,
              unanswered,
              firstProblem.isEmpty() ? "" : "first problem: " + firstProblem + "\n");
    }
  }

  /// @param sample at most so many traces
  /// @param problems is told of each trace with something wrong
  static Report run(
      QueryClient client,
      SentSpans sent,
      int sample,
      long seed,
      int threads,
      BiConsumer<TraceId, String> problems)
      throws InterruptedException {
    Verification verification = new Verification(client, sent);
    List<TraceId> ids = sent.sample(sample, seed);
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      Callable<Void> work = () -> verification.askAll(ids, problems);
      List<Callable<Void>> all = IntStream.range(0, threads).mapToObj(i -> work).toList();
      for (Future<Void> done : executor.invokeAll(all)) {
        done.get();
      }
    } catch (ExecutionException failure) {
      throw new IllegalStateException("the verification broke off", failure.getCause());
    }
    return verification.report();
  }

  private Void askAll(List<TraceId> ids, BiConsumer<TraceId, String> problems)
      throws InterruptedException {
    for (int i = next.getAndIncrement(); i < ids.size(); i = next.getAndIncrement()) {
      String problem = ask(ids.get(i));
      if (!problem.isEmpty()) {
        firstProblem.compareAndSet("", ids.get(i) + ": " + problem);
        problems.accept(ids.get(i), problem);
      }
    }
    return null;
  }

  /// What is wrong with the answer about a trace; empty when nothing is.
  private String ask(TraceId id) throws InterruptedException {
    traces.increment();
    QueryClient.TraceAnswer answer;
    try {
      answer = client.trace(id);
    } catch (IOException noAnswer) {
      unanswered.increment();
      return noAnswer.toString();
    }
    spans.add(answer.spanIds().length);
    SentSpans.Verdict verdict = sent.judge(id, answer.spanIds());
    missing.add(verdict.missing());
    phantoms.add(verdict.phantoms() + answer.strangers());
    doubled.add(verdict.doubled());
    if (answer.partial().isPresent()) {
      unanswered.increment();
      return "partial: " + answer.partial().get();
    }
    if (answer.strangers() > 0) {
      return "%d spans of other traces".formatted(answer.strangers());
    }
    return verdict.isClean() ? "" : verdict.toString();
  }

  private Report report() {
    return new Report(
        traces.sum(),
        spans.sum(),
        missing.sum(),
        phantoms.sum(),
        doubled.sum(),
        unanswered.sum(),
        firstProblem.get());
  }
}
