package dev.spoor.compactor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/// Blocks, or tenants, that are left alone for a while since working on them failed: an hour at
/// first, twice as long after each further failure, a day at most. Used by one thread.
final class SetAside<T> {

  private final Duration first;
  private final Duration most;
  private final InstantSource clock;
  private final Map<T, Entry> entries = new HashMap<>();

  private record Entry(int failures, Instant until) {}

  SetAside(Duration first, Duration most, InstantSource clock) {
    this.first = first;
    this.most = most;
    this.clock = clock;
  }

  /// Returns how long it is left alone now.
  Duration failed(T what) {
    int failures = entries.containsKey(what) ? entries.get(what).failures() + 1 : 1;
    Duration pause = first;
    for (int i = 1; i < failures && pause.compareTo(most) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    pause = pause.compareTo(most) < 0 ? pause : most;
    entries.put(what, new Entry(failures, clock.instant().plus(pause)));
    return pause;
  }

  void worked(T what) {
    entries.remove(what);
  }

  boolean contains(T what) {
    Entry entry = entries.get(what);
    return entry != null && clock.instant().isBefore(entry.until());
  }

  /// How many have failed, and have not worked or gone since.
  long failing(java.util.function.Predicate<T> which) {
    return entries.keySet().stream().filter(which).count();
  }

  void keepOnly(java.util.function.Predicate<T> which) {
    entries.keySet().removeIf(which.negate());
  }
}
