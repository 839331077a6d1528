package dev.spoor.storage.block;

import dev.spoor.storage.parquet.PageBytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Gathers which spans of a row group have which whole numbers of one attribute, as long as it has
/// few different ones: status codes and the like. One thread at a time.
///
/// What it keeps is bounded: a number that many spans have is not followed further, since its
/// places are of no use.
final class NumberPlacesBuilder {

  /// An attribute with more numbers is left out.
  static final int MOST_NUMBERS = NumberPlaces.MOST_NUMBERS;

  /// Places of a number that more spans have are not listed.
  private static final int MOST_PLACES = 16 << 10;

  /// Nor are those of a number that a larger share of spans has than one of so many.
  private static final int MOST_SHARE = 16;

  private long[] numbers = new long[8];
  private int[] counts = new int[8];

  /// By hash the index of a number, and one more; 0 where there is none.
  private short[] slots = new short[32];

  private int size;

  private long[] places = new long[16];
  private int placeCount;
  private boolean leftOut;

  /// Takes a number that a span has. Spans come in the order of rows, each at most once.
  void add(long number, long row, int span) {
    if (leftOut) {
      return;
    }
    int index = index(number);
    if (index < 0) {
      leaveOut();
      return;
    }
    if (++counts[index] > MOST_PLACES) {
      return;
    }
    if (placeCount == places.length) {
      places = Arrays.copyOf(places, 2 * placeCount);
    }
    places[placeCount++] = NumberPlaces.place(row, span, index);
  }

  /// Says that the attribute has other numbers than those that were added.
  void leaveOut() {
    leftOut = true;
    places = new long[0];
    placeCount = 0;
  }

  /// The number's index, or -1 when there are too many.
  private int index(long number) {
    int slot = slotOf(number);
    if (slots[slot] != 0) {
      return slots[slot] - 1;
    }
    if (size == MOST_NUMBERS) {
      return -1;
    }
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
      slots = new short[8 * size];
      for (int i = 0; i < size; i++) {
        slots[slotOf(numbers[i])] = (short) (i + 1);
      }
      slot = slotOf(number);
    }
    numbers[size] = number;
    slots[slot] = (short) (size + 1);
    return size++;
  }

  /// Where the number is, or else is to be put.
  private int slotOf(long number) {
    int slot = (int) ValueHash.ofInt(number) & slots.length - 1;
    while (slots[slot] != 0 && numbers[slots[slot] - 1] != number) {
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }

  /// The section of the file; null when the attribute is left out, or has no number.
  @Nullable PageBytes section(long spans) {
    if (leftOut || size == 0) {
      return null;
    }
    PageBytes lists = new PageBytes(2 * placeCount);
    PageBytes listed = new PageBytes();
    PageBytes unlisted = new PageBytes();
    int listedCount = 0;
    long[] ordered = ofListed(spans);
    int from = 0;
    for (int index = 0; index < size; index++) {
      if (isListed(index, spans)) {
        listed.addLong(numbers[index]);
        listed.addInt(counts[index]);
        listed.addInt(lists.size());
        addList(ordered, from, from + counts[index], lists);
        from += counts[index];
        listedCount++;
      } else {
        unlisted.addLong(numbers[index]);
      }
    }
    PageBytes section = new PageBytes(8 + listed.size() + unlisted.size() + lists.size());
    section.addInt(listedCount);
    section.addInt(size - listedCount);
    section.add(listed);
    section.add(unlisted);
    section.add(lists);
    return section;
  }

  private boolean isListed(int index, long spans) {
    return counts[index] <= MOST_PLACES && (long) counts[index] * MOST_SHARE <= Math.max(spans, 64);
  }

  /// The places of numbers that are listed, number after number.
  private long[] ofListed(long spans) {
    int[] next = new int[size];
    int all = 0;
    for (int index = 0; index < size; index++) {
      next[index] = all;
      all += isListed(index, spans) ? counts[index] : 0;
    }
    long[] ordered = new long[all];
    for (int i = 0; i < placeCount; i++) {
      int index = NumberPlaces.index(places[i]);
      if (isListed(index, spans)) {
        ordered[next[index]++] = places[i];
      }
    }
    return ordered;
  }

  private static void addList(long[] places, int from, int end, PageBytes to) {
    long row = 0;
    int span = 0;
    for (int i = from; i < end; i++) {
      long nextRow = NumberPlaces.row(places[i]);
      int nextSpan = NumberPlaces.span(places[i]);
      to.addVarlong(nextRow - row);
      to.addVarlong(nextRow == row ? nextSpan - span : nextSpan);
      row = nextRow;
      span = nextSpan;
    }
  }
}
