package dev.spoor.storage.block;

import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;

/// Writes a block into a folder that bears its name only once it is whole and safe: until then it
/// is `<name>.building`, which a restart may delete.
final class DiskBlockSink implements BlockSink, AutoCloseable {

  static final String BUILDING = ".building";

  private static final int BUFFER_BYTES = 1 << 20;

  private final Disk disk;
  private final Path target;
  private final Path parent;
  private final Path building;
  private final WritableFile data;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private final WritableFile spoorIndex;

  /// @param target the folder of the block, which must not exist
  DiskBlockSink(Disk disk, Path target) throws IOException {
    this.disk = disk;
    this.target = target;
    this.parent = Objects.requireNonNull(target.toAbsolutePath().getParent(), "a root folder");
    this.building = target.resolveSibling(target.getFileName() + BUILDING);
    if (disk.exists(target)) {
      throw new IOException("the block " + target + " exists already");
    }
    discard();
    disk.createDirectories(building);
    data = disk.create(building.resolve(BlockFiles.DATA));
    try {
      spoorIndex = disk.create(building.resolve(BlockFiles.SPOOR_INDEX));
    } catch (IOException failure) {
      data.close();
      throw failure;
    }
  }

  @Override
  public void spoorIndex(byte[] bytes, int offset, int length) throws IOException {
    spoorIndex.write(ByteBuffer.wrap(bytes, offset, length));
  }

  @Override
  public void data(byte[] bytes, int offset, int length) throws IOException {
    if (length > buffer.remaining()) {
      flush();
    }
    if (length > buffer.remaining()) {
      data.write(ByteBuffer.wrap(bytes, offset, length));
    } else {
      buffer.put(bytes, offset, length);
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    data.write(buffer);
    buffer.clear();
  }

  @Override
  public void bloom(int shard, byte[] bytes) throws IOException {
    write("bloom-" + shard, bytes);
  }

  @Override
  public void index(byte[] bytes) throws IOException {
    write("index", bytes);
  }

  @Override
  public void meta(byte[] bytes) throws IOException {
    flush();
    data.sync();
    data.close();
    spoorIndex.sync();
    spoorIndex.close();
    write("meta.json", bytes);
    disk.syncDirectory(building);
    disk.rename(building, target);
    disk.syncDirectory(parent);
  }

  private void write(String name, byte[] bytes) throws IOException {
    try (WritableFile file = disk.create(building.resolve(name))) {
      file.write(ByteBuffer.wrap(bytes));
      file.sync();
    }
  }

  /// Removes what was written of a block that did not become whole.
  void discard() throws IOException {
    if (disk.isDirectory(building)) {
      for (Path file : disk.list(building)) {
        disk.delete(file);
      }
      disk.delete(building);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      data.close();
    } finally {
      spoorIndex.close();
    }
  }
}
