package dev.spoor.storage.head;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// Unpacks zstd frames with contexts that are used again. Safe for many threads; each call has a
/// context of its own.
final class Unzstd {

  /// Contexts that lie ready; when more threads unpack at once, theirs are made and freed.
  private static final BlockingQueue<ZstdDecompressCtx> IDLE =
      new ArrayBlockingQueue<>(2 * Runtime.getRuntime().availableProcessors());

  /// The most that zstd can make of a byte: a block of four bytes stands for 128 KiB.
  private static final long LARGEST_RATIO = 32 << 10;

  private Unzstd() {}

  /// A wrong `rawLength` costs no memory.
  ///
  /// @throws IOException when the frame is damaged or does not have exactly `rawLength` bytes
  static byte[] unpack(byte[] source, int offset, int length, int rawLength) throws IOException {
    long told = Zstd.getFrameContentSize(source, offset, length);
    if ((told >= 0 && told != rawLength) || rawLength > LARGEST_RATIO * length) {
      throw new IOException("%d bytes cannot become %d".formatted(length, rawLength));
    }
    ZstdDecompressCtx idle = IDLE.poll();
    ZstdDecompressCtx context = idle == null ? new ZstdDecompressCtx() : idle;
    try {
      byte[] raw = new byte[rawLength];
      int unpacked = context.decompressByteArray(raw, 0, rawLength, source, offset, length);
      if (unpacked != rawLength) {
        throw new IOException("%d bytes instead of %d".formatted(unpacked, rawLength));
      }
      return raw;
    } catch (ZstdException e) {
      throw new IOException("zstd: " + e.getMessage(), e);
    } finally {
      if (!IDLE.offer(context)) {
        context.close();
      }
    }
  }
}
