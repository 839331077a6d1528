package dev.spoor.frontend;

import dev.spoor.platform.config.Durations;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.storage.objectstore.ObjectNotFoundException;
import dev.spoor.traceql.TraceQlException;
import dev.spoor.traceql.fetch.QueryStop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A way through the jobs of a query, in order, as many at once as the pool and the limits allow.
/// What cannot be read makes the answer partial.
///
/// The asking thread watches the clock while it waits, and interrupts what is too slow: a loop ends
/// at its next check of the budget, a read at once. It does not wait for what it interrupted.
final class Scan {

  private static final Logger log = LoggerFactory.getLogger(Scan.class);

  /// How long jobs of a query that has ended are waited for, so that their cost counts.
  private static final Duration REST = Duration.ofMillis(25);

  private final QueryRun query;
  private final List<Job> jobs;
  private final AtomicInteger next = new AtomicInteger();
  private final Set<JobRun> running = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /// Jobs that are done. Guarded by this.
  private int ended;

  Scan(QueryRun query, List<Job> jobs) {
    this.query = query;
    this.jobs = List.copyOf(jobs);
  }

  /// Returns when all jobs are done, or the query has ended.
  void run(CpuPool pool) throws InterruptedException {
    int workers = Math.min(Math.min(pool.size(), query.limits().concurrentJobs()), jobs.size());
    List<Future<?>> working = new ArrayList<>();
    try {
      for (int i = 0; i < workers; i++) {
        working.add(pool.submitSteps(query.tenant().id(), this::work));
      }
      await();
    } catch (InterruptedException canceled) {
      query.budget().stop(QueryStop.Reason.CANCELED, "the client went away");
      throw canceled;
    } finally {
      // Those whose turn has not come are not waited for, and never begin.
      working.forEach(worker -> worker.cancel(true));
    }
    Throwable unexpected = failure.get();
    if (unexpected != null) {
      throw known(unexpected);
    }
    query.requireAnswerable();
    query.notNeeded(jobs.subList(Math.min(next.get(), jobs.size()), jobs.size()));
  }

  /// Waits for the jobs, and no longer than the query may take.
  private synchronized void await() throws InterruptedException {
    QueryRun.@Nullable Deadline deadline = query.deadline();
    while (ended < jobs.size() && query.wantsMore()) {
      long now = System.nanoTime();
      long wait = stopOverdue(now);
      if (deadline != null) {
        wait = Math.min(wait, deadline.atNanos() - now);
        if (wait <= 0) {
          query.budget().stop(deadline.reason(), deadline.message());
        }
      }
      await(wait);
    }
    QueryStop stop = query.phase().stopped();
    if (stop != null) {
      running.forEach(job -> job.stop(stop.reason(), stop.message()));
      long until = System.nanoTime() + REST.toNanos();
      while (!running.isEmpty() && until - System.nanoTime() > 0) {
        await(until - System.nanoTime());
      }
    }
  }

  private synchronized void await(long nanos) throws InterruptedException {
    if (nanos > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, nanos);
    }
  }

  /// Stops jobs that run too long.
  ///
  /// @return nanoseconds until the next one will have
  private long stopOverdue(long now) {
    long limit = query.limits().jobTime().toNanos();
    long wait = limit;
    for (JobRun job : running) {
      long left = job.beganNanos() + limit - now;
      if (left <= 0) {
        job.stop(
            QueryStop.Reason.TIME,
            "a job took longer than the configured timeout of %s"
                .formatted(Durations.formatGo(query.limits().jobTime())));
      } else {
        wait = Math.min(wait, left);
      }
    }
    return wait;
  }

  /// Does one job: then it may be the turn of another tenant.
  ///
  /// @return whether there may be another job
  private boolean work() {
    int index = query.wantsMore() ? next.getAndIncrement() : jobs.size();
    if (index < jobs.size()) {
      work(jobs.get(index));
      return true;
    }
    wake();
    return false;
  }

  private void work(Job job) {
    JobRun run = new JobRun(job.name(), query.phase().part());
    running.add(run);
    try {
      report(job, run, outcome(job, run));
    } catch (Throwable unexpected) {
      // Before the job counts as ended: who waits for the last one looks here.
      failure.compareAndSet(null, unexpected);
      query.enough();
    } finally {
      running.remove(run);
      query.jobEnded();
      jobEnded();
    }
  }

  /// Null when all of it was done.
  private static @Nullable IOException outcome(Job job, JobRun run) throws Exception {
    try {
      run.budget()
          .run(() -> {
            job.work().run(run);
            return true;
          });
      return null;
    } catch (IOException broken) {
      return broken;
    } finally {
      run.ended();
      // An interrupt was for this job; the next one is not to see it.
      Thread.interrupted();
    }
  }

  private synchronized void jobEnded() {
    ended++;
    notifyAll();
  }

  private synchronized void wake() {
    notifyAll();
  }

  private void report(Job job, JobRun run, @Nullable IOException broken) {
    QueryStop stop = run.budget().stopped();
    if (broken == null) {
      query.done(run);
    } else if (stop != null) {
      // Whatever it threw, it was because of that.
      query.stopped(run, stop);
    } else if (isGone(broken)) {
      // Deleted since the query chose its blocks: what it had is in one that was not chosen. Or the
      // store has lost it.
      log.warn("{} is gone, the answer is partial: {}", job.name(), broken.getMessage());
      query.gone(run, job.name() + " is gone; ask again", broken);
    } else {
      log.warn("could not read {}, the answer is partial", job.name(), broken);
      query.failed(run, job.name() + ": " + broken.getMessage(), broken);
    }
  }

  /// Whether an object is not there, whoever said so afterwards.
  private static boolean isGone(Throwable broken) {
    for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
      if (cause instanceof ObjectNotFoundException) {
        return true;
      }
    }
    return false;
  }

  private static RuntimeException known(Throwable cause) {
    if (cause instanceof TraceQlException noAnswer) {
      return new ServiceException(
          ErrorKind.INTERNAL, String.valueOf(noAnswer.getMessage()), noAnswer);
    }
    if (cause instanceof RuntimeException failure) {
      return failure;
    }
    return new IllegalStateException(cause);
  }
}
