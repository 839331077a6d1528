package dev.spoor.storage.block;

import dev.spoor.storage.columns.ConditionTest;
import dev.spoor.storage.parquet.ByteStrings;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.traceql.fetch.Pace;
import dev.spoor.traceql.fetch.QueryStoppedException;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which strings of a column in one row group satisfy a comparison: decided once for each entry of
/// the dictionary, or for each value where there is no dictionary.
///
/// A cheap comparison is decided for the whole dictionary at once, which tells whether the row
/// group can be left out; an expensive one over a large dictionary only for entries that come up.
final class StringHits {

  private static final int SMALL_DICTIONARY = 4096;

  private static final byte HOLDS = 1;
  private static final byte FAILS = 2;

  private final ConditionTest test;
  private final @Nullable ByteStrings dictionary;
  private final byte[] known;
  private final boolean decided;
  private final boolean none;
  private final int only;
  private final Pace pace = new Pace();

  private StringHits(
      ConditionTest test,
      @Nullable ByteStrings dictionary,
      byte[] known,
      boolean decided,
      boolean none,
      int only) {
    this.test = test;
    this.dictionary = dictionary;
    this.known = known;
    this.decided = decided;
    this.none = none;
    this.only = only;
  }

  static StringHits of(ColumnCursor column, ConditionTest test) throws IOException {
    Optional<byte[]> onlyString = test.onlyString();
    if (onlyString.isPresent() && column.surelyLacks(onlyString.get())) {
      return new StringHits(test, null, new byte[0], true, true, -1);
    }
    ByteStrings dictionary = column.dictionary();
    if (dictionary == null) {
      return new StringHits(test, null, new byte[0], false, false, -1);
    }
    Optional<byte[]> only = dictionary.isDistinct() ? onlyString : Optional.empty();
    if (only.isPresent()) {
      int id = dictionary.find(only.get());
      return new StringHits(test, dictionary, new byte[0], true, id < 0, id);
    }
    byte[] known = new byte[dictionary.size()];
    if (test.isExpensive() && known.length > SMALL_DICTIONARY) {
      return new StringHits(test, dictionary, known, false, false, -1);
    }
    int hits = 0;
    int last = -1;
    Pace pace = new Pace();
    for (int id = 0; id < known.length; id++) {
      pace.step(dictionary.length(id));
      boolean holds = test.string(dictionary.data(), dictionary.start(id), dictionary.length(id));
      known[id] = holds ? HOLDS : FAILS;
      if (holds) {
        hits++;
        last = id;
      }
    }
    return new StringHits(test, dictionary, known, true, hits == 0, hits == 1 ? last : -1);
  }

  /// Whether it is sure that no value of the row group satisfies the comparison.
  boolean none() {
    return none;
  }

  /// The only dictionary id that satisfies it, or -1 when there may be others.
  int only() {
    return only;
  }

  /// Whether a value (by its index in the column) satisfies the comparison.
  boolean test(ColumnCursor column, int value) throws QueryStoppedException {
    if (dictionary == null) {
      ByteStrings strings = column.strings();
      int id = column.id(value);
      pace.step(strings.length(id));
      return test.string(strings.data(), strings.start(id), strings.length(id));
    }
    return testId(column.ids()[value]);
  }

  private boolean testId(int id) throws QueryStoppedException {
    if (only >= 0 || none) {
      return id == only;
    }
    byte answer = known[id];
    if (answer == 0 && dictionary != null) {
      pace.step(dictionary.length(id));
      answer =
          test.string(dictionary.data(), dictionary.start(id), dictionary.length(id))
              ? HOLDS
              : FAILS;
      known[id] = answer;
    }
    return answer == HOLDS;
  }

  /// Whether some value of the window may satisfy the comparison; looks at ids alone.
  boolean anyIn(ColumnCursor column) {
    if (none) {
      return false;
    }
    if (dictionary == null || !decided) {
      return true;
    }
    int[] ids = column.ids();
    int end = column.endValue();
    if (only >= 0) {
      for (int i = column.firstValue(); i < end; i++) {
        if (ids[i] == only) {
          return true;
        }
      }
      return false;
    }
    for (int i = column.firstValue(); i < end; i++) {
      if (known[ids[i]] == HOLDS) {
        return true;
      }
    }
    return false;
  }
}
