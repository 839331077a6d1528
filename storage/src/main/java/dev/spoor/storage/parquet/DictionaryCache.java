package dev.spoor.storage.parquet;

import dev.spoor.storage.filter.StringFilter;
import org.jspecify.annotations.Nullable;

/// Dictionaries of columns that were read lately, ready for use. Safe for many threads.
public interface DictionaryCache {

  /// Keeps nothing.
  DictionaryCache NONE =
      new DictionaryCache() {
        @Override
        public @Nullable Entry find(Key key) {
          return null;
        }

        @Override
        public void keep(Key key, Entry entry) {}

        @Override
        public @Nullable StringFilter findFilter(Key key) {
          return null;
        }

        @Override
        public void keepFilter(Key key, StringFilter filter) {}
      };

  /// Null when it is not there (any more).
  @Nullable Entry find(Key key);

  void keep(Key key, Entry entry);

  /// What tells of a dictionary which strings it lacks, in a small part of its memory: so it stays
  /// when the dictionary had to go. Null when it is not there.
  @Nullable StringFilter findFilter(Key key);

  void keepFilter(Key key, StringFilter filter);

  /// Which dictionary.
  ///
  /// @param footer of the file, the very object: another one may be of other content
  /// @param offset of the dictionary page in the file
  record Key(ParquetFooter footer, long offset) {}

  /// A dictionary page. Its strings are shared and not to be changed.
  ///
  /// @param end where the page ends in the file
  record Entry(ByteStrings strings, long end) {

    /// Bytes of heap, about.
    public long memoryBytes() {
      return strings.memoryBytes() + 64;
    }
  }
}
