package dev.spoor.storage.parquet;

import java.util.List;

/// A horizontal slice of a file.
///
/// @param chunks one for each leaf, in their order
public record RowGroup(int index, long rows, List<Chunk> chunks) {
  public RowGroup {
    chunks = List.copyOf(chunks);
  }
}
