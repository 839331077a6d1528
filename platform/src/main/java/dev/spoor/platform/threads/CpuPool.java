package dev.spoor.platform.threads;

import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.lifecycle.Component;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Threads for long computing, shared fairly between those who want them: as many compute at once
/// as there are processors, so that the threads that take pushes still get their turn.
///
/// There may be more threads than that. One that waits for something outside of the process, such
/// as an object store, says so ([#waiting]), and another one computes meanwhile. That bounds the
/// computing, and by the number of threads the requests that are on their way at once.
///
/// Work is submitted in the name of somebody, a tenant for example, and done in steps. When a
/// thread is free it takes a step of whoever has the fewest steps running, and of those, of whoever
/// was served least recently; likewise when a processor is free. So who comes with one piece of
/// work waits for no more than a step of the others, however much work they have queued. The work
/// of one name is done in the order in which it came. Safe for many threads.
public final class CpuPool implements Component {

  /// Told what happens in the queue. Called with the lock of the pool held, so it must be short.
  public interface Observer {

    /// How much work of somebody waits now.
    void waiting(String owner, int jobs);

    /// That work waited so long before its first step.
    void waited(long nanos);

    /// That work was refused since too much of its owner waits.
    void refused(String owner);

    /// Tells nobody.
    Observer NONE =
        new Observer() {
          @Override
          public void waiting(String owner, int jobs) {}

          @Override
          public void waited(long nanos) {}

          @Override
          public void refused(String owner) {}
        };
  }

  /// A part of a longer work.
  @FunctionalInterface
  public interface Step {

    /// @return whether there is more to do
    boolean run() throws Exception;
  }

  private static final ThreadLocal<@Nullable Turn> TURN = new ThreadLocal<>();

  private final int size;
  private final Turns processors;
  private final int mostWaiting;
  private final Observer observer;
  private final List<Thread> threads = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition someWork = lock.newCondition();

  /// Those with work that waits or runs. Guarded by `lock`.
  private final Map<String, Owner> owners = new HashMap<>();

  /// Counts steps, to know who was served last. Guarded by `lock`.
  private long served;

  /// Guarded by `lock`.
  private boolean closed;

  /// A pool where everybody may queue as much as they want.
  ///
  /// @param size threads, and computations at once
  public CpuPool(String name, int size) {
    this(name, size, size, Integer.MAX_VALUE, Observer.NONE);
  }

  /// @param processors computations at once
  /// @param threads steps that have begun, those that wait for something included
  /// @param mostWaiting how much work of one owner may wait; more is refused
  public CpuPool(String name, int processors, int threads, int mostWaiting, Observer observer) {
    if (threads < processors) {
      throw new IllegalArgumentException(threads + " threads for " + processors + " processors");
    }
    this.size = threads;
    this.processors = new Turns(processors);
    this.mostWaiting = mostWaiting;
    this.observer = observer;
    ThreadFactory named = Threads.named(name + "-");
    for (int i = 0; i < threads; i++) {
      this.threads.add(named.newThread(this::serve));
    }
  }

  /// How many steps may have begun at once.
  public int size() {
    return size;
  }

  /// How many threads are there to take work.
  public int threadsAlive() {
    return (int) threads.stream().filter(Thread::isAlive).count();
  }

  /// How much work of one owner may wait.
  public int mostWaiting() {
    return mostWaiting;
  }

  /// How much work waits now, of the owner that has most of it.
  public int longestQueue() {
    lock.lock();
    try {
      return owners.values().stream().mapToInt(owner -> owner.waiting.size()).max().orElse(0);
    } finally {
      lock.unlock();
    }
  }

  /// Runs a computation that is one step, when it is its turn. Cancelling with interruption stops
  /// it at its next check of the interrupt flag.
  ///
  /// @throws ServiceException RESOURCE_EXHAUSTED when too much work of this owner waits already
  public <T> Future<T> submit(String owner, Callable<T> computation) {
    Job<T> job = new Job<>(owner, computation);
    enqueue(job);
    return job;
  }

  /// Runs a step again and again while it says that there is more to do, each time when it is its
  /// turn. Steps of one work never overlap.
  ///
  /// @throws ServiceException RESOURCE_EXHAUSTED when too much work of this owner waits already
  public Future<?> submitSteps(String owner, Step step) {
    SteppedJob job = new SteppedJob(owner, step);
    enqueue(job);
    return job;
  }

  /// Something that is waited for.
  public interface Wait<T> {
    T run() throws IOException;
  }

  /// Waits without keeping others from computing, when this thread is one of a pool. Works on any
  /// other thread too.
  ///
  /// @throws InterruptedIOException when interrupted before it may go on computing
  public static <T> T waiting(Wait<T> wait) throws IOException {
    Turn turn = TURN.get();
    if (turn == null || !turn.held) {
      return wait.run();
    }
    turn.giveBack();
    T result;
    try {
      result = wait.run();
    } catch (IOException | RuntimeException failure) {
      turn.takeUnlessInterrupted();
      throw failure;
    }
    if (!turn.takeUnlessInterrupted()) {
      throw new InterruptedIOException("interrupted before a processor was free");
    }
    return result;
  }

  @Override
  public void start() {
    threads.forEach(Thread::start);
  }

  /// Interrupts what runs and gives up what waits.
  @Override
  public void close() {
    List<Job<?>> given = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      owners.values().forEach(owner -> given.addAll(owner.waiting));
      owners.clear();
      someWork.signalAll();
    } finally {
      lock.unlock();
    }
    given.forEach(job -> job.cancel(true));
    threads.forEach(Thread::interrupt);
  }

  private <T extends @Nullable Object> T inTurn(String owner, Callable<T> computation)
      throws Exception {
    Turn turn = new Turn(processors, owner);
    turn.take();
    TURN.set(turn);
    try {
      return computation.call();
    } finally {
      TURN.remove();
      turn.giveBack();
    }
  }

  private void enqueue(Job<?> job) {
    lock.lock();
    try {
      if (closed) {
        throw new ServiceException(ErrorKind.UNAVAILABLE, "the process is stopping");
      }
      Owner owner = owners.computeIfAbsent(job.owner, Owner::new);
      if (owner.waiting.size() >= mostWaiting) {
        observer.refused(job.owner);
        throw new ServiceException(ErrorKind.RESOURCE_EXHAUSTED, "job queue full");
      }
      owner.waiting.addLast(job);
      changed(owner);
    } finally {
      lock.unlock();
    }
  }

  private void changed(Owner owner) {
    observer.waiting(owner.name, owner.waiting.size());
    someWork.signal();
  }

  private void forget(Job<?> canceled) {
    lock.lock();
    try {
      Owner owner = owners.get(canceled.owner);
      if (owner != null && owner.waiting.remove(canceled)) {
        observer.waiting(owner.name, owner.waiting.size());
        removeIfIdle(owner);
      }
    } finally {
      lock.unlock();
    }
  }

  private void removeIfIdle(Owner owner) {
    if (owner.running == 0 && owner.waiting.isEmpty()) {
      owners.remove(owner.name);
    }
  }

  private void serve() {
    while (true) {
      Job<?> job = next();
      if (job == null) {
        return;
      }
      boolean isMore = job.runOnce();
      // An interrupt that was meant for this job must not reach the next one.
      Thread.interrupted();
      done(job, isMore);
    }
  }

  /// Waits for work; null when the pool is closed.
  private @Nullable Job<?> next() {
    lock.lock();
    try {
      while (!closed) {
        Owner owner = fairest();
        if (owner != null) {
          return takeFrom(owner);
        }
        someWork.awaitUninterruptibly();
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Owner fairest() {
    Owner best = null;
    for (Owner owner : owners.values()) {
      if (!owner.waiting.isEmpty() && (best == null || owner.goesBefore(best))) {
        best = owner;
      }
    }
    return best;
  }

  private Job<?> takeFrom(Owner owner) {
    Job<?> job = owner.waiting.remove();
    owner.running++;
    owner.lastServed = ++served;
    observer.waiting(owner.name, owner.waiting.size());
    job.tellWaited();
    return job;
  }

  private void done(Job<?> job, boolean isMore) {
    lock.lock();
    try {
      Owner owner = owners.get(job.owner);
      if (owner == null) {
        job.cancel(false); // The pool was closed.
        return;
      }
      owner.running--;
      if (isMore) {
        owner.waiting.addFirst(job);
        changed(owner);
      } else {
        removeIfIdle(owner);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Whose work it is. Guarded by `lock`.
  private static final class Owner {

    private final String name;
    private final ArrayDeque<Job<?>> waiting = new ArrayDeque<>();
    private int running;
    private long lastServed;

    Owner(String name) {
      this.name = name;
    }

    boolean goesBefore(Owner other) {
      return running != other.running ? running < other.running : lastServed < other.lastServed;
    }
  }

  /// The right of one thread to compute.
  private static final class Turn {

    private final Turns processors;
    private final String owner;
    private boolean held;

    Turn(Turns processors, String owner) {
      this.processors = processors;
      this.owner = owner;
    }

    void take() throws InterruptedException {
      processors.take(owner);
      held = true;
    }

    /// False when interrupted meanwhile; the thread stays interrupted.
    boolean takeUnlessInterrupted() {
      try {
        take();
        return true;
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    void giveBack() {
      if (held) {
        held = false;
        processors.giveBack(owner);
      }
    }
  }

  /// Work of one step.
  private class Job<T extends @Nullable Object> extends FutureTask<T> {

    private final String owner;
    private final long submitted = System.nanoTime();
    private boolean told;

    Job(String owner, Callable<T> computation) {
      super(() -> inTurn(owner, computation));
      this.owner = owner;
    }

    /// @return whether there is more to do
    boolean runOnce() {
      run();
      return false;
    }

    @Override
    protected void done() {
      if (isCancelled()) {
        forget(this);
      }
    }

    void tellWaited() {
      if (!told) {
        told = true;
        observer.waited(System.nanoTime() - submitted);
      }
    }
  }

  /// Work of many steps; they never overlap, and are handed on under `lock`.
  private final class SteppedJob extends Job<Boolean> {

    /// What the last step said; one element.
    private final boolean[] more;

    SteppedJob(String owner, Step step) {
      this(owner, step, new boolean[1]);
    }

    private SteppedJob(String owner, Step step, boolean[] more) {
      super(owner, () -> more[0] = step.run());
      this.more = more;
    }

    @Override
    boolean runOnce() {
      boolean isFine = runAndReset();
      if (isFine && !more[0]) {
        set(true);
      }
      return isFine && more[0];
    }
  }
}
