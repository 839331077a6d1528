package dev.spoor.traceql.fetch;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the work of one query may still take, and whether anybody still wants it.
///
/// Whoever works for a query asks with [#check] before each page, stage or few thousand values, and
/// says with [#read] and [#hold] what it takes. The first limit that is passed stops the query, and
/// so can any thread with [#stop]; from then on every check fails. A check costs as much as reading
/// a volatile field.
///
/// It is bound to threads ([#run]) and not handed through every method, since what takes time lies
/// deep: a page, an entry of a dictionary, a read of the object store. Work that is for no query
/// finds [#UNLIMITED], which never stops. Safe for many threads.
public final class QueryBudget {

  /// For work that is for no query.
  public static final QueryBudget UNLIMITED =
      new QueryBudget(null, 0, 0, new QueryMemory(0), List.of());

  private static final ScopedValue<QueryBudget> CURRENT = ScopedValue.newInstance();

  private final @Nullable QueryBudget whole;
  private final long maxBytes;
  private final long maxMemory;
  private final AtomicLong bytes = new AtomicLong();
  private final QueryMemory ofAll;
  private final List<String> tenants;

  // Guarded by this, for the whole of a query.

  private long memory;
  private long peakMemory;
  private boolean over;

  private final AtomicReference<@Nullable QueryStop> stop = new AtomicReference<>();

  private QueryBudget(
      @Nullable QueryBudget whole,
      long maxBytes,
      long maxMemory,
      QueryMemory ofAll,
      List<String> tenants) {
    this.whole = whole;
    this.ofAll = ofAll;
    this.tenants = tenants;
    this.maxBytes = maxBytes;
    this.maxMemory = maxMemory;
  }

  /// @param maxBytes that may be read from disks and stores; 0 for any number
  /// @param maxMemory bytes that may be held at once; 0 for any number
  public static QueryBudget of(long maxBytes, long maxMemory) {
    return of(maxBytes, maxMemory, new QueryMemory(0));
  }

  /// @param ofAll what this query and others may hold together
  public static QueryBudget of(long maxBytes, long maxMemory, QueryMemory ofAll) {
    return of(maxBytes, maxMemory, ofAll, List.of());
  }

  /// @param ofAll what this query and others may hold together
  /// @param tenants whose query it is
  public static QueryBudget of(
      long maxBytes, long maxMemory, QueryMemory ofAll, List<String> tenants) {
    return new QueryBudget(null, maxBytes, maxMemory, ofAll, List.copyOf(tenants));
  }

  /// The budget of a part of the work, which can be stopped by itself. What it takes counts for the
  /// whole, and it stops when the whole does.
  public QueryBudget part() {
    return new QueryBudget(this, 0, 0, ofAll, tenants);
  }

  /// The budget of the query that this thread works for.
  public static QueryBudget current() {
    return CURRENT.orElse(UNLIMITED);
  }

  /// Works with this as the current budget.
  public <T> T run(Callable<T> work) throws Exception {
    return ScopedValue.where(CURRENT, this).call(work::call);
  }

  /// Makes something with this as the current budget.
  public <T> T with(Supplier<T> maker) {
    return ScopedValue.where(CURRENT, this).call(maker::get);
  }

  /// Goes on, or ends the work.
  ///
  /// @throws QueryStoppedException when the query has ended
  public void check() throws QueryStoppedException {
    QueryStop ended = stopped();
    if (ended != null) {
      throw new QueryStoppedException(ended);
    }
  }

  /// Why the work has ended; null while it goes on.
  public @Nullable QueryStop stopped() {
    QueryStop own = stop.get();
    return own != null || whole == null ? own : whole.stopped();
  }

  /// Ends the work. Only the first reason counts.
  public void stop(QueryStop.Reason reason, String message) {
    if (this != UNLIMITED) {
      stop.compareAndSet(null, new QueryStop(reason, message));
    }
  }

  /// Bytes were read from a disk or store, or are about to be.
  public void read(long count) {
    if (whole != null) {
      whole.read(count);
      return;
    }
    if (this == UNLIMITED) {
      return;
    }
    long all = bytes.addAndGet(count);
    if (maxBytes > 0 && all > maxBytes) {
      stop(
          QueryStop.Reason.BYTES,
          "the query may read %d bytes, which was not enough".formatted(maxBytes));
    }
  }

  /// Takes memory, which [#release] gives back.
  ///
  /// @return false when there is none left: the query has ended, and the memory was not taken
  public boolean hold(long count) {
    if (whole != null) {
      return whole.hold(count);
    }
    if (this == UNLIMITED) {
      return true;
    }
    synchronized (this) {
      QueryStop missing = missing(count);
      if (missing == null) {
        memory += count;
        peakMemory = Math.max(peakMemory, memory);
        return true;
      }
      stop.compareAndSet(null, missing);
      return false;
    }
  }

  /// What stands against holding so much more; when nothing does it was taken from what all may
  /// hold.
  private @Nullable QueryStop missing(long count) {
    if (over) {
      return new QueryStop(QueryStop.Reason.MEMORY, "the query is over");
    }
    if (maxMemory > 0 && memory + count > maxMemory) {
      return new QueryStop(
          QueryStop.Reason.MEMORY,
          "the query may hold %d bytes of memory, which was not enough".formatted(maxMemory));
    }
    String crowded = ofAll.take(tenants, count);
    return crowded.isEmpty() ? null : new QueryStop(QueryStop.Reason.CROWDED, crowded);
  }

  public void release(long count) {
    if (whole != null) {
      whole.release(count);
    } else if (this != UNLIMITED) {
      synchronized (this) {
        if (!over) {
          memory -= count;
          ofAll.giveBack(tenants, count);
        }
      }
    }
  }

  /// The query was answered, or given up: what it still holds is free for others. Work of it that
  /// has not noticed yet gets nothing more.
  public void end() {
    if (whole != null) {
      whole.end();
    } else if (this != UNLIMITED) {
      synchronized (this) {
        if (!over) {
          over = true;
          ofAll.giveBack(tenants, memory);
        }
      }
    }
  }

  public long bytesRead() {
    return whole == null ? bytes.get() : whole.bytesRead();
  }

  /// Bytes held now.
  public long memoryHeld() {
    if (whole != null) {
      return whole.memoryHeld();
    }
    synchronized (this) {
      return memory;
    }
  }

  /// The most that was held at once, in bytes.
  public long peakMemory() {
    if (whole != null) {
      return whole.peakMemory();
    }
    synchronized (this) {
      return peakMemory;
    }
  }

  /// 0 for any number.
  public long maxBytes() {
    return whole == null ? maxBytes : whole.maxBytes();
  }

  /// 0 for any number.
  public long maxMemory() {
    return whole == null ? maxMemory : whole.maxMemory();
  }
}
