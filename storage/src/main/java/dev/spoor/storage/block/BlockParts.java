package dev.spoor.storage.block;

import dev.spoor.storage.parquet.DictionaryCache;
import dev.spoor.storage.parquet.ParquetFooter;
import dev.spoor.storage.parquet.RangeReader;
import java.io.IOException;
import java.util.Optional;

/// The objects of one block, each fetched when it is asked for; whoever implements it may cache.
/// Safe for many threads.
public interface BlockParts {

  /// data.parquet.
  RangeReader data() throws IOException;

  /// The footer of data.parquet; [ParquetFooter#read] reads it.
  ParquetFooter footer() throws IOException;

  /// The bytes of `bloom-<shard>`.
  byte[] bloom(int shard) throws IOException;

  /// The file `spoor-index`, which only blocks of ours have; empty also when it can't be used.
  default Optional<ValueIndex> values() throws IOException {
    return Optional.empty();
  }

  /// Where dictionaries are kept from one query to the next.
  default DictionaryCache dictionaries() {
    return DictionaryCache.NONE;
  }

  /// The `index` object, which not every block has.
  Optional<RowGroupIndex> index() throws IOException;
}
