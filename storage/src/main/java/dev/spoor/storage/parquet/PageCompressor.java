package dev.spoor.storage.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.xerial.snappy.Snappy;

/// Compresses pages, one at a time, with contexts that are kept. One thread at a time.
final class PageCompressor implements AutoCloseable {

  private final ZstdCompressCtx zstd = new ZstdCompressCtx();

  PageCompressor(int zstdLevel) {
    zstd.setLevel(zstdLevel);
  }

  /// Adds the compressed form of a range to `to`.
  void compress(PageCodec codec, byte[] source, int offset, int length, PageBytes to) {
    switch (codec) {
      case NONE -> to.add(source, offset, length);
      case SNAPPY -> {
        to.room(Snappy.maxCompressedLength(length));
        to.grown(snappy(source, offset, length, to));
      }
      case ZSTD -> {
        int room = Math.toIntExact(Zstd.compressBound(length));
        to.room(room);
        to.grown(zstd.compressByteArray(to.data(), to.size(), room, source, offset, length));
      }
    }
  }

  private static int snappy(byte[] source, int offset, int length, PageBytes to) {
    try {
      return Snappy.compress(source, offset, length, to.data(), to.size());
    } catch (IOException e) {
      throw new UncheckedIOException("snappy refused a page of " + length + " bytes", e);
    }
  }

  @Override
  public void close() {
    zstd.close();
  }
}
