package dev.spoor.platform.disk;

import dev.spoor.platform.disk.RealDisk.Failures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// A record lock of the operating system on a file.
///
/// Such a lock belongs to the process, and is gone as soon as the process closes any channel to the
/// file. So a file that this process has locked is never opened a second time: what it holds is
/// remembered here.
final class RealDirectoryLock implements DirectoryLock {

  private static final ConcurrentMap<Path, String> HELD_HERE = new ConcurrentHashMap<>();

  private final Path file;
  private final FileChannel channel;
  private final @Nullable Object identity;

  private RealDirectoryLock(Path file, FileChannel channel, @Nullable Object identity) {
    this.file = file;
    this.channel = channel;
    this.identity = identity;
  }

  static RealDirectoryLock take(Path name, String note) throws IOException {
    Path file = name.toAbsolutePath().normalize();
    String holder = HELD_HERE.putIfAbsent(file, note);
    if (holder != null) {
      throw new LockedException(file, holder);
    }
    try {
      return lockedChannel(file, note);
    } catch (IOException | RuntimeException failure) {
      HELD_HERE.remove(file);
      throw failure;
    }
  }

  @Override
  public boolean isIntact() {
    try {
      return Objects.equals(identity, identityOf(file));
    } catch (IOException gone) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      channel.close(); // gives the lock back
      HELD_HERE.remove(file);
    }
  }

  private static RealDirectoryLock lockedChannel(Path file, String note) throws IOException {
    FileChannel channel = opened(file);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new LockedException(file, noteIn(channel));
      }
      channel.truncate(0);
      ByteBuffer text = ByteBuffer.wrap(note.getBytes(StandardCharsets.UTF_8));
      while (text.hasRemaining()) {
        channel.write(text, text.position());
      }
      return new RealDirectoryLock(file, channel, identityOf(file));
    } catch (IOException failure) {
      channel.close();
      throw Failures.named(file, failure);
    }
  }

  private static FileChannel opened(Path file) throws IOException {
    try {
      return FileChannel.open(
          file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    } catch (IOException failure) {
      throw Failures.named(file, failure);
    }
  }

  private static String noteIn(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(1024);
    channel.read(text, 0);
    return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
  }

  /// Device and inode; the open channel keeps the number from being given to another file.
  private static @Nullable Object identityOf(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }
}
