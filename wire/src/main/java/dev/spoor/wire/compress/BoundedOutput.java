package dev.spoor.wire.compress;

import dev.spoor.model.Bytes;
import java.util.Arrays;

/// A buffer that grows with what is really written, up to a limit.
final class BoundedOutput {

  /// What a header claims is believed at once as far as this.
  private static final int ALWAYS_BELIEVED = 64 << 10;

  /// Beyond, so many times the size of what was really sent is believed.
  private static final int BELIEVED_RATIO = 32;

  private final int limit;
  private final Room room;
  private byte[] buffer;
  private int size;

  private BoundedOutput(int limit, int capacity, Room room) throws NoRoomException {
    this.limit = limit;
    this.room = room;
    this.buffer = new byte[taken(capacity, room)];
  }

  /// How many bytes may be allocated: those that were asked for.
  static int taken(int bytes, Room room) throws NoRoomException {
    if (!room.take(bytes)) {
      throw new NoRoomException();
    }
    return bytes;
  }

  /// @param claimed size of the output according to a header, or a guess
  /// @param sent size of the compressed input
  static BoundedOutput claimed(long claimed, int sent, int limit, Room room)
      throws NoRoomException {
    return new BoundedOutput(limit, capacity(claimed, sent, limit), room);
  }

  /// How much of a claim to allocate.
  static int capacity(long claimed, int sent, int limit) {
    return (int) Math.min(Math.min(Math.max(claimed, 0), limit), believable(sent));
  }

  static long believable(int sent) {
    return Math.max(ALWAYS_BELIEVED, (long) sent * BELIEVED_RATIO);
  }

  /// The array, with room for `more` bytes after the first `size()`.
  byte[] withRoom(long more) throws BodyTooLargeException, NoRoomException {
    if (more > limit - size) {
      throw new BodyTooLargeException(limit);
    }
    if (more > buffer.length - size) {
      int larger = (int) Math.min(limit, Math.max(size + more, buffer.length * 2L));
      taken(larger - buffer.length, room);
      buffer = Arrays.copyOf(buffer, larger);
    }
    return buffer;
  }

  byte[] array() {
    return buffer;
  }

  int size() {
    return size;
  }

  /// So many bytes were written after the first `size()`.
  void advance(int written) {
    size += written;
  }

  void write(byte[] source, int offset, int length) throws BodyTooLargeException, NoRoomException {
    System.arraycopy(source, offset, withRoom(length), size, length);
    size += length;
  }

  Bytes bytes() {
    return Bytes.of(buffer, 0, size);
  }
}
