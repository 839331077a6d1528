package dev.spoor.storage;

import dev.spoor.model.Tenant;
import dev.spoor.storage.block.BlockFiles;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockParts;
import dev.spoor.storage.block.Checksums;
import dev.spoor.storage.block.RowGroupIndex;
import dev.spoor.storage.block.ValueIndex;
import dev.spoor.storage.objectstore.ObjectNotFoundException;
import dev.spoor.storage.objectstore.ObjectStore;
import dev.spoor.storage.parquet.DictionaryCache;
import dev.spoor.storage.parquet.ParquetFooter;
import dev.spoor.storage.parquet.RangeReader;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A block in the store, for reading. Holds nothing open; keeps its footer and its index once they
/// were read. Safe for many threads.
///
/// What is missing or cut off is an [dev.spoor.storage.objectstore.ObjectStoreException] that names
/// the object.
public final class StoredBlock implements BlockParts {

  /// Far more than the shards and row groups of the largest blocks need.
  private static final int SMALL_OBJECT_LIMIT = 64 << 20;

  private final ObjectStore store;
  private final BlockCache cache;
  private final String folder;
  private final BlockMeta meta;
  private volatile @Nullable ParquetFooter footer;
  private volatile @Nullable Optional<RowGroupIndex> index;
  private volatile @Nullable Optional<ValueIndex> values;

  StoredBlock(ObjectStore store, BlockCache cache, Tenant tenant, BlockMeta meta) {
    this.store = store;
    this.cache = cache;
    this.folder = BlockStore.folder(tenant, meta.blockId());
    this.meta = meta;
  }

  public BlockMeta meta() {
    return meta;
  }

  /// Names the block in messages.
  public String name() {
    return folder + BlockFiles.DATA;
  }

  /// data.parquet. Its length comes from the meta; only where that does not tell it, the store is
  /// asked.
  @Override
  public RangeReader data() throws IOException {
    String key = folder + BlockFiles.DATA;
    return reader(key, meta.size() > 0 ? meta.size() : store.head(key).size());
  }

  @Override
  public ParquetFooter footer() throws IOException {
    ParquetFooter known = footer;
    if (known == null) {
      known = ParquetFooter.read(data(), name(), meta.footerSize());
      footer = known;
    }
    return known;
  }

  /// The bytes of one shard of the bloom filter, which nobody changes.
  @Override
  public byte[] bloom(int shard) throws IOException {
    String key = folder + BlockFiles.bloom(shard);
    return cache.get(store, key, SMALL_OBJECT_LIMIT, bytes -> Checksums.checkedBloom(bytes, key));
  }

  /// Empty when the block has none; then the row groups themselves tell.
  @Override
  public Optional<RowGroupIndex> index() throws IOException {
    Optional<RowGroupIndex> known = index;
    if (known == null) {
      known = readIndex();
      index = known;
    }
    return known;
  }

  private Optional<RowGroupIndex> readIndex() throws IOException {
    String key = folder + BlockFiles.INDEX;
    try {
      return Optional.of(RowGroupIndex.parse(cache.get(store, key, SMALL_OBJECT_LIMIT), key));
    } catch (ObjectNotFoundException none) {
      return Optional.empty();
    }
  }

  /// What is kept of it is the directory.
  @Override
  public Optional<ValueIndex> values() throws IOException {
    Optional<ValueIndex> known = values;
    if (known == null) {
      known = readValues();
      values = known;
    }
    return known;
  }

  private Optional<ValueIndex> readValues() throws IOException {
    Optional<RangeReader> file = spoorIndex();
    return file.isPresent()
        ? ValueIndex.open(file.get(), folder + BlockFiles.SPOOR_INDEX, footer(), data().size())
        : Optional.empty();
  }

  /// The file `spoor-index`; empty when the block has none.
  Optional<RangeReader> spoorIndex() throws IOException {
    String key = folder + BlockFiles.SPOOR_INDEX;
    try {
      return Optional.of(reader(key, store.head(key).size()));
    } catch (ObjectNotFoundException none) {
      return Optional.empty();
    }
  }

  @Override
  public DictionaryCache dictionaries() {
    return cache.dictionaries();
  }

  private RangeReader reader(String key, long size) {
    return new RangeReader() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public byte[] read(long offset, int length) throws IOException {
        if (offset < 0 || length < 0 || offset > size - length) {
          throw new IOException(
              "%s: bytes %d + %d are not within %d".formatted(key, offset, length, size));
        }
        return cache.read(store, key, size, offset, length);
      }
    };
  }
}
