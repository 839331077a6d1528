package dev.spoor.storage.block;

import java.util.Arrays;

/// Rows of a row group, as ranges in ascending order that do not touch. Immutable.
final class Rows {

  static final Rows NONE = new Rows(new long[0], 0);

  /// Begin and end of each range.
  private final long[] bounds;

  private final int size;

  private Rows(long[] bounds, int size) {
    this.bounds = bounds;
    this.size = size;
  }

  /// The rows `[from, to)`.
  static Rows between(long from, long to) {
    return from < to ? new Rows(new long[] {from, to}, 2) : NONE;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int ranges() {
    return size / 2;
  }

  long from(int range) {
    return bounds[2 * range];
  }

  long to(int range) {
    return bounds[2 * range + 1];
  }

  long count() {
    long count = 0;
    for (int i = 0; i < size; i += 2) {
      count += bounds[i + 1] - bounds[i];
    }
    return count;
  }

  Rows and(Rows other) {
    Builder both = new Builder();
    int i = 0;
    int j = 0;
    while (i < size && j < other.size) {
      both.add(
          Math.max(bounds[i], other.bounds[j]), Math.min(bounds[i + 1], other.bounds[j + 1]));
      if (bounds[i + 1] < other.bounds[j + 1]) {
        i += 2;
      } else {
        j += 2;
      }
    }
    return both.build();
  }

  Rows or(Rows other) {
    Builder either = new Builder();
    int i = 0;
    int j = 0;
    while (i < size || j < other.size) {
      if (j == other.size || (i < size && bounds[i] <= other.bounds[j])) {
        either.add(bounds[i], bounds[i + 1]);
        i += 2;
      } else {
        either.add(other.bounds[j], other.bounds[j + 1]);
        j += 2;
      }
    }
    return either.build();
  }

  /// The same rows, and those of gaps that are shorter than `gap`.
  Rows bridged(long gap) {
    Builder bridged = new Builder();
    for (int i = 0; i < size; i += 2) {
      bridged.addOver(bounds[i], bounds[i + 1], gap);
    }
    return bridged.build();
  }

  /// Puts ranges together that come by their begin.
  static final class Builder {
    private long[] bounds = new long[16];
    private int size;

    /// Adds `[from, to)`; nothing when that is empty.
    void add(long from, long to) {
      addOver(from, to, 1);
    }

    private void addOver(long from, long to, long gap) {
      if (from >= to) {
        return;
      }
      if (size > 0 && from < bounds[size - 1] + gap) {
        bounds[size - 1] = Math.max(bounds[size - 1], to);
        return;
      }
      if (size == bounds.length) {
        bounds = Arrays.copyOf(bounds, 2 * size);
      }
      bounds[size++] = from;
      bounds[size++] = to;
    }

    Rows build() {
      return size == 0 ? NONE : new Rows(bounds, size);
    }
  }
}
