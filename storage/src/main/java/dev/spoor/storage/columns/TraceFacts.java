package dev.spoor.storage.columns;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What is known of the traces of a batch as wholes: times, root and its service. One thread at a
/// time.
final class TraceFacts {

  private static final byte[] SERVICE_NAME = utf8("service.name");
  private static final int NO_ROOT = -1;

  private final long[] starts;
  private final long[] ends;
  private int @Nullable [] roots;
  private int @Nullable [] services;

  /// @param columns with times
  TraceFacts(SpanColumns columns) {
    int traces = columns.traceCount();
    starts = new long[traces];
    ends = new long[traces];
    for (int trace = 0; trace < traces; trace++) {
      starts[trace] = columns.traceStartNanos(trace);
      ends[trace] = columns.traceEndNanos(trace);
    }
  }

  /// Earliest start of a span that has one, or 0.
  long start(int trace) {
    return starts[trace];
  }

  long end(int trace) {
    return ends[trace];
  }

  /// By trace: the string id of the root's name, or of the empty string.
  int[] rootNames(LazyColumns lazy) throws IOException {
    int[] rootOf = roots(lazy);
    SpanColumns columns = lazy.with(ColumnGroup.NAMES);
    int[] names = new int[rootOf.length];
    for (int trace = 0; trace < names.length; trace++) {
      names[trace] = rootOf[trace] == NO_ROOT ? ByteDictionary.EMPTY : columns.names[rootOf[trace]];
    }
    return names;
  }

  /// By trace: the string id of the service of the root, or of the empty string.
  int[] rootServices(LazyColumns lazy) throws IOException {
    int[] rootOf = roots(lazy);
    int[] serviceOf = services(lazy);
    SpanColumns columns = lazy.with(ColumnGroup.RESOURCES);
    int[] names = new int[rootOf.length];
    for (int trace = 0; trace < names.length; trace++) {
      names[trace] =
          rootOf[trace] == NO_ROOT
              ? ByteDictionary.EMPTY
              : serviceOf[columns.resources[rootOf[trace]]];
    }
    return names;
  }

  /// By resource: the string id of its `service.name`, or of the empty string when it has none or
  /// it is not a string. The last one counts, as for every attribute that is there twice.
  int[] services(LazyColumns lazy) throws IOException {
    int[] known = services;
    if (known == null) {
      SpanColumns columns = lazy.with(ColumnGroup.STRINGS, ColumnGroup.RESOURCES);
      known = new int[columns.resourceCount()];
      int key = columns.strings.find(SERVICE_NAME);
      AttributeLists lists = columns.resourceAttributes;
      for (int resource = 0; key >= 0 && resource < known.length; resource++) {
        for (int entry = lists.first(resource); entry < lists.end(resource); entry++) {
          if (lists.key(entry) == key) {
            known[resource] =
                lists.type(entry) == ValueType.STRING
                    ? (int) lists.value(entry)
                    : ByteDictionary.EMPTY;
          }
        }
      }
      services = known;
    }
    return known;
  }

  /// By trace: the last span without a parent, neither by id nor by a link; or `NO_ROOT`.
  private int[] roots(LazyColumns lazy) throws IOException {
    int[] known = roots;
    if (known == null) {
      SpanColumns columns = lazy.with(ColumnGroup.STRINGS, ColumnGroup.PARENTS);
      boolean parentLinks = ParentLinks.mayBeIn(columns.strings);
      if (parentLinks) {
        columns = lazy.with(ColumnGroup.LINK_ATTRIBUTES);
      }
      known = new int[columns.traceCount()];
      for (int trace = 0; trace < known.length; trace++) {
        long high = columns.traceIdHighs[trace];
        long low = columns.traceIdLows[trace];
        known[trace] = NO_ROOT;
        for (int span = columns.firstSpan(trace); span < columns.endSpan(trace); span++) {
          boolean hasParent =
              columns.hasParent(span)
                  || (parentLinks && ParentLinks.isChild(columns, span, high, low));
          if (!hasParent) {
            known[trace] = span;
          }
        }
      }
      roots = known;
    }
    return known;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
