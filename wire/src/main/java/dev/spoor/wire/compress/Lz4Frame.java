package dev.spoor.wire.compress;

import dev.spoor.model.Bytes;
import io.airlift.compress.v3.xxhash.XxHash32Hasher;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The [LZ4 frame format](https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md), with blocks
/// that are independent or linked; several frames make one body. Frames with a dictionary are
/// refused.
///
/// Our own, since the library's can neither read linked blocks nor grow its output.
final class Lz4Frame {

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MAGIC = 0x184d2204;
  private static final int SKIPPABLE_MAGIC = 0x184d2a50;
  private static final int SKIPPABLE_MASK = 0xfffffff0;

  private static final int VERSION_MASK = 0xc2;
  private static final int VERSION = 0x40;
  private static final int INDEPENDENT_BLOCKS = 1 << 5;
  private static final int BLOCK_CHECKSUMS = 1 << 4;
  private static final int CONTENT_SIZE = 1 << 3;
  private static final int CONTENT_CHECKSUM = 1 << 2;
  private static final int DICTIONARY = 1;

  private static final int UNCOMPRESSED = 1 << 31;
  private static final int MIN_MATCH = 4;
  private static final int LONG_LENGTH = 15;

  private final byte[] input;
  private final int end;
  private int at;
  private final BoundedOutput output;

  private Lz4Frame(Bytes body, int maxBytes, Room room) throws NoRoomException {
    input = body.array();
    end = body.end();
    at = body.offset();
    output = BoundedOutput.claimed(body.length() * 4L, body.length(), maxBytes, room);
  }

  static Bytes decode(Bytes body, int maxBytes, Room room) throws IOException {
    Lz4Frame decoder = new Lz4Frame(body, maxBytes, room);
    do {
      decoder.frame();
    } while (decoder.at < decoder.end);
    return decoder.output.bytes();
  }

  private void frame() throws IOException {
    int magic = int32();
    if (magic == MAGIC) {
      dataFrame();
    } else if ((magic & SKIPPABLE_MASK) == SKIPPABLE_MAGIC) {
      skip(int32());
    } else {
      throw corrupt("it does not begin as an LZ4 frame does");
    }
  }

  private void dataFrame() throws IOException {
    int descriptor = at;
    int flags = int8();
    int maxBlock = maxBlockBytes(int8());
    if ((flags & VERSION_MASK) != VERSION) {
      throw corrupt("its header has unknown flags");
    }
    if ((flags & DICTIONARY) != 0) {
      throw corrupt("it needs a dictionary");
    }
    long claimed = (flags & CONTENT_SIZE) != 0 ? int64() : -1;
    int checksum = int8();
    if (checksum != (hash(input, descriptor, at - 1 - descriptor) >> 8 & 0xff)) {
      throw corrupt("the checksum of its header does not match");
    }
    int begin = output.size();
    blocks(flags, maxBlock);
    int length = output.size() - begin;
    if ((flags & CONTENT_CHECKSUM) != 0 && int32() != hash(output.array(), begin, length)) {
      throw corrupt("its checksum does not match");
    }
    if (claimed >= 0 && claimed != length) {
      throw corrupt("its length does not match");
    }
  }

  private static int maxBlockBytes(int descriptor) throws CorruptBodyException {
    int size = descriptor >> 4;
    if ((descriptor & 0x8f) != 0 || size < 4) {
      throw corrupt("its header has an unknown block size");
    }
    return 1 << 8 + 2 * size;
  }

  private void blocks(int flags, int maxBlock) throws IOException {
    int frame = output.size();
    for (int header = int32(); header != 0; header = int32()) {
      int size = header & ~UNCOMPRESSED;
      if (size > end - at || size > maxBlock) {
        throw corrupt("a block of " + size + " bytes");
      }
      int block = at;
      int before = output.size();
      if ((header & UNCOMPRESSED) != 0) {
        output.write(input, at, size);
      } else {
        boolean independent = (flags & INDEPENDENT_BLOCKS) != 0;
        block(at + size, independent ? before : frame, before + (long) maxBlock);
      }
      at = block + size;
      if ((flags & BLOCK_CHECKSUMS) != 0 && int32() != hash(input, block, size)) {
        throw corrupt("the checksum of a block does not match");
      }
    }
  }

  /// @param first where in the output the oldest byte is that a match may refer to
  /// @param limit the output has at most so many bytes after this block
  private void block(int blockEnd, int first, long limit) throws IOException {
    while (true) {
      int token = int8();
      int literals = length(token >> 4, blockEnd);
      if (literals > blockEnd - at || output.size() + (long) literals > limit) {
        throw corrupt("literals past the end of a block");
      }
      output.write(input, at, literals);
      at += literals;
      if (at == blockEnd) {
        return;
      }
      if (blockEnd - at < Short.BYTES) {
        throw corrupt("a block ends within a match");
      }
      int distance = int8() | int8() << 8;
      int match = length(token & 15, blockEnd);
      if (distance == 0
          || distance > output.size() - first
          || output.size() + (long) match + MIN_MATCH > limit) {
        throw corrupt("a match outside of the data");
      }
      copyMatch(distance, match + MIN_MATCH);
      if (at >= blockEnd) {
        throw corrupt("a block ends with a match");
      }
    }
  }

  private int length(int nibble, int blockEnd) throws CorruptBodyException {
    int length = nibble;
    if (nibble == LONG_LENGTH) {
      int more;
      do {
        if (at >= blockEnd) {
          throw corrupt("a block ends within a length");
        }
        more = int8();
        length += more;
      } while (more == 0xff);
    }
    return length;
  }

  /// The match may reach into what it is itself producing.
  private void copyMatch(int distance, int length) throws BodyTooLargeException, NoRoomException {
    byte[] buffer = output.withRoom(length);
    int to = output.size();
    if (distance >= length) {
      System.arraycopy(buffer, to - distance, buffer, to, length);
    } else {
      for (int i = 0; i < length; i++) {
        buffer[to + i] = buffer[to + i - distance];
      }
    }
    output.advance(length);
  }

  private void skip(int length) throws CorruptBodyException {
    if (length < 0 || length > end - at) {
      throw corrupt("it ends too early");
    }
    at += length;
  }

  private int int8() throws CorruptBodyException {
    skip(1);
    return input[at - 1] & 0xff;
  }

  private int int32() throws CorruptBodyException {
    skip(Integer.BYTES);
    return (int) INTS.get(input, at - Integer.BYTES);
  }

  private long int64() throws CorruptBodyException {
    return Integer.toUnsignedLong(int32()) | (long) int32() << Integer.SIZE;
  }

  private static int hash(byte[] data, int offset, int length) {
    return XxHash32Hasher.hash(data, offset, length);
  }

  private static CorruptBodyException corrupt(String reason) {
    return new CorruptBodyException(Compression.LZ4, reason);
  }
}
