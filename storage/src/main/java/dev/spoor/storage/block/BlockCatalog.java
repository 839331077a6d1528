package dev.spoor.storage.block;

import dev.spoor.storage.parquet.ByteStrings;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.Leaf;
import dev.spoor.storage.parquet.ParquetFooter;
import dev.spoor.storage.parquet.ReadCost;
import dev.spoor.storage.parquet.RowGroup;
import dev.spoor.storage.parquet.RowGroupReader;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.AttributeSource.Found;
import dev.spoor.traceql.fetch.FetchCost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Tells names and values of the attributes in some row groups of a block, by their dictionaries.
final class BlockCatalog {

  private final BlockReader block;
  private final ParquetFooter footer;
  private final BlockColumns columns;
  private final List<RowGroup> groups = new ArrayList<>();
  private final ReadCost cost = new ReadCost();

  /// Of the row groups those that overlap a range of time.
  BlockCatalog(BlockReader block, int fromGroup, int toGroup, long fromNanos, long toNanos)
      throws IOException {
    this.block = block;
    this.footer = block.files().footer();
    this.columns = BlockColumns.of(footer, block.meta().dedicatedColumns());
    for (int group = fromGroup; group < Math.min(toGroup, footer.rowGroups().size()); group++) {
      try (RowWindow window = open(footer.rowGroups().get(group))) {
        if (window.groupRows() > 0
            && mayReach(window, columns.traceEnd, fromNanos, Long.MAX_VALUE)
            && mayReach(window, columns.traceStart, Long.MIN_VALUE, toNanos)) {
          groups.add(footer.rowGroups().get(group));
        }
      }
    }
  }

  private static boolean mayReach(RowWindow window, @Nullable Leaf leaf, long min, long max)
      throws IOException {
    return leaf == null
        || (min == Long.MIN_VALUE && max == Long.MAX_VALUE)
        || window.cursor(leaf).mayHold(0, 0, min, max);
  }

  private RowWindow open(RowGroup group) throws IOException {
    RowGroupReader reader =
        new RowGroupReader(
            block.files().data(), footer, group.index(), cost, block.files().dictionaries());
    return new RowWindow(reader, columns, 0, group.rows());
  }

  private FetchCost cost() {
    return new FetchCost(cost.bytesRead(), groups.size(), 0, 0, cost.pagesRead(), 0, 0, 0, 0);
  }

  Optional<Found<String>> names(Scope scope) throws IOException {
    BlockColumns.Owner owner = owner(scope);
    if (owner == BlockColumns.Owner.LINK && columns.linksMessage != null) {
      return Optional.empty();
    }
    Set<String> names = new HashSet<>();
    for (RowGroup group : groups) {
      try (RowWindow window = open(group)) {
        if (!addNames(window, columns.attributes(owner), names)) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(new Found<>(names, cost()));
  }

  /// False when the dictionaries do not tell.
  private static boolean addNames(
      RowWindow window, BlockColumns.Attributes attributes, Set<String> names) throws IOException {
    Leaf key = attributes.key();
    if (key != null) {
      ByteStrings keys = window.cursor(key).dictionary();
      if (keys == null) {
        return false;
      }
      for (int id = 0; id < keys.size(); id++) {
        names.add(keys.utf8(id));
      }
    }
    for (BlockColumns.Fixed column : attributes.fixed()) {
      if (!names.contains(column.name())) {
        Boolean isThere = isThere(window, column);
        if (isThere == null) {
          return false;
        }
        if (isThere) {
          names.add(column.name());
        }
      }
    }
    return true;
  }

  /// Null when it is not known.
  private static @Nullable Boolean isThere(RowWindow window, BlockColumns.Fixed column)
      throws IOException {
    ColumnCursor cursor = window.cursor(column.leaf());
    if (!column.leaf().type().isBytes()) {
      boolean mayBe = cursor.mayHold(0, window.groupRows(), Long.MIN_VALUE, Long.MAX_VALUE);
      return !mayBe ? Boolean.FALSE : cursor.chunk().min() != null ? Boolean.TRUE : null;
    }
    ByteStrings strings = cursor.dictionary();
    if (strings == null) {
      return null;
    }
    for (int id = 0; id < strings.size(); id++) {
      if (!column.emptyIsAbsent() || strings.length(id) > 0) {
        return true;
      }
    }
    return false;
  }

  Optional<Found<Value>> values(Field field) throws IOException {
    Set<String> texts = new TreeSet<>();
    for (RowGroup group : groups) {
      try (RowWindow window = open(group)) {
        boolean isKnown =
            switch (field) {
              case Field.Attribute(Scope scope, String name) ->
                  scope == Scope.ANY
                      ? addTexts(window, BlockColumns.Owner.SPAN, name, texts)
                          && addTexts(window, BlockColumns.Owner.RESOURCE, name, texts)
                      : addTexts(window, owner(scope), name, texts);
              case Field.Intrinsic intrinsic -> addTexts(window, intrinsic, texts);
            };
        if (!isKnown) {
          return Optional.empty();
        }
      }
    }
    Set<Value> values = new HashSet<>();
    texts.forEach(text -> values.add(new Value.Str(text)));
    return Optional.of(new Found<>(values, cost()));
  }

  /// False when the attribute is in generic lists, or is no text.
  private boolean addTexts(
      RowWindow window, BlockColumns.Owner owner, String name, Set<String> texts)
      throws IOException {
    BlockColumns.Attributes attributes = columns.attributes(owner);
    if (owner == BlockColumns.Owner.LINK && columns.linksMessage != null) {
      return false;
    }
    if (attributes.key() != null) {
      ByteStrings keys = window.cursor(attributes.key()).dictionary();
      if (keys == null || keys.find(name.getBytes(StandardCharsets.UTF_8)) >= 0) {
        return false;
      }
    }
    for (BlockColumns.Fixed column : attributes.fixed(name)) {
      if (!column.leaf().type().isBytes()) {
        if (!Boolean.FALSE.equals(isThere(window, column))) {
          return false;
        }
      } else if (!addTexts(window, column.leaf(), column.emptyIsAbsent(), texts)) {
        return false;
      }
    }
    return true;
  }

  private boolean addTexts(RowWindow window, Field.Intrinsic field, Set<String> texts)
      throws IOException {
    return switch (field) {
      case NAME -> addTexts(window, columns.name, true, texts);
      case EVENT_NAME -> addTexts(window, columns.eventName, true, texts);
      case INSTRUMENTATION_NAME -> addTexts(window, columns.scopeName, true, texts);
      case INSTRUMENTATION_VERSION -> addTexts(window, columns.scopeVersion, true, texts);
      case ROOT_NAME -> addTexts(window, columns.rootName, true, texts);
      case ROOT_SERVICE_NAME -> addTexts(window, columns.rootService, true, texts);
      default -> false;
    };
  }

  private static boolean addTexts(
      RowWindow window, @Nullable Leaf leaf, boolean exceptEmpty, Set<String> texts)
      throws IOException {
    ByteStrings strings = leaf == null ? null : window.cursor(leaf).dictionary();
    if (strings == null) {
      return leaf == null;
    }
    for (int id = 0; id < strings.size(); id++) {
      if (!exceptEmpty || strings.length(id) > 0) {
        texts.add(strings.utf8(id));
      }
    }
    return true;
  }

  private static BlockColumns.Owner owner(Scope scope) {
    return switch (scope) {
      case SPAN -> BlockColumns.Owner.SPAN;
      case RESOURCE -> BlockColumns.Owner.RESOURCE;
      case INSTRUMENTATION -> BlockColumns.Owner.SCOPE;
      case EVENT -> BlockColumns.Owner.EVENT;
      case LINK -> BlockColumns.Owner.LINK;
      case ANY -> throw new IllegalArgumentException("attributes of any scope");
    };
  }
}
