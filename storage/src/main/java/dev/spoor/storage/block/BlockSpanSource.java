package dev.spoor.storage.block;

import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.AttributeSource;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.FetchRequest;
import java.io.IOException;
import java.util.Optional;

/// The spans of some row groups of a block.
///
/// A row group is left out when its dictionaries show that nothing in it can satisfy the request; a
/// batch of about `spansPerBatch` spans is left out when nothing in it does; traces outside the
/// time range are left out always.
public final class BlockSpanSource implements AttributeSource {

  public static final int DEFAULT_SPANS_PER_BATCH = 16 << 10;

  private final BlockReader block;
  private final int fromRowGroup;
  private final int toRowGroup;
  private final int spansPerBatch;

  /// @param toRowGroup exclusive; row groups that the block does not have are no failure, since
  ///   some metas count one too many
  /// @param spansPerBatch how many spans a batch should have, about; at least one trace
  public BlockSpanSource(BlockReader block, int fromRowGroup, int toRowGroup, int spansPerBatch) {
    if (fromRowGroup < 0 || toRowGroup < fromRowGroup || spansPerBatch <= 0) {
      throw new IllegalArgumentException(
          "row groups %d to %d, %d spans".formatted(fromRowGroup, toRowGroup, spansPerBatch));
    }
    this.block = block;
    this.fromRowGroup = fromRowGroup;
    this.toRowGroup = toRowGroup;
    this.spansPerBatch = spansPerBatch;
  }

  /// All of a block.
  public static BlockSpanSource of(BlockReader block) {
    return new BlockSpanSource(block, 0, Integer.MAX_VALUE, DEFAULT_SPANS_PER_BATCH);
  }

  @Override
  public String name() {
    String id = "block " + block.meta().blockId();
    if (fromRowGroup == 0 && toRowGroup == Integer.MAX_VALUE) {
      return id;
    }
    return toRowGroup == fromRowGroup + 1
        ? id + " row group " + fromRowGroup
        : "%s row groups %d to %d".formatted(id, fromRowGroup, toRowGroup - 1);
  }

  @Override
  public BatchCursor fetch(FetchRequest request) throws IOException {
    return BlockCursor.over(block, fromRowGroup, toRowGroup, spansPerBatch, request);
  }

  @Override
  public Optional<Found<String>> attributeNames(Scope scope, long fromNanos, long toNanos)
      throws IOException {
    return new BlockCatalog(block, fromRowGroup, toRowGroup, fromNanos, toNanos).names(scope);
  }

  @Override
  public Optional<Found<Value>> distinctValues(Field field, long fromNanos, long toNanos)
      throws IOException {
    return new BlockCatalog(block, fromRowGroup, toRowGroup, fromNanos, toNanos).values(field);
  }
}
