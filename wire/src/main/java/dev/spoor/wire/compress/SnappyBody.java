package dev.spoor.wire.compress;

import dev.spoor.model.Bytes;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.xerial.snappy.Snappy;

/// Snappy, either a single block or
/// [framed](https://github.com/google/snappy/blob/main/framing_format.txt).
final class SnappyBody {

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /// The first chunk of a framed stream. As a block it would be none, since no block begins so.
  private static final byte[] STREAM_HEADER = {(byte) 0xff, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'};

  private static final int COMPRESSED = 0x00;
  private static final int UNCOMPRESSED = 0x01;
  private static final int LAST_UNSKIPPABLE = 0x7f;
  private static final int STREAM_IDENTIFIER = 0xff;
  private static final int CHUNK_HEADER_BYTES = 4;
  private static final int CHECKSUM_BYTES = 4;
  private static final int MAX_CHUNK_BYTES = 64 << 10;
  private static final int CHECKSUM_MASK = 0xa282ead8;

  /// No block expands more: three bytes can stand for at most 64.
  private static final long MAX_RATIO = 24;

  private SnappyBody() {}

  static Bytes decode(Bytes body, int maxBytes, Room room) throws IOException {
    return isFramed(body) ? framed(body, maxBytes, room) : block(body, maxBytes, room);
  }

  /// What a block begins with; 0 when it is framed, and so says nothing of the whole, or damaged.
  static long claimedBytes(Bytes body) {
    try {
      return isFramed(body) ? 0 : claimedLength(body.array(), body.offset(), body.end());
    } catch (CorruptBodyException damaged) {
      return 0; // whoever decompresses it is told
    }
  }

  private static boolean isFramed(Bytes body) {
    int length = STREAM_HEADER.length;
    return body.length() >= length
        && Arrays.equals(
            body.array(), body.offset(), body.offset() + length, STREAM_HEADER, 0, length);
  }

  private static Bytes block(Bytes body, int maxBytes, Room room) throws IOException {
    BoundedOutput output = BoundedOutput.claimed(0, body.length(), maxBytes, room);
    appendBlock(body.array(), body.offset(), body.length(), output);
    return output.bytes();
  }

  private static void appendBlock(byte[] input, int offset, int length, BoundedOutput output)
      throws IOException {
    long claimed = claimedLength(input, offset, offset + length);
    if (claimed > length * MAX_RATIO + MAX_RATIO) {
      throw corrupt("it claims to hold " + claimed + " bytes, more than it can");
    }
    byte[] buffer = output.withRoom(claimed);
    try {
      output.advance(Snappy.uncompress(input, offset, length, buffer, output.size()));
    } catch (IOException | RuntimeException e) {
      throw new CorruptBodyException(Compression.SNAPPY, "the data is damaged", e);
    }
  }

  /// The varint that a block begins with.
  private static long claimedLength(byte[] input, int start, int end) throws CorruptBodyException {
    long length = 0;
    for (int i = 0; i < 5 && start + i < end; i++) {
      length |= (long) (input[start + i] & 0x7f) << 7 * i;
      if (input[start + i] >= 0) {
        return length;
      }
    }
    throw corrupt("it does not begin with a length");
  }

  private static Bytes framed(Bytes body, int maxBytes, Room room) throws IOException {
    byte[] input = body.array();
    BoundedOutput output = BoundedOutput.claimed(body.length() * 4L, body.length(), maxBytes, room);
    int at = body.offset();
    while (at < body.end()) {
      if (body.end() - at < CHUNK_HEADER_BYTES) {
        throw corrupt("it ends within a chunk");
      }
      int header = (int) INTS.get(input, at);
      int type = header & 0xff;
      int length = header >>> 8;
      at += CHUNK_HEADER_BYTES;
      if (length > body.end() - at) {
        throw corrupt("it ends within a chunk");
      }
      chunk(type, input, at, length, output);
      at += length;
    }
    return output.bytes();
  }

  private static void chunk(int type, byte[] input, int at, int length, BoundedOutput output)
      throws IOException {
    if (type == COMPRESSED || type == UNCOMPRESSED) {
      data(type, input, at, length, output);
    } else if (type <= LAST_UNSKIPPABLE) {
      throw corrupt("unknown chunk type " + type);
    } else if (type == STREAM_IDENTIFIER && length != STREAM_HEADER.length - CHUNK_HEADER_BYTES) {
      throw corrupt("a stream identifier of " + length + " bytes");
    }
  }

  private static void data(int type, byte[] input, int at, int length, BoundedOutput output)
      throws IOException {
    if (length < CHECKSUM_BYTES) {
      throw corrupt("a chunk without a checksum");
    }
    int before = output.size();
    int start = at + CHECKSUM_BYTES;
    if (type == COMPRESSED) {
      if (claimedLength(input, start, at + length) > MAX_CHUNK_BYTES) {
        throw corrupt("a chunk of more than 64 KiB");
      }
      appendBlock(input, start, length - CHECKSUM_BYTES, output);
    } else {
      output.write(input, start, length - CHECKSUM_BYTES);
    }
    if (checksum(output.array(), before, output.size() - before) != (int) INTS.get(input, at)) {
      throw corrupt("the checksum of a chunk does not match");
    }
  }

  private static int checksum(byte[] data, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(data, offset, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + CHECKSUM_MASK;
  }

  private static CorruptBodyException corrupt(String reason) {
    return new CorruptBodyException(Compression.SNAPPY, reason);
  }
}
