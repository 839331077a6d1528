package dev.spoor.wire.compress;

import dev.spoor.model.Bytes;
import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.deflate.DeflateNativeDecompressor;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Gzip (RFC 1952) and zlib (RFC 1950).
///
/// Nearly every gzip body is one member whose last four bytes are the size of what is in it: that
/// goes through libdeflate in one call, four times as fast as `Inflater`. Everything else does not.
final class Gzip {

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int FIXED_HEADER_BYTES = 10;
  private static final int TRAILER_BYTES = 8;
  private static final int DEFLATE = 8;
  private static final int HAS_HEADER_CRC = 1 << 1;
  private static final int HAS_EXTRA = 1 << 2;
  private static final int HAS_NAME = 1 << 3;
  private static final int HAS_COMMENT = 1 << 4;
  private static final int RESERVED_FLAGS = 0xe0;

  private static final boolean NATIVE = DeflateNativeDecompressor.isEnabled();

  /// Those that nobody uses right now; one must not be used by two threads.
  private static final Queue<DeflateNativeDecompressor> IDLE =
      new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

  private Gzip() {}

  static Bytes decode(Bytes body, int maxBytes, Room room) throws IOException {
    byte[] input = body.array();
    int data = headerEnd(input, body.offset(), body.end());
    int trailer = body.end() - TRAILER_BYTES;
    if (NATIVE && trailer >= data && !mayHaveMoreMembers(input, data, trailer)) {
      long claimed = Integer.toUnsignedLong((int) INTS.get(input, trailer + Integer.BYTES));
      if (claimed <= maxBytes && claimed <= BoundedOutput.believable(body.length())) {
        return inOneCall(input, data, trailer, BoundedOutput.taken((int) claimed, room));
      }
    }
    return memberByMember(body, maxBytes, room);
  }

  /// What the last four bytes say; of several members those of the last one. 0 when it is too short
  /// to be one.
  static long claimedBytes(Bytes body) {
    return body.length() < TRAILER_BYTES
        ? 0
        : Integer.toUnsignedLong((int) INTS.get(body.array(), body.end() - Integer.BYTES));
  }

  static Bytes decodeZlib(Bytes body, int maxBytes, Room room) throws IOException {
    BoundedOutput output = BoundedOutput.claimed(body.length() * 8L, body.length(), maxBytes, room);
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(body.array(), body.offset(), body.length());
      inflate(Compression.ZLIB, inflater, output);
      if (inflater.getRemaining() > 0) {
        throw new CorruptBodyException(
            Compression.ZLIB, inflater.getRemaining() + " bytes after its end");
      }
      return output.bytes();
    } finally {
      inflater.end();
    }
  }

  /// Looks for the beginning of a second member. It may find one that is none, by chance; then the
  /// slower way is taken for nothing.
  private static boolean mayHaveMoreMembers(byte[] input, int from, int to) {
    for (int i = from; i < to; i++) {
      if (input[i] == 0x1f && input[i + 1] == (byte) 0x8b && input[i + 2] == DEFLATE) {
        return true;
      }
    }
    return false;
  }

  private static Bytes inOneCall(byte[] input, int data, int trailer, int size)
      throws CorruptBodyException {
    byte[] output = new byte[size];
    DeflateNativeDecompressor idle = IDLE.poll();
    DeflateNativeDecompressor decompressor = idle == null ? new DeflateNativeDecompressor() : idle;
    try {
      int written = decompressor.decompress(input, data, trailer - data, output, 0, size);
      checkTrailer(input, trailer, output, 0, written);
    } catch (MalformedInputException e) {
      throw new CorruptBodyException(
          Compression.GZIP, "the data is damaged, or not as long as its end says", e);
    } finally {
      IDLE.offer(decompressor);
    }
    return Bytes.of(output);
  }

  private static Bytes memberByMember(Bytes body, int maxBytes, Room room) throws IOException {
    byte[] input = body.array();
    BoundedOutput output = BoundedOutput.claimed(body.length() * 8L, body.length(), maxBytes, room);
    Inflater inflater = new Inflater(true);
    try {
      int next = body.offset();
      while (next < body.end()) {
        int data = headerEnd(input, next, body.end());
        int before = output.size();
        inflater.reset();
        inflater.setInput(input, data, body.end() - data);
        inflate(Compression.GZIP, inflater, output);
        int trailer = body.end() - inflater.getRemaining();
        if (inflater.getRemaining() < TRAILER_BYTES) {
          throw truncated(Compression.GZIP);
        }
        checkTrailer(input, trailer, output.array(), before, output.size() - before);
        next = trailer + TRAILER_BYTES;
      }
      return output.bytes();
    } finally {
      inflater.end();
    }
  }

  private static void inflate(Compression compression, Inflater inflater, BoundedOutput output)
      throws IOException {
    try {
      while (!inflater.finished()) {
        int written = inflateSome(inflater, output);
        if (written == 0 && !inflater.finished()) {
          throw inflater.needsDictionary()
              ? new CorruptBodyException(compression, "it needs a dictionary")
              : truncated(compression);
        }
      }
    } catch (DataFormatException e) {
      throw new CorruptBodyException(compression, String.valueOf(e.getMessage()), e);
    }
  }

  private static int inflateSome(Inflater inflater, BoundedOutput output)
      throws DataFormatException, BodyTooLargeException, NoRoomException {
    int free = output.array().length - output.size();
    if (free == 0) {
      int written = inflatePastTheEnd(inflater, output);
      if (written == 0 || inflater.finished()) {
        return written;
      }
      free = output.array().length - output.size();
    }
    int written = inflater.inflate(output.array(), output.size(), free);
    output.advance(written);
    return written;
  }

  /// A full buffer is made larger only when another byte really comes.
  private static int inflatePastTheEnd(Inflater inflater, BoundedOutput output)
      throws DataFormatException, BodyTooLargeException, NoRoomException {
    byte[] probe = new byte[1];
    int written = inflater.inflate(probe);
    output.write(probe, 0, written);
    return written;
  }

  private static void checkTrailer(byte[] input, int trailer, byte[] output, int from, int size)
      throws CorruptBodyException {
    CRC32 crc = new CRC32();
    crc.update(output, from, size);
    if ((int) crc.getValue() != (int) INTS.get(input, trailer)) {
      throw new CorruptBodyException(Compression.GZIP, "its checksum does not match");
    }
    if (size != (int) INTS.get(input, trailer + Integer.BYTES)) {
      throw new CorruptBodyException(Compression.GZIP, "its length does not match");
    }
  }

  /// Where the header of a member ends and its data begins.
  private static int headerEnd(byte[] input, int start, int end) throws CorruptBodyException {
    if (end - start < FIXED_HEADER_BYTES) {
      throw truncated(Compression.GZIP);
    }
    if (input[start] != 0x1f || input[start + 1] != (byte) 0x8b) {
      throw new CorruptBodyException(Compression.GZIP, "it does not begin as gzip does");
    }
    int flags = input[start + 3];
    if (input[start + 2] != DEFLATE || (flags & RESERVED_FLAGS) != 0) {
      throw new CorruptBodyException(Compression.GZIP, "its header has unknown flags");
    }
    int at = start + FIXED_HEADER_BYTES;
    if ((flags & HAS_EXTRA) != 0) {
      if (end - at < Short.BYTES) {
        throw truncated(Compression.GZIP);
      }
      at += Short.BYTES + (input[at] & 0xff | (input[at + 1] & 0xff) << 8);
    }
    if ((flags & HAS_NAME) != 0) {
      at = afterZero(input, at, end);
    }
    if ((flags & HAS_COMMENT) != 0) {
      at = afterZero(input, at, end);
    }
    if ((flags & HAS_HEADER_CRC) != 0) {
      at += Short.BYTES;
    }
    if (at > end) {
      throw truncated(Compression.GZIP);
    }
    return at;
  }

  private static int afterZero(byte[] input, int start, int end) throws CorruptBodyException {
    for (int at = start; at < end; at++) {
      if (input[at] == 0) {
        return at + 1;
      }
    }
    throw truncated(Compression.GZIP);
  }

  private static CorruptBodyException truncated(Compression compression) {
    return new CorruptBodyException(compression, "it ends too early");
  }
}
