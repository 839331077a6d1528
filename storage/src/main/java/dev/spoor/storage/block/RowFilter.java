package dev.spoor.storage.block;

import dev.spoor.storage.columns.ConditionTest;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.Leaf;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.FetchRequest;
import java.io.IOException;

/// Tells which rows of a row group may satisfy a request, by the index of values and by the ids in
/// pages, before columns are decoded.
final class RowFilter {

  private final RowWindow window;
  private final BlockColumns columns;
  private final BlockMatcher matcher;

  RowFilter(RowWindow window, BlockMatcher matcher) {
    this.window = window;
    this.columns = window.columns();
    this.matcher = matcher;
  }

  /// Of the rows `[from, to)` those that may have a span that is wanted; no other has one.
  Rows candidates(FetchRequest request, long from, long to) throws IOException {
    Rows all = Rows.between(from, to);
    if (request.conditions().isEmpty()) {
      return all;
    }
    Rows candidates = request.allConditions() ? all : Rows.NONE;
    for (Condition condition : request.conditions()) {
      if (request.allConditions()) {
        candidates = of(condition, candidates);
        if (candidates.isEmpty()) {
          return candidates;
        }
      } else {
        candidates = candidates.or(of(condition, all));
        if (candidates.count() == to - from) {
          return candidates;
        }
      }
    }
    return candidates;
  }

  private Rows of(Condition condition, Rows within) throws IOException {
    return switch (condition.operator()) {
      case MISSING, EXISTS -> within;
      default ->
          switch (condition.field()) {
            case Field.Attribute(Scope scope, String name) ->
                switch (scope) {
                  case SPAN -> of(BlockColumns.Owner.SPAN, name, condition, within);
                  case RESOURCE -> of(BlockColumns.Owner.RESOURCE, name, condition, within);
                  case ANY ->
                      of(BlockColumns.Owner.SPAN, name, condition, within)
                          .or(of(BlockColumns.Owner.RESOURCE, name, condition, within));
                  case EVENT -> of(BlockColumns.Owner.EVENT, name, condition, within);
                  case INSTRUMENTATION, LINK -> within;
                };
            case Field.Intrinsic intrinsic -> of(intrinsic, condition, within);
          };
    };
  }

  private Rows of(Field.Intrinsic field, Condition condition, Rows within) throws IOException {
    Leaf leaf =
        switch (field) {
          case NAME -> columns.name;
          case EVENT_NAME -> columns.eventName;
          case ROOT_NAME -> columns.rootName;
          default -> null;
        };
    return leaf == null ? within : withOnlyString(leaf, matcher.test(condition), within);
  }

  private Rows of(BlockColumns.Owner owner, String name, Condition condition, Rows within)
      throws IOException {
    ConditionTest test = matcher.test(condition);
    Rows rows = Rows.NONE;
    for (BlockColumns.Fixed column : columns.attributes(owner).fixed(name)) {
      if (column.leaf().type().isBytes()) {
        rows = test.wantsStrings() ? rows.or(withOnlyString(column.leaf(), test, within)) : rows;
      } else if (!test.attributeInts().isEmpty()) {
        return within;
      }
    }
    return matcher.mayHoldGeneric(owner, name, condition)
        ? rows.or(generic(owner, name, test, within))
        : rows;
  }

  private Rows generic(BlockColumns.Owner owner, String name, ConditionTest test, Rows within)
      throws IOException {
    Rows indexed = matcher.indexedRows(owner, name, test);
    if (indexed != null) {
      return indexed.and(within);
    }
    Leaf strings = columns.attributes(owner).strings();
    boolean onlyStrings =
        !columns.attributes(owner).message()
            && columns.attributes(owner).isArray() != null
            && test.condition().operands().stream().allMatch(Value.Str.class::isInstance);
    return strings != null && onlyStrings ? withOnlyString(strings, test, within) : within;
  }

  /// By the ids in pages, when one entry of the dictionary is all that matters.
  private Rows withOnlyString(Leaf leaf, ConditionTest test, Rows within) throws IOException {
    StringHits hits = matcher.hits(leaf, test);
    if (hits.none()) {
      return Rows.NONE;
    }
    if (hits.only() < 0) {
      return within;
    }
    ColumnCursor column = window.cursor(leaf);
    Rows.Builder found = new Rows.Builder();
    for (int range = 0; range < within.ranges(); range++) {
      long[] bounds = column.rowsWithId(within.from(range), within.to(range), hits.only());
      for (int i = 0; i < bounds.length; i += 2) {
        found.add(bounds[i], bounds[i + 1]);
      }
    }
    return found.build();
  }
}
