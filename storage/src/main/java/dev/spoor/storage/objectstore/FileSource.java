package dev.spoor.storage.objectstore;

import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.ReadableFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;

/// A file as the source of an object.
record FileSource(Disk disk, Path file, long length) implements ObjectSource {

  @Override
  public InputStream open(long offset, long count) throws IOException {
    Objects.checkFromIndexSize(offset, count, length);
    return new FileRange(disk.open(file), file, offset, offset + count);
  }

  private static final class FileRange extends InputStream {

    private final ReadableFile open;
    private final Path file;
    private final long end;
    private long position;

    FileRange(ReadableFile open, Path file, long start, long end) {
      this.open = open;
      this.file = file;
      this.position = start;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (position == end) {
        return -1;
      }
      int wanted = (int) Math.min(length, end - position);
      int got = open.read(ByteBuffer.wrap(target, offset, wanted), position);
      if (got <= 0) {
        throw new EOFException(file + " ends at byte " + position + ", before " + end);
      }
      position += got;
      return got;
    }

    @Override
    public int available() {
      return (int) Math.min(Integer.MAX_VALUE, end - position);
    }

    @Override
    public void close() throws IOException {
      open.close();
    }
  }
}
