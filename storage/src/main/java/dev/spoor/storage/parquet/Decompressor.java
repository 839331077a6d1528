package dev.spoor.storage.parquet;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.lz4.Lz4JavaDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

/// Decompresses pages, with contexts that are worth keeping. One thread at a time.
final class Decompressor implements AutoCloseable {

  private @Nullable ZstdDecompressCtx zstd;

  /// Decompresses into the first `length` bytes of `target`, exactly.
  void decompress(Codec codec, byte[] source, int offset, int size, byte[] target, int length)
      throws IOException {
    int written =
        switch (codec) {
          case UNCOMPRESSED -> copy(source, offset, size, target, length);
          case SNAPPY -> snappy(source, offset, size, target, length);
          case GZIP -> gzip(source, offset, size, target, length);
          case ZSTD -> zstd(source, offset, size, target, length);
          case LZ4_RAW -> lz4(source, offset, size, target, length);
          case OTHER -> throw new MalformedException("a codec that is not supported");
        };
    if (written != length) {
      throw new MalformedException(
          "%s gives %d bytes, the page header says %d".formatted(codec, written, length));
    }
  }

  @Override
  public void close() {
    if (zstd != null) {
      zstd.close();
      zstd = null;
    }
  }

  private static int copy(byte[] source, int offset, int size, byte[] target, int length) {
    if (size == length) {
      System.arraycopy(source, offset, target, 0, length);
    }
    return size;
  }

  private static int snappy(byte[] source, int offset, int size, byte[] target, int length)
      throws IOException {
    int promised = Snappy.uncompressedLength(source, offset, size);
    if (promised != length) {
      return promised;
    }
    return Snappy.uncompress(source, offset, size, target, 0);
  }

  private static int gzip(byte[] source, int offset, int size, byte[] target, int length)
      throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(source, offset, size))) {
      int read = in.readNBytes(target, 0, length);
      return read == length && in.read() >= 0 ? length + 1 : read;
    }
  }

  private int zstd(byte[] source, int offset, int size, byte[] target, int length)
      throws MalformedException {
    if (zstd == null) {
      zstd = new ZstdDecompressCtx();
    }
    try {
      return zstd.decompressByteArray(target, 0, length, source, offset, size);
    } catch (ZstdException e) {
      throw new MalformedException("ZSTD: " + e.getMessage());
    }
  }

  private static int lz4(byte[] source, int offset, int size, byte[] target, int length)
      throws MalformedException {
    try {
      return new Lz4JavaDecompressor().decompress(source, offset, size, target, 0, length);
    } catch (MalformedInputException e) {
      throw new MalformedException("LZ4_RAW: " + e.getMessage());
    }
  }
}
