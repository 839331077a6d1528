package dev.spoor.storage.block;

import java.io.IOException;

/// Where the parts of a block go while it is built. They come in the order in which they must
/// become visible: data.parquet and `spoor-index` piece by piece, the bloom shards, the index, the meta last.
public interface BlockSink {

  /// The next bytes of data.parquet, which may change after the call.
  void data(byte[] bytes, int offset, int length) throws IOException;

  /// The next bytes of the file `spoor-index`, which may change after the call. They come while
  /// data.parquet does.
  void spoorIndex(byte[] bytes, int offset, int length) throws IOException;

  void bloom(int shard, byte[] bytes) throws IOException;

  void index(byte[] bytes) throws IOException;

  /// The meta.json; with it the block is whole.
  void meta(byte[] bytes) throws IOException;
}
