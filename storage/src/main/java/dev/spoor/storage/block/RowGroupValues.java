package dev.spoor.storage.block;

import dev.spoor.storage.columns.ConditionTest;
import dev.spoor.storage.parquet.ByteStrings;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.Pace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Which rows of one row group hold which values of generic attributes, by the file `spoor-index`.
/// One thread at a time.
final class RowGroupValues {

  /// With more strings that match, columns are scanned.
  private static final int MOST_STRINGS = 64;

  private final ValueIndex index;
  private final int rowGroup;

  /// The distinct strings of the generic lists of the row group.
  interface Strings {
    /// Null when they are not known.
    @Nullable ByteStrings dictionary() throws IOException;
  }

  RowGroupValues(ValueIndex index, int rowGroup) {
    this.index = index;
    this.rowGroup = rowGroup;
  }

  /// Rows outside of which no generic attribute satisfies a comparison, or null when the index does
  /// not tell.
  @Nullable Rows rows(BlockColumns.Owner owner, String name, ConditionTest test, Strings strings)
      throws IOException {
    Condition condition = test.condition();
    for (Value operand : condition.operands()) {
      if (operand instanceof Value.Bool) {
        return null;
      }
    }
    ValueIndex.Section section = index.section(rowGroup, owner, name);
    if (section == null) {
      return null;
    }
    return switch (condition.operator()) {
      case EQUAL, IN -> ofOperands(condition, section);
      case REGEX, CONTAINS -> ofStrings(section, strings, test);
      case LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, NOT_EQUAL -> null;
      case NOT_REGEX, EXISTS, MISSING -> null;
    };
  }

  /// All spans of which an attribute is a number that satisfies a comparison, or null when the
  /// index does not tell.
  NumberPlaces.@Nullable Found numbers(String name, ConditionTest.Numbers test) throws IOException {
    NumberPlaces places = index.numbers(rowGroup, name);
    try {
      return places == null ? null : places.satisfying(test);
    } catch (IndexOutOfBoundsException e) {
      index.damaged(e);
      return null;
    }
  }

  private static Rows ofOperands(Condition condition, ValueIndex.Section section) {
    Rows rows = Rows.NONE;
    for (Value operand : condition.operands()) {
      rows =
          switch (operand) {
            case Value.Str(String text) -> {
              byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
              yield rows.or(section.rows(ValueHash.ofString(bytes, 0, bytes.length)));
            }
            case Value.Int(long number) -> rows.or(section.rows(ValueHash.ofInt(number)));
            case Value.Float(double number) ->
                rows.or(section.rows(ValueHash.ofDouble(Double.doubleToRawLongBits(number))));
            case Value.Nil _, Value.Bool _, Value.Duration _, Value.Status _ -> rows;
            case Value.Kind _, Value.Array _, Value.Opaque _ -> rows;
          };
    }
    return rows;
  }

  /// Of the strings of the row group's dictionary only those are compared that the attribute has.
  private static @Nullable Rows ofStrings(
      ValueIndex.Section section, Strings strings, ConditionTest test) throws IOException {
    ByteStrings dictionary = strings.dictionary();
    if (dictionary == null) {
      return null;
    }
    Rows rows = Rows.NONE;
    int found = 0;
    Pace pace = new Pace();
    for (int id = 0; id < dictionary.size(); id++) {
      int start = dictionary.start(id);
      int length = dictionary.length(id);
      pace.step(length);
      long hash = ValueHash.ofString(dictionary.data(), start, length);
      if (section.has(hash) && test.string(dictionary.data(), start, length)) {
        if (++found > MOST_STRINGS) {
          return null;
        }
        rows = rows.or(section.rows(hash));
      }
    }
    return rows;
  }
}
