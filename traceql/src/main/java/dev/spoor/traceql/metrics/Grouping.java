package dev.spoor.traceql.metrics;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.ValueColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Numbers the combinations of values that spans have.
final class Grouping {

  private static final int LATEST = 64;

  private final int[] groupOf;
  private List<List<Value>> groups = List.of(List.of());

  /// @param columns by which spans are told apart; without any, all are one group
  Grouping(List<ValueColumn> columns, OrdinalSet spans, int size) {
    groupOf = new int[size];
    for (ValueColumn column : columns) {
      split(column, spans);
    }
  }

  int groupOf(int span) {
    return groupOf[span];
  }

  int count() {
    return groups.size();
  }

  List<Value> values(int group) {
    return groups.get(group);
  }

  /// Every group falls apart by the values of one more column.
  private void split(ValueColumn column, OrdinalSet spans) {
    List<List<Value>> before = groups;
    Map<Value, Integer> numbers = new HashMap<>();
    List<Value> values = new ArrayList<>();
    int[] ofString = new int[column.stringIds()];
    Arrays.fill(ofString, -1);
    Map<Long, Integer> pairs = new HashMap<>();
    List<List<Value>> after = new ArrayList<>();
    // By the lowest bits of a pair, what came last; spares asking the map.
    long[] latest = new long[LATEST];
    Arrays.fill(latest, -1);
    int[] latestGroups = new int[LATEST];
    long lastPair = -1;
    int lastGroup = -1;
    // By the number of a value, its group and 1.
    int[] ofNumber = new int[LATEST];
    boolean isDense = spans.cardinality() == groupOf.length;
    ValueColumn.Type uniform = column.uniformType();
    for (int span = spans.next(0); span >= 0; ) {
      ValueColumn.Type type = uniform == null ? column.type(span) : uniform;
      int number;
      if (type == ValueColumn.Type.STRING) {
        int string = column.stringId(span);
        if (ofString[string] < 0) {
          ofString[string] = number(column.at(span), numbers, values);
        }
        number = ofString[string];
      } else {
        number = number(column.at(span), numbers, values);
      }
      int end = Math.min(groupOf.length, column.sameUntil(span));
      if (isDense && before.size() == 1) {
        // All of the run are in the one group, and so they stay together.
        if (ofNumber.length <= number) {
          ofNumber = Arrays.copyOf(ofNumber, 2 * (number + 1));
        }
        if (ofNumber[number] == 0) {
          after.add(combined(before.getFirst(), values.get(number)));
          ofNumber[number] = after.size();
        }
        Arrays.fill(groupOf, span, end, ofNumber[number] - 1);
        span = end < groupOf.length ? end : -1;
        continue;
      }
      int next = span;
      while (next >= 0 && next < end) {
        int group = groupOf[next];
        long pair = ((long) group << 32) | number;
        if (pair != lastPair) {
          lastPair = pair;
          lastGroup =
              latest[(int) pair & (LATEST - 1)] == pair
                  ? latestGroups[(int) pair & (LATEST - 1)]
                  : pairs.computeIfAbsent(
                      pair,
                      _ -> {
                        after.add(combined(before.get(group), values.get(number)));
                        return after.size() - 1;
                      });
          latest[(int) pair & (LATEST - 1)] = pair;
          latestGroups[(int) pair & (LATEST - 1)] = lastGroup;
        }
        groupOf[next] = lastGroup;
        next = spans.next(next + 1);
      }
      span = next;
    }
    groups = after;
  }

  private static List<Value> combined(List<Value> group, Value value) {
    List<Value> combined = new ArrayList<>(group);
    combined.add(value);
    return combined;
  }

  private static int number(Value value, Map<Value, Integer> numbers, List<Value> values) {
    Integer known = numbers.get(value);
    if (known != null) {
      return known;
    }
    numbers.put(value, values.size());
    values.add(value);
    return values.size() - 1;
  }
}
