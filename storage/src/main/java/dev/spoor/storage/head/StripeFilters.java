package dev.spoor.storage.head;

import dev.spoor.storage.columns.ByteDictionary;
import dev.spoor.storage.filter.StringFilter;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// What is remembered of the strings of a segment's stripes since they were read for the first
/// time: so that a query for a rare value does not read them again. Safe for many threads.
///
/// All segments of the process share one bound; those that were asked first have their filters
/// until they are closed, which comes soon, since segments become blocks.
final class StripeFilters {

  private static final long MAX_BYTES = Runtime.getRuntime().maxMemory() / 32;

  private static final AtomicLong ALL_BYTES = new AtomicLong();

  private final AtomicReferenceArray<@Nullable StringFilter> filters;
  private final AtomicLong ownBytes = new AtomicLong();
  private volatile boolean closed;

  StripeFilters(int stripes) {
    this.filters = new AtomicReferenceArray<>(stripes);
  }

  boolean surelyLacks(int stripe, byte[] string) {
    StringFilter filter = filters.get(stripe);
    return filter != null && !filter.mayHold(string);
  }

  /// Remembers the strings of a stripe, unless that is done or there is no room.
  void keep(int stripe, ByteDictionary strings) {
    long bytes = StringFilter.memoryBytes(strings.size());
    if (filters.get(stripe) != null || !hasRoom(bytes)) {
      return;
    }
    StringFilter.Builder builder = new StringFilter.Builder(strings.size());
    for (int id = 0; id < strings.size(); id++) {
      builder.add(strings.data(), strings.start(id), strings.end(id));
    }
    if (filters.compareAndSet(stripe, null, builder.build())) {
      ownBytes.addAndGet(bytes);
      if (closed) {
        close();
      }
    } else {
      ALL_BYTES.addAndGet(-bytes);
    }
  }

  private static boolean hasRoom(long bytes) {
    if (ALL_BYTES.addAndGet(bytes) <= MAX_BYTES) {
      return true;
    }
    ALL_BYTES.addAndGet(-bytes);
    return false;
  }

  /// Gives the memory back.
  void close() {
    closed = true;
    ALL_BYTES.addAndGet(-ownBytes.getAndSet(0));
  }
}
