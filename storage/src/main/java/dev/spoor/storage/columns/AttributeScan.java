package dev.spoor.storage.columns;

import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.QueryStoppedException;

/// Decides a condition on the attributes of one name, for all owners of a list at once. Where an
/// owner has the name twice, it is enough that it holds for one of them, as in blocks. One thread
/// at a time.
final class AttributeScan {

  private final int key;
  private final Condition.Operator operator;
  private final DictionaryTest test;

  AttributeScan(ByteDictionary strings, int key, Condition condition) {
    this.key = key;
    this.operator = condition.operator();
    this.test = new DictionaryTest(strings, condition);
  }

  /// The owners for which the condition holds.
  OrdinalSet decide(AttributeLists lists) throws QueryStoppedException {
    OrdinalSet none = new OrdinalSet(lists.ownerCount());
    OrdinalSet absent =
        operator == Condition.Operator.MISSING ? OrdinalSet.all(lists.ownerCount()) : none;
    return decideWithDefault(lists, absent);
  }

  /// The owners for which the condition holds; those that do not have the attribute stay as they
  /// are in `absent`, which becomes the result.
  OrdinalSet decideWithDefault(AttributeLists lists, OrdinalSet absent)
      throws QueryStoppedException {
    int[] starts = lists.starts();
    int[] keys = lists.keys();
    byte[] types = lists.types();
    long[] values = lists.values();
    int entries = lists.entryCount();
    int owner = 0;
    int last = -1;
    for (int entry = 0; entry < entries; entry++) {
      if (keys[entry] == key) {
        while (starts[owner + 1] <= entry) {
          owner++;
        }
        if (holds(types[entry], values[entry])) {
          absent.add(owner);
        } else if (owner != last) {
          absent.remove(owner);
        }
        last = owner;
      }
    }
    return absent;
  }

  private boolean holds(byte type, long value) throws QueryStoppedException {
    return switch (operator) {
      case EXISTS -> true;
      case MISSING -> false;
      case EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL ->
          test.attribute(type, value);
      case REGEX, NOT_REGEX, IN, CONTAINS -> test.attribute(type, value);
    };
  }
}
