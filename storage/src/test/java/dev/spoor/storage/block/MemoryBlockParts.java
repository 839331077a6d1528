package dev.spoor.storage.block;

import dev.spoor.storage.parquet.ParquetFooter;
import dev.spoor.storage.parquet.RangeReader;
import java.io.IOException;
import java.util.Optional;

/// The files of a block as arrays.
public record MemoryBlockParts(
    String name,
    byte[] content,
    ParquetFooter footer,
    byte[][] blooms,
    Optional<RowGroupIndex> index)
    implements BlockParts {

  public static MemoryBlockParts of(
      String name, byte[] content, byte[][] blooms, Optional<RowGroupIndex> index)
      throws IOException {
    ParquetFooter footer = ParquetFooter.read(RangeReader.of(content), name, 0);
    return new MemoryBlockParts(name, content, footer, blooms, index);
  }

  @Override
  public RangeReader data() {
    return RangeReader.of(content);
  }

  @Override
  public byte[] bloom(int shard) {
    return blooms[shard];
  }
}
