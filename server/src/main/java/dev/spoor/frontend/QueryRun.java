package dev.spoor.frontend;

import dev.spoor.contract.Explanation;
import dev.spoor.contract.QueryCost;
import dev.spoor.contract.RecentSnapshot;
import dev.spoor.model.Tenant;
import dev.spoor.model.Tenants;
import dev.spoor.platform.config.Durations;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.objectstore.ObjectStoreException;
import dev.spoor.traceql.fetch.FetchCost;
import dev.spoor.traceql.fetch.QueryBudget;
import dev.spoor.traceql.fetch.QueryStop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One query while it runs: what it may read and take, and what became of each of its jobs.
///
/// The thread that asks goes through its steps one after the other. What takes time is a job:
/// [#scan] spreads jobs over the threads of the pool, waits for them, and watches the limits of
/// time meanwhile.
final class QueryRun {

  /// Jobs that are told about one by one.
  private static final int MOST_REPORTS = 10_000;

  private static final int EXAMPLES = 20;

  private static final String API_TIMEOUT = "query_frontend.api_timeout";

  private final Tenant tenant;
  private final QueryLimits.Of limits;
  private final CpuPool pool;
  private final Runnable jobEnded;
  private final QueryBudget budget;
  private final long beganNanos = System.nanoTime();

  /// Written by the asking thread, before the jobs of a scan begin.
  private volatile QueryBudget phase;

  /// Called after each job; set before the first one runs.
  private Runnable advanced = () -> {};

  private RecentSnapshot snapshot = NothingRecent.INSTANCE;
  private List<BlockMeta> blocks = List.of();
  private List<BlockMeta> neighbours = List.of();
  private boolean isListKnown = true;

  // Guarded by this: jobs report from their threads, and who watches looks on from another one.

  private final List<Explanation.Plan> plan = new ArrayList<>();
  private final List<Explanation.Stage> stages = new ArrayList<>();
  private final List<Explanation.Skipped> skipped = new ArrayList<>();
  private final List<Explanation.Job> reports = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private FetchCost cost = FetchCost.NONE;
  private int jobs;
  private int jobsDone;
  private int damaged;
  private int refusedByStore;
  private boolean anyGone;

  private static QueryBudget budget(QueryLimits.Of limits, List<String> tenants) {
    return QueryBudget.of(limits.bytes(), limits.memory(), limits.memoryOfAll(), tenants);
  }

  private QueryRun(
      Tenant tenant, QueryLimits.Of limits, CpuPool pool, Runnable jobEnded, QueryBudget budget) {
    this.tenant = tenant;
    this.limits = limits;
    this.pool = pool;
    this.jobEnded = jobEnded;
    this.budget = budget;
    this.phase = budget.part();
  }

  /// One query over these tenants: it may read and hold, and have running at once, as much as if it
  /// were over one of them. Who of them takes it is not decided before.
  ///
  /// @param jobEnded called by threads of the pool after each job, whatever came of it
  static List<QueryRun> ofEach(
      Tenants tenants, QueryLimits.Of limits, CpuPool pool, Runnable jobEnded) {
    int count = tenants.all().size();
    if (count == 1) {
      Tenant tenant = tenants.first();
      return List.of(
          new QueryRun(tenant, limits, pool, jobEnded, budget(limits, List.of(tenant.id()))));
    }
    QueryBudget whole = budget(limits, tenants.all().stream().map(Tenant::id).toList());
    QueryLimits.Of share = limits.sharedBy(count);
    return tenants.all().stream()
        .map(tenant -> new QueryRun(tenant, share, pool, jobEnded, whole.part()))
        .toList();
  }

  Tenant tenant() {
    return tenant;
  }

  QueryLimits.Of limits() {
    return limits;
  }

  QueryBudget budget() {
    return budget;
  }

  long beganNanos() {
    return beganNanos;
  }

  /// What the ingester has.
  RecentSnapshot snapshot() {
    return snapshot;
  }

  /// Stored blocks to look into, beside those of the snapshot.
  List<BlockMeta> blocks() {
    return blocks;
  }

  /// The same, and blocks that are near in time: they may have pieces of the traces in the others.
  List<BlockMeta> neighbours() {
    return neighbours;
  }

  void reads(RecentSnapshot recent, List<BlockMeta> stored, List<BlockMeta> around) {
    snapshot = recent;
    blocks = List.copyOf(stored);
    neighbours = List.copyOf(around);
  }

  /// Leaves out blocks that a limit excludes.
  void readsOnly(List<BlockMeta> fewer, String reason) {
    skips(reason, blocks.stream().filter(block -> !fewer.contains(block)).toList());
    blocks = List.copyOf(fewer);
    partial(reason);
  }

  /// Has somebody told after each job, by the thread that did it.
  void watched(Runnable watcher) {
    advanced = watcher;
  }

  synchronized void planned(Explanation.Plan part) {
    plan.add(part);
  }

  synchronized void skips(String reason, List<BlockMeta> left) {
    if (!left.isEmpty()) {
      skipped.add(
          new Explanation.Skipped(
              reason,
              left.size(),
              left.stream().limit(EXAMPLES).map(block -> block.blockId().toString()).toList()));
    }
  }

  /// Which blocks there are is not known.
  void listUnknown(String reason) {
    isListKnown = false;
    partial(reason);
  }

  boolean isListKnown() {
    return isListKnown;
  }

  /// Something makes the answer incomplete.
  synchronized void partial(String reason) {
    failures.add(reason);
  }

  /// Runs jobs on the pool, some at once, until all are done or there is enough.
  void scan(String what, List<Job> work) throws InterruptedException {
    synchronized (this) {
      jobs += work.size();
    }
    phase = budget.part();
    long begin = System.nanoTime();
    try {
      new Scan(this, work).run(pool);
    } finally {
      synchronized (this) {
        stages.add(new Explanation.Stage(what, Duration.ofNanos(System.nanoTime() - begin)));
      }
    }
  }

  /// Makes something that takes from the budget of this query.
  <T> T with(Supplier<T> maker) {
    return budget.with(maker);
  }

  /// Makes the answer out of what was found, on the pool. What the query may take does not limit
  /// that any more: a query that has spent it is still answered.
  ///
  /// @throws ServiceException when the time for any answer is over meanwhile
  <T> T compute(String what, Computation<T> computation) throws InterruptedException {
    requireAnswerable();
    QueryBudget last = QueryBudget.of(0, 0);
    long begin = System.nanoTime();
    Future<T> result = pool.submit(tenant.id(), () -> last.run(computation::run));
    try {
      return result.get(
          limits.apiTimeout().isZero() ? Long.MAX_VALUE : apiDeadline() - begin,
          TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      budget.stop(QueryStop.Reason.DEADLINE, deadlineMessage());
      throw new ServiceException(ErrorKind.API_TIMEOUT, deadlineMessage(), late);
    } catch (ExecutionException failure) {
      throw new IllegalStateException(what + " failed: " + failure.getCause(), failure.getCause());
    } finally {
      last.stop(QueryStop.Reason.CANCELED, "nobody waits for it");
      result.cancel(true);
      synchronized (this) {
        stages.add(new Explanation.Stage(what, Duration.ofNanos(System.nanoTime() - begin)));
      }
    }
  }

  private long apiDeadline() {
    return beganNanos + limits.apiTimeout().toNanos();
  }

  private String deadlineMessage() {
    return message(limits.apiTimeout(), API_TIMEOUT);
  }

  interface Computation<T> {
    T run() throws IOException;
  }

  /// There is enough: jobs of the scan that is running end, others of it do not begin.
  void enough() {
    phase.stop(QueryStop.Reason.ENOUGH, "there was enough");
  }

  /// Whether a job should go on.
  boolean wantsMore() {
    return phase.stopped() == null;
  }

  /// The budget of the scan that is running, or was the last.
  QueryBudget phase() {
    return phase;
  }

  /// A thread has worked on a job.
  void jobEnded() {
    jobEnded.run();
  }

  void done(JobRun job) {
    synchronized (this) {
      jobsDone++;
      report(job, Explanation.Outcome.DONE, "");
    }
    advanced.run();
  }

  synchronized void stopped(JobRun job, QueryStop why) {
    report(job, Explanation.Outcome.STOPPED, why.message());
    if (why.isPartial()) {
      failures.add(why.message());
    }
  }

  synchronized void failed(JobRun job, String detail, IOException broken) {
    report(job, Explanation.Outcome.FAILED, detail);
    if (isOfStore(broken)) {
      refusedByStore++;
    } else {
      damaged++;
    }
    failures.add("some data could not be read: " + detail);
  }

  /// What was to be read is not there any more.
  synchronized void gone(JobRun job, String detail, IOException broken) {
    anyGone = true;
    failed(job, detail, broken);
  }

  /// Whether something was not there any more: another query, by the list of now, may find it.
  synchronized boolean anyGone() {
    return anyGone;
  }

  /// Whether the store is the reason, whoever said so afterwards.
  private static boolean isOfStore(Throwable broken) {
    for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
      if (cause instanceof ObjectStoreException) {
        return true;
      }
    }
    return false;
  }

  /// How many jobs met something that was there and could not be read.
  synchronized int damaged() {
    return damaged;
  }

  /// How many jobs were not given by the object store what they asked for.
  synchronized int refusedByStore() {
    return refusedByStore;
  }

  synchronized void notNeeded(List<Job> left) {
    Duration now = Duration.ofNanos(System.nanoTime() - beganNanos);
    for (Job job : left) {
      if (reports.size() < MOST_REPORTS) {
        reports.add(
            new Explanation.Job(
                job.name(),
                Explanation.Outcome.NOT_NEEDED,
                "",
                now,
                Duration.ZERO,
                FetchCost.NONE));
      }
    }
  }

  private void report(JobRun job, Explanation.Outcome outcome, String detail) {
    cost = cost.plus(job.cost());
    if (reports.size() < MOST_REPORTS) {
      reports.add(job.report(outcome, detail, beganNanos));
    }
  }

  /// Why the answer may be incomplete.
  synchronized Optional<String> partial() {
    List<String> all = new ArrayList<>(failures);
    snapshot.unreadable().forEach(what -> all.add("some data could not be read: " + what));
    QueryStop stop = budget.stopped();
    if (stop != null && stop.isPartial()) {
      all.add(stop.message());
    }
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join("; ", all.stream().distinct().toList()));
  }

  /// Ends a query that must not be answered any more.
  ///
  /// @throws ServiceException when the time for any answer is over
  void requireAnswerable() {
    QueryStop stop = budget.stopped();
    if (stop != null && stop.reason() == QueryStop.Reason.DEADLINE) {
      throw new ServiceException(ErrorKind.API_TIMEOUT, stop.message());
    }
  }

  /// Why the answer of several may be incomplete: what ails one of them with its tenant, what ails
  /// all of them once.
  static Optional<String> partial(List<QueryRun> queries) {
    List<String> reasons = queries.stream().flatMap(query -> query.partial().stream()).toList();
    if (reasons.size() == queries.size() && reasons.stream().distinct().count() == 1) {
      return Optional.of(reasons.getFirst());
    }
    return queries.stream()
        .flatMap(query ->
            query.partial().stream().map(why -> "tenant %s: %s".formatted(query.tenant, why)))
        .reduce((one, other) -> one + "; " + other);
  }

  /// What all of them cost.
  static QueryCost cost(List<QueryRun> queries) {
    return queries.stream().map(QueryRun::cost).reduce(QueryCost.NONE, QueryCost::plus);
  }

  synchronized QueryCost cost() {
    QueryStop stop = budget.stopped();
    Explanation.Budget use =
        new Explanation.Budget(
            Duration.ofNanos(System.nanoTime() - beganNanos),
            limits.time(),
            budget.bytesRead(),
            limits.bytes(),
            budget.peakMemory(),
            limits.memory(),
            Optional.ofNullable(stop));
    return new QueryCost(
        blocks.size() + snapshot.blocks().size(),
        Math.min(jobsDone, blocks.size() + snapshot.blocks().size()),
        blocks.stream().mapToLong(BlockMeta::size).sum(),
        jobs,
        jobsDone,
        cost,
        new Explanation(plan, stages, skipped, reports, use));
  }

  /// When the first limit of time is reached, in the time of `System.nanoTime`; null for none.
  @Nullable Deadline deadline() {
    Deadline api = deadline(limits.apiTimeout(), QueryStop.Reason.DEADLINE, API_TIMEOUT);
    Deadline own = deadline(limits.time(), QueryStop.Reason.TIME, "the budget of the query");
    if (api == null || own == null) {
      return api == null ? own : api;
    }
    return own.atNanos() - api.atNanos() < 0 ? own : api;
  }

  /// @param atNanos in the time of `System.nanoTime`
  record Deadline(long atNanos, QueryStop.Reason reason, String message) {}

  private @Nullable Deadline deadline(Duration time, QueryStop.Reason reason, String name) {
    return time.isZero()
        ? null
        : new Deadline(beganNanos + time.toNanos(), reason, message(time, name));
  }

  private static String message(Duration time, String name) {
    return "the query took longer than the configured timeout of %s (%s)"
        .formatted(Durations.formatGo(time), name);
  }
}
