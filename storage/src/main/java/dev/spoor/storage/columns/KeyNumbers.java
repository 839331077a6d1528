package dev.spoor.storage.columns;

import java.util.Arrays;

/// The keys of attribute entries as small numbers, in the order in which they first come, and the
/// entries in the order of these numbers.
final class KeyNumbers {

  private int[] names = new int[16];
  private int count;
  private final int[] numbers;

  /// @param keys string ids
  KeyNumbers(int[] keys, int entries) {
    numbers = new int[entries];
    int largest = 0;
    for (int i = 0; i < entries; i++) {
      largest = Math.max(largest, keys[i]);
    }
    int[] numberOf = new int[largest + 1];
    for (int i = 0; i < entries; i++) {
      int number = numberOf[keys[i]];
      if (number == 0) {
        if (count == names.length) {
          names = Arrays.copyOf(names, count * 2);
        }
        names[count++] = keys[i];
        number = count;
        numberOf[keys[i]] = number;
      }
      numbers[i] = number - 1;
    }
  }

  int count() {
    return count;
  }

  /// The string id of each number.
  int[] names() {
    return names;
  }

  /// The number of each entry's key.
  int[] numbers() {
    return numbers;
  }

  int[] order() {
    return order(numbers, count);
  }

  /// The places of `numbers` (each below `bound`) sorted by number, equal ones in their order.
  static int[] order(int[] numbers, int bound) {
    int[] next = new int[bound + 1];
    for (int number : numbers) {
      next[number + 1]++;
    }
    for (int i = 1; i <= bound; i++) {
      next[i] += next[i - 1];
    }
    int[] order = new int[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      order[next[numbers[i]]++] = i;
    }
    return order;
  }
}
