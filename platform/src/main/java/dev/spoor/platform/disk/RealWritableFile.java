package dev.spoor.platform.disk;

import dev.spoor.platform.disk.RealDisk.Failures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// A new file behind a channel.
///
/// A thread that is interrupted while it writes closes the file (that is how channels are made),
/// and gets a failure: a writer's thread is asked to stop by other means.
final class RealWritableFile implements WritableFile {

  private final Path file;
  private final FileChannel channel;
  private long position;

  RealWritableFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    try {
      int end = bytes.limit();
      while (bytes.position() < end) {
        bytes.limit((int) Math.min(end, bytes.position() + (long) RealDisk.AT_ONCE));
        position += channel.write(bytes);
      }
    } catch (IOException failure) {
      throw Failures.named(file, failure);
    }
  }

  @Override
  public long position() {
    return position;
  }

  /// Without the file's times, but with its length: `fdatasync` writes whatever is needed to read
  /// the bytes back.
  @Override
  public void sync() throws IOException {
    try {
      channel.force(false);
    } catch (IOException failure) {
      throw Failures.named(file, failure);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
