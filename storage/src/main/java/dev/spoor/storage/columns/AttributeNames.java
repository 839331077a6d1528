package dev.spoor.storage.columns;

import dev.spoor.traceql.Scope;
import dev.spoor.traceql.fetch.OrdinalSet;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/// Finds the names of the attributes that some spans of a batch have. One thread at a time.
final class AttributeNames {

  private final LazyColumns lazy;

  AttributeNames(LazyColumns lazy) {
    this.lazy = lazy;
  }

  Set<String> of(Scope scope, OrdinalSet spans) throws IOException {
    return switch (scope) {
      case SPAN -> names(lazy.with(ColumnGroup.SPAN_ATTRIBUTES).spanAttributes, spans);
      case RESOURCE -> {
        SpanColumns columns = lazy.with(ColumnGroup.RESOURCES);
        AttributeLists lists = columns.resourceAttributes;
        yield names(lists, ownersOf(spans, columns.resources, lists.ownerCount()));
      }
      case INSTRUMENTATION -> {
        SpanColumns columns = lazy.with(ColumnGroup.SCOPES);
        AttributeLists lists = columns.scopeAttributes;
        yield names(lists, ownersOf(spans, columns.scopes, lists.ownerCount()));
      }
      case EVENT -> {
        SpanColumns columns = lazy.with(ColumnGroup.EVENT_ATTRIBUTES);
        AttributeLists lists = columns.eventAttributes;
        yield names(lists, partsOf(spans, columns.firstEvents, lists.ownerCount()));
      }
      case LINK -> {
        SpanColumns columns = lazy.with(ColumnGroup.LINK_ATTRIBUTES);
        AttributeLists lists = columns.linkAttributes;
        yield names(lists, partsOf(spans, columns.firstLinks, lists.ownerCount()));
      }
      case ANY -> throw new IllegalArgumentException("names are asked of one scope at a time");
    };
  }

  private static OrdinalSet ownersOf(OrdinalSet spans, int[] owners, int count) {
    OrdinalSet set = new OrdinalSet(count);
    for (int span = spans.next(0); span >= 0; span = spans.next(span + 1)) {
      set.add(owners[span]);
    }
    return set;
  }

  private static OrdinalSet partsOf(OrdinalSet spans, int[] firsts, int count) {
    OrdinalSet set = new OrdinalSet(count);
    for (int span = spans.next(0); span >= 0; span = spans.next(span + 1)) {
      set.addRange(firsts[span], firsts[span + 1]);
    }
    return set;
  }

  private Set<String> names(AttributeLists lists, OrdinalSet owners) throws IOException {
    BitSet keys = new BitSet();
    for (int owner = owners.next(0); owner >= 0; owner = owners.next(owner + 1)) {
      for (int entry = lists.first(owner); entry < lists.end(owner); entry++) {
        keys.set(lists.key(entry));
      }
    }
    ByteDictionary strings = lazy.with(ColumnGroup.STRINGS).strings;
    Set<String> names = new HashSet<>();
    for (int key = keys.nextSetBit(0); key >= 0; key = keys.nextSetBit(key + 1)) {
      names.add(strings.utf8(key));
    }
    return names;
  }
}
