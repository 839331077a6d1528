package dev.spoor.storage.columns;

import java.io.IOException;

/// A batch of which columns are read when they are needed. One thread at a time.
public interface LazyColumns {

  /// The batch with at least these groups of columns; others are empty or not. What was returned
  /// before stays as it was.
  ///
  /// @throws IOException naming what can't be read
  SpanColumns with(ColumnGroup... groups) throws IOException;

  /// How many attribute values of type [ValueType#OTHER] there are; may be asked before any column
  /// was read.
  long otherValues();

  /// Whether it is sure, from what is in memory, that a string is nowhere in the batch: neither as
  /// a name nor as a value.
  default boolean surelyLacks(byte[] string) {
    return false;
  }

  /// Bytes read from disk so far.
  long bytesRead();

  /// Sections read from disk so far.
  long sectionsRead();

  /// A batch that is in memory.
  static LazyColumns of(SpanColumns columns) {
    return new LazyColumns() {
      @Override
      public SpanColumns with(ColumnGroup... groups) {
        return columns;
      }

      @Override
      public long otherValues() {
        return Long.MAX_VALUE; // not counted
      }

      @Override
      public long bytesRead() {
        return 0;
      }

      @Override
      public long sectionsRead() {
        return 0;
      }
    };
  }
}
