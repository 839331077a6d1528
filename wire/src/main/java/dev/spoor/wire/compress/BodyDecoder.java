package dev.spoor.wire.compress;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.spoor.model.Bytes;
import java.io.IOException;

/// Decompresses request bodies.
///
/// A result never has more bytes than the limit. What is allocated on the way grows with what the
/// body really holds: a size that a header claims is believed up to 64 KiB or 32 times the bytes
/// that were sent, whichever is more, and never beyond the limit. Safe for any number of threads.
public final class BodyDecoder {

  private static final int ZSTD_GROWTH = 4;

  /// How much smaller spans mostly are when they are compressed.
  private static final long USUAL_RATIO = 8;

  private BodyDecoder() {}

  /// @param maxBytes the largest result
  /// @return the body itself when it is not compressed
  /// @throws BodyTooLargeException when the result would be larger than `maxBytes`
  /// @throws CorruptBodyException when the body is not in this compression, saying why
  public static Bytes decode(Compression compression, Bytes body, int maxBytes) throws IOException {
    return decode(compression, body, maxBytes, Room.UNLIMITED);
  }

  /// As the other one, and takes room for what it allocates.
  ///
  /// @throws NoRoomException when there is none
  public static Bytes decode(Compression compression, Bytes body, int maxBytes, Room room)
      throws IOException {
    return switch (compression) {
      case NONE -> plain(body, maxBytes);
      case GZIP -> Gzip.decode(body, maxBytes, room);
      case ZLIB -> Gzip.decodeZlib(body, maxBytes, room);
      case ZSTD -> zstd(body, maxBytes, room);
      case SNAPPY -> SnappyBody.decode(body, maxBytes, room);
      case LZ4 -> Lz4Frame.decode(body, maxBytes, room);
    };
  }

  /// How many bytes a body says that it holds, without decompressing any; a guess where it says
  /// nothing. Senders may lie: only [#decode] knows.
  public static long claimedBytes(Compression compression, Bytes body) {
    if (compression == Compression.NONE || body.isEmpty()) {
      return body.length();
    }
    long claimed =
        switch (compression) {
          case GZIP -> Gzip.claimedBytes(body);
          case ZSTD -> Zstd.getFrameContentSize(body.array(), body.offset(), body.length());
          case SNAPPY -> SnappyBody.claimedBytes(body);
          case NONE, ZLIB, LZ4 -> 0;
        };
    return claimed > 0 ? claimed : body.length() * USUAL_RATIO;
  }

  private static Bytes plain(Bytes body, int maxBytes) throws BodyTooLargeException {
    if (body.length() > maxBytes) {
      throw new BodyTooLargeException(maxBytes);
    }
    return body;
  }

  /// Decompresses in one go into a buffer that is large enough, so that the size of the window,
  /// which the sender chooses, does not cost memory. A buffer that was too small is made larger.
  private static Bytes zstd(Bytes body, int maxBytes, Room room) throws IOException {
    if (body.isEmpty()) {
      throw new CorruptBodyException(Compression.ZSTD, "it is empty");
    }
    long claimed = Zstd.getFrameContentSize(body.array(), body.offset(), body.length());
    long guess = claimed > 0 ? claimed : BoundedOutput.believable(body.length()) / ZSTD_GROWTH;
    int capacity = BoundedOutput.capacity(guess, body.length(), maxBytes);
    int taken = 0;
    while (true) {
      byte[] buffer = new byte[taken + BoundedOutput.taken(capacity - taken, room)];
      taken = capacity;
      try {
        long size =
            Zstd.decompressByteArray(
                buffer, 0, capacity, body.array(), body.offset(), body.length());
        return Bytes.of(buffer, 0, (int) size);
      } catch (ZstdException e) {
        if (e.getErrorCode() != Zstd.errDstSizeTooSmall()) {
          throw new CorruptBodyException(Compression.ZSTD, String.valueOf(e.getMessage()), e);
        }
      }
      if (capacity == maxBytes) {
        throw new BodyTooLargeException(maxBytes);
      }
      capacity = (int) Math.min(maxBytes, Math.max(1L, capacity) * ZSTD_GROWTH);
    }
  }
}
