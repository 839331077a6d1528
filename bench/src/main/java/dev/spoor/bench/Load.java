package dev.spoor.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.spoor.testkit.fleet.FleetRequest;
import dev.spoor.testkit.fleet.FleetTraffic;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Sends the traffic of a fleet over some connections, and counts what comes of it.
///
/// One thread makes requests, each connection has a thread that takes the next one, waits until it
/// is due, sends it and waits for the answer. With a rate, requests are due at their own time
/// however slow the answers are; how late they went out for want of a free connection is reported.
final class Load implements AutoCloseable {

  /// Requests made ahead.
  private static final int AHEAD = 32;

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final Due END = new Due(new FleetRequest(new byte[0], List.of()), 0);

  private final LoadPlan plan;
  private final PushClient client;
  private final @Nullable LedgerFile ledger;
  private final BlockingQueue<Due> queue = new ArrayBlockingQueue<>(AHEAD);
  private final List<Thread> senders = new ArrayList<>();
  private final Thread producer;
  private final @Nullable ServerWatch watch;

  private final LongAdder requests = new LongAdder();
  private final LongAdder sent = new LongAdder();
  private final LongAdder acknowledged = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder unknown = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final Latencies latency = new Latencies();
  private final Latencies lateness = new Latencies();
  private final AtomicReference<@Nullable String> firstProblem = new AtomicReference<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private volatile boolean stopping;
  private final long begin;
  private final long cpuBefore = ownCpuNanos();

  /// @param atNanos when it should go out, by `System.nanoTime`
  private record Due(FleetRequest request, long atNanos) {}

  private Load(LoadPlan plan, @Nullable LedgerFile ledger) throws IOException {
    this.plan = plan;
    this.ledger = ledger;
    this.client = PushClient.to(plan.target(), plan.connections());
    this.watch =
        plan.serverPid().isPresent() ? new ServerWatch(plan.serverPid().getAsLong()) : null;
    this.begin = System.nanoTime();
    this.producer = Thread.ofPlatform().name("producer").daemon().unstarted(this::produce);
    for (int i = 0; i < plan.connections(); i++) {
      senders.add(Thread.ofPlatform().name("sender-" + i).daemon().unstarted(this::send));
    }
  }

  /// Begins to send.
  ///
  /// @param ledger where acknowledged spans are written; null for nowhere. Stays the caller's to
  ///   close
  static Load start(LoadPlan plan, @Nullable LedgerFile ledger) throws IOException {
    Load load = new Load(plan, ledger);
    load.producer.start();
    load.senders.forEach(Thread::start);
    return load;
  }

  /// Sends all of a plan.
  static LoadReport run(LoadPlan plan, @Nullable LedgerFile ledger)
      throws IOException, InterruptedException {
    try (Load load = start(plan, ledger)) {
      return load.await();
    }
  }

  /// The first refusal or failure so far.
  Optional<String> firstProblem() {
    return Optional.ofNullable(firstProblem.get());
  }

  /// No request goes out after those that are under way.
  void stop() {
    stopping = true;
  }

  /// Waits until everything was sent and answered, or given up.
  ///
  /// @throws IOException when the ledger can't be written
  LoadReport await() throws IOException, InterruptedException {
    producer.join();
    for (Thread sender : senders) {
      sender.join();
    }
    Throwable broken = failure.get();
    if (broken != null) {
      throw new IOException("the load broke off: " + broken.getMessage(), broken);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    return new LoadReport(
        requests.sum(),
        sent.sum(),
        acknowledged.sum(),
        refused.sum(),
        unknown.sum(),
        retries.sum(),
        bytes.sum(),
        seconds,
        (ownCpuNanos() - cpuBefore) / 1e9,
        latency,
        lateness,
        watch == null ? Optional.empty() : watch.cost(),
        Optional.ofNullable(firstProblem.get()));
  }

  private static long ownCpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  @Override
  public void close() {
    stopping = true;
    producer.interrupt();
    senders.forEach(Thread::interrupt);
    client.close();
    if (watch != null) {
      watch.close();
    }
  }

  private void produce() {
    try {
      FleetTraffic traffic =
          new FleetTraffic(
              plan.seed(),
              () -> System.currentTimeMillis() * 1_000_000,
              plan.spansPerTrace(),
              plan.spansPerRequest());
      long spans = 0;
      long end = begin + plan.duration().toNanos();
      while (!stopping && spans < plan.spans() && dueAt(spans) < end) {
        FleetRequest request = traffic.next();
        queue.put(new Due(request, dueAt(spans)));
        spans += request.spans().size();
      }
      for (FleetRequest request : traffic.rest()) {
        queue.put(new Due(request, dueAt(spans)));
        spans += request.spans().size();
      }
      for (int i = 0; i < plan.connections(); i++) {
        queue.put(END);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException broken) {
      breakOff(broken);
    }
  }

  private long dueAt(long spans) {
    return plan.rate() == 0 ? System.nanoTime() : begin + (long) (spans * 1e9 / plan.rate());
  }

  private void send() {
    try {
      for (Due due = queue.take(); due != END; due = queue.take()) {
        if (!stopping) {
          send(due);
        }
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException broken) {
      breakOff(broken);
    }
  }

  /// The others must not wait for what never comes.
  private void breakOff(Throwable broken) {
    if (failure.compareAndSet(null, broken)) {
      stopping = true;
      producer.interrupt();
      senders.forEach(Thread::interrupt);
    }
  }

  private void send(Due due) throws IOException, InterruptedException {
    FleetRequest request = due.request();
    if (plan.rate() > 0) {
      waitUntil(due.atNanos());
      lateness.record(System.nanoTime() - due.atNanos());
    }
    requests.increment();
    sent.add(request.spans().size());
    count(request, push(request.body()));
  }

  /// Sends, and again after a pause while the server says that it may be tried again.
  private PushAnswer push(byte[] body) throws InterruptedException {
    long pause = FIRST_PAUSE_NANOS;
    for (int tries = 1; ; tries++) {
      long begun = System.nanoTime();
      PushAnswer answer = client.push(body);
      if (answer instanceof PushAnswer.Acknowledged) {
        latency.record(System.nanoTime() - begun);
        return answer;
      }
      boolean again =
          answer instanceof PushAnswer.Refused refusal
              && refusal.retryable()
              && tries < plan.maxTries()
              && !stopping;
      if (!again) {
        return answer;
      }
      noteProblem(answer.toString());
      retries.increment();
      TimeUnit.NANOSECONDS.sleep(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }
  }

  private void count(FleetRequest request, PushAnswer answer) throws IOException {
    int spans = request.spans().size();
    boolean whole = false;
    switch (answer) {
      case PushAnswer.Acknowledged(long rejected) -> {
        whole = rejected == 0;
        acknowledged.add(spans - rejected);
        refused.add(rejected);
        bytes.add(request.body().length);
        if (rejected > 0) {
          noteProblem(answer.toString());
        }
      }
      case PushAnswer.Refused refusal -> {
        refused.add(spans);
        noteProblem(refusal.toString());
      }
      case PushAnswer.Unknown nobodyKnows -> {
        unknown.add(spans);
        noteProblem(nobodyKnows.toString());
      }
    }
    if (ledger != null) {
      ledger.add(request, whole);
    }
  }

  private void noteProblem(String problem) {
    firstProblem.compareAndSet(null, problem);
  }

  private static void waitUntil(long nanoTime) throws InterruptedException {
    for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /// Looks at the server's memory twice a second, and at its CPU time at both ends.
  private static final class ServerWatch implements AutoCloseable {

    private static final long EVERY_MILLIS = 500;

    private final ProcessStats stats;
    private final double cpuBefore;
    private final Thread thread;

    /// Guarded by `this`.
    private final List<Long> resident = new ArrayList<>();

    ServerWatch(long pid) throws IOException {
      stats = new ProcessStats(pid);
      cpuBefore = stats.cpuSeconds();
      look();
      thread = Thread.ofPlatform().name("server-watch").daemon().start(this::watch);
    }

    private void watch() {
      try {
        while (true) {
          Thread.sleep(EVERY_MILLIS);
          look();
        }
      } catch (InterruptedException | IOException end) {
        // Told to stop, or the server is gone, which cost() tells.
      }
    }

    private synchronized void look() throws IOException {
      resident.add(stats.residentBytes());
    }

    /// Empty when the server is gone.
    synchronized Optional<LoadReport.ServerCost> cost() {
      List<Long> sorted = resident.stream().sorted().toList();
      try {
        return Optional.of(
            new LoadReport.ServerCost(
                stats.cpuSeconds() - cpuBefore, sorted.get(sorted.size() / 2), sorted.getLast()));
      } catch (IOException gone) {
        return Optional.empty();
      }
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }
}
