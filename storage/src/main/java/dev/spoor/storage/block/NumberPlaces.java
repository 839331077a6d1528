package dev.spoor.storage.block;

import dev.spoor.storage.columns.ConditionTest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Which spans of a row group have which whole numbers of one attribute, by the file `spoor-index`.
/// Immutable.
///
/// A place is a row (trace) of the row group and a span of that row, in the order of the columns;
/// together with the index of a number it is packed into a `long`, so that places are in order as
/// numbers.
final class NumberPlaces {

  /// Most different numbers of an attribute.
  static final int MOST_NUMBERS = 256;

  private static final int INDEX_BITS = 8;
  private static final int SPAN_BITS = 32;

  private static final int HEADER_BYTES = 8;
  private static final int LISTED_BYTES = 16;

  private final byte[] bytes;
  private final int listed;
  private final int unlisted;
  private final int lists;

  private NumberPlaces(byte[] bytes, int listed, int unlisted, int lists) {
    this.bytes = bytes;
    this.listed = listed;
    this.unlisted = unlisted;
    this.lists = lists;
  }

  /// Null when the bytes can't be such a section.
  static @Nullable NumberPlaces of(byte[] bytes) {
    if (bytes.length < HEADER_BYTES) {
      return null;
    }
    int listed = (int) ValueIndexFormat.INT.get(bytes, 0);
    int unlisted = (int) ValueIndexFormat.INT.get(bytes, 4);
    if (listed < 0 || unlisted < 0 || listed > MOST_NUMBERS || unlisted > MOST_NUMBERS) {
      return null;
    }
    int lists = HEADER_BYTES + LISTED_BYTES * listed + Long.BYTES * unlisted;
    return lists > bytes.length ? null : new NumberPlaces(bytes, listed, unlisted, lists);
  }

  static long place(long row, int span, int index) {
    return row << SPAN_BITS + INDEX_BITS | (long) span << INDEX_BITS | index;
  }

  static long row(long place) {
    return place >>> SPAN_BITS + INDEX_BITS;
  }

  static int span(long place) {
    return (int) (place >>> INDEX_BITS);
  }

  static int index(long place) {
    return (int) place & (1 << INDEX_BITS) - 1;
  }

  /// All spans that have a number which satisfies a comparison, or null when that can't be told:
  /// numbers that many spans have are not listed.
  ///
  /// @throws IndexOutOfBoundsException when a list does not end
  @Nullable Found satisfying(ConditionTest.Numbers test) {
    int at = HEADER_BYTES + LISTED_BYTES * listed;
    for (int i = 0; i < unlisted; i++) {
      if (test.test((long) ValueIndexFormat.LONG.get(bytes, at + Long.BYTES * i))) {
        return null;
      }
    }
    long[] numbers = new long[listed];
    long[] places = {};
    for (int i = 0; i < listed; i++) {
      int entry = HEADER_BYTES + LISTED_BYTES * i;
      numbers[i] = (long) ValueIndexFormat.LONG.get(bytes, entry);
      if (test.test(numbers[i])) {
        int count = (int) ValueIndexFormat.INT.get(bytes, entry + 8);
        int list = (int) ValueIndexFormat.INT.get(bytes, entry + 12);
        places = merged(places, list(i, count, lists + list));
      }
    }
    return new Found(places, numbers);
  }

  private long[] list(int index, int count, int from) {
    if (count < 0 || count > bytes.length / 2) {
      throw new IndexOutOfBoundsException("%d places".formatted(count));
    }
    long[] places = new long[count];
    Numbers varlongs = new Numbers(from);
    long row = 0;
    long span = 0;
    for (int i = 0; i < count; i++) {
      long rows = varlongs.next();
      span = (rows == 0 ? span : 0) + varlongs.next();
      row += rows;
      places[i] = place(row, (int) span, index);
    }
    return places;
  }

  /// Seven bits a byte, the lowest first.
  private final class Numbers {
    private int at;

    Numbers(int at) {
      this.at = at;
    }

    long next() {
      long number = 0;
      for (int shift = 0; ; shift += 7) {
        byte b = bytes[at++];
        number |= (b & 0x7FL) << shift;
        if (b >= 0) {
          return number;
        }
      }
    }
  }

  private static long[] merged(long[] a, long[] b) {
    if (a.length == 0) {
      return b;
    }
    long[] both = new long[a.length + b.length];
    int i = 0;
    int j = 0;
    for (int at = 0; at < both.length; at++) {
      boolean first = j == b.length || (i < a.length && a[i] < b[j]);
      both[at] = first ? a[i++] : b[j++];
    }
    return both;
  }

  /// Spans that have a wanted number.
  static final class Found {
    private final long[] places;
    private final long[] numbers;

    private Found(long[] places, long[] numbers) {
      this.places = places;
      this.numbers = numbers;
    }

    int count() {
      return places.length;
    }

    /// Index of the first place in this row or a later one.
    int firstIn(long row) {
      int at = Arrays.binarySearch(places, place(row, 0, 0));
      return at < 0 ? -at - 1 : at;
    }

    long row(int at) {
      return NumberPlaces.row(places[at]);
    }

    int span(int at) {
      return NumberPlaces.span(places[at]);
    }

    /// Whether it is a span before this place.
    boolean isBefore(int at, long place) {
      return places[at] >>> INDEX_BITS < place >>> INDEX_BITS;
    }

    boolean isAt(int at, long place) {
      return places[at] >>> INDEX_BITS == place >>> INDEX_BITS;
    }

    long number(int at) {
      return numbers[NumberPlaces.index(places[at])];
    }

    /// The rows that have such a span.
    Rows rows() {
      Rows.Builder rows = new Rows.Builder();
      for (long place : places) {
        rows.add(NumberPlaces.row(place), NumberPlaces.row(place) + 1);
      }
      return rows.build();
    }
  }
}
