package dev.spoor.storage.columns;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.fetch.AttributeCatalog;
import java.io.IOException;

/// A batch whose events and links stand trace after trace and span after span, so that those of a
/// trace are a range of ordinals.
public interface TraceBatch extends AttributeCatalog {

  /// The first ordinal of a level in a trace; that of `traceCount()` is the number of ordinals.
  ///
  /// @throws IOException naming what can't be read
  int firstOf(Field.Level level, int trace) throws IOException;

  /// The owner whose elements, from `firsts[owner]` up to `firsts[owner + 1]`, include this one.
  static int ownerOf(int[] firsts, int ordinal) {
    int low = 0;
    int high = firsts.length - 2;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (firsts[middle + 1] <= ordinal) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
