package dev.spoor.platform.disk;

import dev.spoor.platform.disk.RealDisk.Failures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file behind a channel that is opened anew when an interrupt closed it.
///
/// Interrupting one thread in the middle of a read closes the channel for all of them. The one that
/// was interrupted gets the failure; the others go on with a new channel. That works as long as the
/// file has its name.
final class RealReadableFile implements ReadableFile {

  private final Path file;
  private volatile FileChannel channel;
  private volatile boolean closed;

  private RealReadableFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static RealReadableFile open(Path file) throws IOException {
    return new RealReadableFile(file, channelOf(file));
  }

  @Override
  public long size() throws IOException {
    return retried(FileChannel::size);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    int start = target.position();
    return retried(source -> {
      int end = target.limit();
      target.position(start);
      try {
        while (target.position() < end) {
          target.limit((int) Math.min(end, target.position() + (long) RealDisk.AT_ONCE));
          if (source.read(target, position + target.position() - start) < 0) {
            break;
          }
        }
      } finally {
        target.limit(end);
      }
      return target.position() - start;
    });
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }

  private <T> T retried(Reading<T> reading) throws IOException {
    while (true) {
      FileChannel source = channel;
      try {
        return reading.from(source);
      } catch (ClosedByInterruptException interrupted) {
        throw Failures.named(file, interrupted);
      } catch (ClosedChannelException byAnother) {
        reopen(source);
      } catch (IOException failure) {
        throw Failures.named(file, failure);
      }
    }
  }

  private synchronized void reopen(FileChannel broken) throws IOException {
    if (closed) {
      throw new IOException(file + ": is closed");
    }
    if (channel == broken) {
      channel = channelOf(file);
    }
  }

  private static FileChannel channelOf(Path file) throws IOException {
    try {
      return FileChannel.open(file, StandardOpenOption.READ);
    } catch (IOException failure) {
      throw Failures.named(file, failure);
    }
  }

  private interface Reading<T> {
    T from(FileChannel source) throws IOException;
  }
}
