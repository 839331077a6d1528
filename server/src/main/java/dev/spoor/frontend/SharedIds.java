package dev.spoor.frontend;

import dev.spoor.model.TraceId;
import java.util.Arrays;
import java.util.List;

/// Trace ids that more than one block has, by their hashes: now and then it says so of another one.
/// Immutable.
final class SharedIds {

  static final SharedIds NONE = new SharedIds(new long[0]);

  /// Ascending.
  private final long[] hashes;

  private SharedIds(long[] hashes) {
    this.hashes = hashes;
  }

  /// Ids do not have to be random, so both halves count in every bit.
  static long hash(TraceId id) {
    long mixed = (id.high() * 0x9E3779B97F4A7C15L) ^ id.low();
    mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
    return mixed ^ (mixed >>> 29);
  }

  /// @param blocks the hashes of each block's ids, ascending
  static SharedIds among(List<long[]> blocks) {
    Merge merge = new Merge();
    merge.all(blocks, 0, blocks.size());
    return new SharedIds(merge.shared());
  }

  boolean isEmpty() {
    return hashes.length == 0;
  }

  /// False is sure.
  boolean mayContain(TraceId id) {
    return hashes.length > 0 && Arrays.binarySearch(hashes, hash(id)) >= 0;
  }

  long bytes() {
    return 64 + 8L * hashes.length;
  }

  /// Merges ascending arrays two by two, and keeps what came twice.
  private static final class Merge {

    private long[] twice = new long[64];
    private int count;

    long[] all(List<long[]> blocks, int from, int to) {
      if (to - from == 1) {
        return blocks.get(from);
      }
      int middle = (from + to) >>> 1;
      return to == from ? new long[0] : both(all(blocks, from, middle), all(blocks, middle, to));
    }

    private long[] both(long[] a, long[] b) {
      long[] union = new long[a.length + b.length];
      int size = 0;
      int i = 0;
      int j = 0;
      while (i < a.length && j < b.length) {
        if (a[i] == b[j]) {
          keep(a[i]);
          j++;
        } else if (a[i] < b[j]) {
          union[size++] = a[i++];
        } else {
          union[size++] = b[j++];
        }
      }
      int restOfA = a.length - i;
      System.arraycopy(a, i, union, size, restOfA);
      System.arraycopy(b, j, union, size + restOfA, b.length - j);
      return Arrays.copyOf(union, size + restOfA + b.length - j);
    }

    private void keep(long hash) {
      if (count == twice.length) {
        twice = Arrays.copyOf(twice, count * 2);
      }
      twice[count++] = hash;
    }

    long[] shared() {
      return Arrays.stream(twice, 0, count).sorted().distinct().toArray();
    }
  }
}
