package dev.spoor.traceql.evaluate;

import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.OrdinalSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Spans of one trace, with what was found out about them.
///
/// @param trace the trace, as an ordinal of the batch
/// @param spans ordinals of the batch, ascending, not empty; not changed any more
/// @param attributes in order of creation
public record Spanset(int trace, int[] spans, List<Attribute> attributes) {

  /// @param name canonical text of the aggregate or group, such as `by(span.x)`
  public record Attribute(String name, Value value) {}

  Spanset with(int[] otherSpans) {
    return new Spanset(trace, otherSpans, attributes);
  }

  Spanset with(String name, Value value) {
    List<Attribute> more = new ArrayList<>(attributes);
    more.add(new Attribute(name, value));
    return new Spanset(trace, spans, List.copyOf(more));
  }

  /// The spans that are in the set.
  int[] retained(OrdinalSet set) {
    int[] retained = new int[spans.length];
    int count = 0;
    for (int span : spans) {
      if (set.contains(span)) {
        retained[count] = span;
        count++;
      }
    }
    return count == spans.length ? spans : Arrays.copyOf(retained, count);
  }

  static OrdinalSet union(List<Spanset> spansets, int size) {
    OrdinalSet union = new OrdinalSet(size);
    for (Spanset spanset : spansets) {
      for (int span : spanset.spans) {
        union.add(span);
      }
    }
    return union;
  }

  /// All spans of both, each once.
  static int[] union(int[] a, int[] b) {
    int[] union = new int[a.length + b.length];
    int count = 0;
    int i = 0;
    int j = 0;
    while (i < a.length || j < b.length) {
      int next;
      if (j == b.length || (i < a.length && a[i] <= b[j])) {
        next = a[i];
        if (j < b.length && a[i] == b[j]) {
          j++;
        }
        i++;
      } else {
        next = b[j];
        j++;
      }
      union[count] = next;
      count++;
    }
    return Arrays.copyOf(union, count);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Spanset that
        && trace == that.trace
        && Arrays.equals(spans, that.spans)
        && attributes.equals(that.attributes);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * trace + Arrays.hashCode(spans)) + attributes.hashCode();
  }

  @Override
  public String toString() {
    return "Spanset[trace=" + trace + ", spans=" + spans.length + ", " + attributes + "]";
  }
}
