package dev.spoor.storage.block;

import dev.spoor.storage.parquet.ByteStrings;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.Leaf;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.fetch.OrdinalSet;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/// Finds the names of the attributes that some spans of a window have.
///
/// When all of a row group is asked for, dictionaries answer where there are any: what is in them
/// is in the row group, and nothing else has to be read.
final class BlockNames {

  private final RowWindow window;
  private final BlockMatcher matcher;

  BlockNames(RowWindow window, BlockMatcher matcher) {
    this.window = window;
    this.matcher = matcher;
  }

  Set<String> of(Scope scope, OrdinalSet spans) throws IOException {
    return switch (scope) {
      case SPAN -> names(BlockColumns.Owner.SPAN, spans);
      case RESOURCE -> names(BlockColumns.Owner.RESOURCE, spans);
      case INSTRUMENTATION -> names(BlockColumns.Owner.SCOPE, spans);
      case EVENT -> names(BlockColumns.Owner.EVENT, spans);
      case LINK -> names(BlockColumns.Owner.LINK, spans);
      case ANY -> throw new IllegalArgumentException("names are asked of one scope at a time");
    };
  }

  private Set<String> names(BlockColumns.Owner owner, OrdinalSet spans) throws IOException {
    Set<String> names = new HashSet<>();
    LinkMessages messages = owner == BlockColumns.Owner.LINK ? matcher.linkMessages() : null;
    if (messages != null) {
      OrdinalSet links = ownersOf(owner, spans);
      for (int link = links.next(0); link >= 0; link = links.next(link + 1)) {
        messages.link(link).attributes().forEach(attribute -> names.add(attribute.key()));
      }
      return names;
    }
    boolean everything = isEverything(spans);
    BlockColumns.Attributes columns = window.columns().attributes(owner);
    Leaf key = columns.key();
    ByteStrings keys = everything && key != null ? window.cursor(key).dictionary() : null;
    if (keys != null) {
      for (int id = 0; id < keys.size(); id++) {
        names.add(keys.utf8(id));
      }
    } else if (key != null) {
      addGeneric(owner, spans, names);
    }
    for (BlockColumns.Fixed column : columns.fixed()) {
      if (!names.contains(column.name())
          && (everything ? isInRowGroup(column, owner) : isOf(column, owner, spans))) {
        names.add(column.name());
      }
    }
    return names;
  }

  private boolean isEverything(OrdinalSet spans) {
    return window.fromRow() == 0
        && window.toRow() == window.groupRows()
        && spans.cardinality() == spans.size();
  }

  private void addGeneric(BlockColumns.Owner owner, OrdinalSet spans, Set<String> names)
      throws IOException {
    GenericAttributes generic = matcher.generic(owner);
    if (generic == null) {
      return;
    }
    ColumnCursor keys = generic.keys();
    OrdinalSet owners = ownersOf(owner, spans);
    BitSet ids = new BitSet();
    for (int of = owners.next(0); of >= 0; of = owners.next(of + 1)) {
      for (int attribute = generic.first(of); attribute < generic.end(of); attribute++) {
        int id = keys.id(attribute);
        if (keys.hasDictionary()) {
          ids.set(id);
        } else {
          names.add(keys.strings().utf8(id));
        }
      }
    }
    for (int id = ids.nextSetBit(0); id >= 0; id = ids.nextSetBit(id + 1)) {
      names.add(keys.strings().utf8(id));
    }
  }

  private boolean isInRowGroup(BlockColumns.Fixed column, BlockColumns.Owner owner)
      throws IOException {
    Leaf leaf = column.leaf();
    ByteStrings strings = leaf.type().isBytes() ? window.cursor(leaf).dictionary() : null;
    if (strings == null) {
      return isOf(column, owner, OrdinalSet.all(window.spans()));
    }
    for (int id = 0; id < strings.size(); id++) {
      if (!column.emptyIsAbsent() || strings.length(id) > 0) {
        return true;
      }
    }
    return false;
  }

  private boolean isOf(BlockColumns.Fixed column, BlockColumns.Owner owner, OrdinalSet spans)
      throws IOException {
    OrdinalSet present = new OrdinalSet(window.owners(owner));
    ColumnScan.present(
        window.column(column.leaf()), owner.level(), column.emptyIsAbsent(), present);
    return !present.isEmpty() && !present.and(ownersOf(owner, spans)).isEmpty();
  }

  /// Whose attributes are those of the spans.
  private OrdinalSet ownersOf(BlockColumns.Owner owner, OrdinalSet spans) throws IOException {
    return switch (owner) {
      case SPAN -> spans;
      case RESOURCE -> above(spans, window.firstSpansOfResources());
      case SCOPE -> above(spans, window.firstSpansOfScopes());
      case EVENT -> below(spans, window.firstEvents(), matcher.count(Field.Level.EVENT));
      case LINK -> below(spans, matcher.firstLinks(), matcher.count(Field.Level.LINK));
    };
  }

  private static OrdinalSet above(OrdinalSet spans, int[] firsts) {
    OrdinalSet owners = new OrdinalSet(firsts.length - 1);
    for (int owner = 0; owner + 1 < firsts.length; owner++) {
      if (spans.intersects(firsts[owner], firsts[owner + 1])) {
        owners.add(owner);
      }
    }
    return owners;
  }

  private static OrdinalSet below(OrdinalSet spans, int[] firsts, int count) {
    OrdinalSet parts = new OrdinalSet(count);
    for (int span = spans.next(0); span >= 0; span = spans.next(span + 1)) {
      parts.addRange(firsts[span], firsts[span + 1]);
    }
    return parts;
  }
}
