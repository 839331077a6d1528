package dev.spoor.storage.block;

import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.ReadableFile;
import dev.spoor.storage.parquet.ParquetFooter;
import dev.spoor.storage.parquet.RangeReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// A block in a folder of this machine, open for reading until it is closed. The footer and the
/// bloom filter are read once and kept. Safe for many threads.
public final class DiskBlock implements BlockParts, Closeable {

  private static final int LARGEST_SMALL_FILE = 64 << 20;

  private final Disk disk;
  private final Path folder;
  private final ReadableFile file;
  private final RangeReader data;
  private final int footerSize;
  private final AtomicReferenceArray<byte @Nullable []> blooms;
  private volatile @Nullable ParquetFooter footer;
  private volatile @Nullable Optional<RowGroupIndex> index;

  /// Guarded by this.
  private @Nullable Optional<ValueIndex> values;

  /// Guarded by this.
  private @Nullable ReadableFile valuesFile;

  private DiskBlock(Disk disk, Path folder, ReadableFile file, BlockMeta meta) throws IOException {
    this.disk = disk;
    this.folder = folder;
    this.file = file;
    this.data = RangeReader.of(file);
    this.blooms = new AtomicReferenceArray<>(meta.bloomShardCount());
    this.footerSize = meta.footerSize();
  }

  /// @throws IOException when data.parquet can't be opened
  public static DiskBlock open(Disk disk, Path folder, BlockMeta meta) throws IOException {
    ReadableFile file = disk.open(folder.resolve(BlockFiles.DATA));
    try {
      return new DiskBlock(disk, folder, file, meta);
    } catch (IOException failure) {
      file.close();
      throw failure;
    }
  }

  @Override
  public RangeReader data() {
    return data;
  }

  @Override
  public ParquetFooter footer() throws IOException {
    ParquetFooter known = footer;
    if (known == null) {
      known = ParquetFooter.read(data, folder.resolve(BlockFiles.DATA).toString(), footerSize);
      footer = known;
    }
    return known;
  }

  @Override
  public byte[] bloom(int shard) throws IOException {
    byte @Nullable [] known = blooms.get(shard);
    if (known == null) {
      Path path = folder.resolve(BlockFiles.bloom(shard));
      known = Checksums.checkedBloom(read(path), path.toString());
      blooms.set(shard, known);
    }
    return known;
  }

  @Override
  public synchronized Optional<ValueIndex> values() throws IOException {
    Optional<ValueIndex> known = values;
    if (known == null) {
      Path path = folder.resolve(BlockFiles.SPOOR_INDEX);
      known = disk.exists(path) ? openValues(path) : Optional.empty();
      values = known;
    }
    return known;
  }

  private Optional<ValueIndex> openValues(Path path) throws IOException {
    ReadableFile open = disk.open(path);
    try {
      Optional<ValueIndex> opened =
          ValueIndex.open(RangeReader.of(open), path.toString(), footer(), data.size());
      valuesFile = open;
      return opened;
    } catch (IOException failure) {
      open.close();
      throw failure;
    }
  }

  @Override
  public Optional<RowGroupIndex> index() throws IOException {
    Optional<RowGroupIndex> known = index;
    if (known == null) {
      Path path = folder.resolve(BlockFiles.INDEX);
      known =
          disk.exists(path)
              ? Optional.of(RowGroupIndex.parse(read(path), path.toString()))
              : Optional.empty();
      index = known;
    }
    return known;
  }

  private byte[] read(Path path) throws IOException {
    try (ReadableFile small = disk.open(path)) {
      if (small.size() > LARGEST_SMALL_FILE) {
        throw new IOException(path + " is larger than any file of its kind");
      }
      ByteBuffer content = ByteBuffer.allocate((int) small.size());
      int read = small.read(content, 0);
      if (read < content.capacity()) {
        throw new IOException("%s ended after %d bytes".formatted(path, read));
      }
      return content.array();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    try (ReadableFile alsoClosed = valuesFile) {
      file.close();
    }
  }
}
