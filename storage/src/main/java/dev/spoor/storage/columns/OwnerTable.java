package dev.spoor.storage.columns;

import java.util.Arrays;

/// Numbers resources or scopes by content: an attribute list and a few numbers beside it. One
/// thread at a time.
///
/// Add the entries to `lists()`, then call `end` with the numbers; an owner that was there before
/// is taken back and gives its old number.
final class OwnerTable {

  private final int width;
  private final AttributeListsBuilder lists = new AttributeListsBuilder();
  private int[] numbers;
  private int[] hashes = new int[16];

  /// Holds owner + 1, 0 is free; its length is a power of two.
  private int[] table = new int[32];

  /// @param width how many numbers belong to each owner
  OwnerTable(int width) {
    this.width = width;
    this.numbers = new int[16 * width];
  }

  AttributeListsBuilder lists() {
    return lists;
  }

  int size() {
    return lists.owners();
  }

  int end(int... ownNumbers) {
    int owner = lists.owners();
    lists.endOwner();
    if (owner == hashes.length) {
      hashes = Arrays.copyOf(hashes, owner * 2);
      numbers = Arrays.copyOf(numbers, owner * 2 * width);
    }
    System.arraycopy(ownNumbers, 0, numbers, owner * width, width);
    hashes[owner] = 31 * Arrays.hashCode(ownNumbers) + lists.hash(owner);
    int slot = slotOf(owner);
    while (table[slot] != 0) {
      int other = table[slot] - 1;
      if (same(other, owner)) {
        lists.rollback(owner);
        return other;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    table[slot] = owner + 1;
    if (lists.owners() * 2 > table.length) {
      rehash();
    }
    return owner;
  }

  /// The numbers at place `index` of all owners.
  int[] column(int index) {
    int[] column = new int[size()];
    for (int owner = 0; owner < column.length; owner++) {
      column[owner] = numbers[owner * width + index];
    }
    return column;
  }

  private boolean same(int a, int b) {
    return hashes[a] == hashes[b]
        && Arrays.equals(numbers, a * width, (a + 1) * width, numbers, b * width, (b + 1) * width)
        && lists.same(a, b);
  }

  private void rehash() {
    table = new int[table.length * 2];
    for (int owner = 0; owner < lists.owners(); owner++) {
      int slot = slotOf(owner);
      while (table[slot] != 0) {
        slot = (slot + 1) & (table.length - 1);
      }
      table[slot] = owner + 1;
    }
  }

  private int slotOf(int owner) {
    int mixed = hashes[owner] * 0x9E3779B1;
    return (mixed ^ (mixed >>> 15)) & (table.length - 1);
  }
}
