package dev.spoor.storage.objectstore;

import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.DiskFullException;
import dev.spoor.platform.disk.ReadableFile;
import dev.spoor.platform.disk.WritableFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// Objects as files below a folder: the key is the path. It is the layout of Tempo's local backend.
///
/// A put writes a temporary file beside the object, syncs it, renames it and syncs the folder. What
/// a crash leaves of that is no object; [#removeLeftovers] takes it away. A folder that loses its
/// last object goes too. An object cannot be where a folder of others is, or the other way round.
/// Conditional puts are safe among the threads of this process only, and tell two objects of equal
/// length apart by their times.
public final class LocalObjectStore implements ObjectStore {

  private static final String TEMPORARY = ".spoor-put-";
  private static final int COPY_BYTES = 256 << 10;
  private static final int ATTEMPTS = 5;

  private final Disk disk;
  private final Path root;
  private final Lock conditional = new ReentrantLock();
  private volatile boolean closed;

  /// @param root the folder; it is made by the first put
  public LocalObjectStore(Disk disk, Path root) {
    this.disk = disk;
    this.root = root.toAbsolutePath().normalize();
  }

  @Override
  public String put(String key, byte[] content) throws IOException {
    return put(key, ObjectSource.of(content));
  }

  @Override
  public String put(String key, ObjectSource source) throws IOException {
    Path file = fileOf(key);
    try {
      return replace(key, file, source);
    } catch (IOException failure) {
      throw translated("put", key, failure);
    }
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    Path file = fileOf(key);
    conditional.lock();
    try {
      if (disk.exists(file)) {
        return false;
      }
      put(key, content);
      return true;
    } finally {
      conditional.unlock();
    }
  }

  @Override
  public boolean putIfMatch(String key, String etag, byte[] content) throws IOException {
    conditional.lock();
    try {
      if (!head(key).etag().equals(etag)) {
        return false;
      }
      put(key, content);
      return true;
    } catch (ObjectNotFoundException gone) {
      return false;
    } finally {
      conditional.unlock();
    }
  }

  @Override
  public byte[] get(String key, int limit) throws IOException {
    try (ReadableFile file = open(key)) {
      long size = file.size();
      if (size > limit) {
        throw new ObjectTooLargeException(
            "get of %s: it has %d bytes, more than %d".formatted(key, size, limit), null);
      }
      return filled(key, file, 0, (int) size);
    } catch (IOException failure) {
      throw translated("get", key, failure);
    }
  }

  @Override
  public byte[] read(String key, long offset, int length) throws IOException {
    Ranges.check(offset, length);
    try (ReadableFile file = open(key)) {
      long size = file.size();
      if (offset + length > size) {
        throw Ranges.tooShort(key, offset, length, size);
      }
      return filled(key, file, offset, length);
    } catch (IOException failure) {
      throw translated("read", key, failure);
    }
  }

  @Override
  public boolean isNear() {
    return true;
  }

  @Override
  public ObjectInfo head(String key) throws IOException {
    Path file = fileOf(key);
    if (disk.isDirectory(file)) {
      throw new ObjectNotFoundException(key, null);
    }
    try {
      return info(key, file);
    } catch (IOException failure) {
      throw translated("head", key, failure);
    }
  }

  @Override
  public ListPage list(ListRequest request) throws IOException {
    ensureOpen();
    try {
      return new Listing(request).page();
    } catch (IOException failure) {
      throw translated("list", request.prefix(), failure);
    }
  }

  @Override
  public void delete(String key) throws IOException {
    Path file = fileOf(key);
    try {
      if (!disk.exists(file) || disk.isDirectory(file)) {
        return;
      }
      disk.delete(file);
      Path folder = parentOf(file);
      disk.syncDirectory(folder);
      pruneFrom(folder);
    } catch (NoSuchFileException alreadyGone) {
      // Another thread was faster; the object is gone either way.
    } catch (IOException failure) {
      throw translated("delete", key, failure);
    }
  }

  /// Deletes what puts that never ended left behind, and says how many files that were. Files of
  /// puts that run now are younger than `before`, if that is when this process started.
  public int removeLeftovers(Instant before) throws IOException {
    ensureOpen();
    return disk.isDirectory(root) ? removeLeftovers(root, before) : 0;
  }

  @Override
  public void close() {
    closed = true;
  }

  private String replace(String key, Path file, ObjectSource source) throws IOException {
    Path folder = parentOf(file);
    Path temporary = temporaryBeside(file);
    try (WritableFile out = createIn(folder, temporary)) {
      copy(source, out);
      out.sync();
    } catch (IOException | RuntimeException failure) {
      giveUp(temporary, failure);
      throw failure;
    }
    try {
      disk.rename(temporary, file);
    } catch (IOException | RuntimeException failure) {
      giveUp(temporary, failure);
      throw failure;
    }
    disk.syncDirectory(folder);
    return info(key, file).etag();
  }

  /// A delete in another thread may take away the folder that it just emptied.
  private WritableFile createIn(Path folder, Path temporary) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        createDurably(folder);
        return disk.create(temporary);
      } catch (NoSuchFileException folderGone) {
        if (attempt == ATTEMPTS) {
          throw folderGone;
        }
      }
    }
  }

  private void createDurably(Path folder) throws IOException {
    List<Path> toSync = new ArrayList<>();
    for (Path missing = folder; !disk.exists(missing); missing = parentOf(missing)) {
      toSync.add(parentOf(missing));
    }
    if (toSync.isEmpty()) {
      return;
    }
    disk.createDirectories(folder);
    for (Path parent : toSync.reversed()) {
      disk.syncDirectory(parent);
    }
  }

  private static void copy(ObjectSource source, WritableFile out) throws IOException {
    long length = source.length();
    byte[] buffer = new byte[(int) Math.min(COPY_BYTES, Math.max(1, length))];
    try (InputStream in = source.open(0, length)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(ByteBuffer.wrap(buffer, 0, read));
      }
    }
  }

  private void giveUp(Path temporary, Exception failure) {
    try {
      disk.delete(temporary);
    } catch (IOException alsoFailed) {
      failure.addSuppressed(alsoFailed);
    }
  }

  private ReadableFile open(String key) throws IOException {
    Path file = fileOf(key);
    if (disk.isDirectory(file)) {
      throw new ObjectNotFoundException(key, null);
    }
    return disk.open(file);
  }

  private static byte[] filled(String key, ReadableFile file, long offset, int length)
      throws IOException {
    byte[] bytes = new byte[length];
    int read = length == 0 ? 0 : file.read(ByteBuffer.wrap(bytes), offset);
    if (read < length) {
      throw Ranges.tooShort(key, offset, length, offset + Math.max(0, read));
    }
    return bytes;
  }

  private ObjectInfo info(String key, Path file) throws IOException {
    long size = disk.size(file);
    Instant time = disk.lastModified(file);
    String etag = "%x-%x-%x".formatted(size, time.getEpochSecond(), time.getNano());
    return new ObjectInfo(key, size, time, etag);
  }

  /// Deletes folders that are empty, upwards. Other threads may do the same, or fill them again.
  private void pruneFrom(Path folder) throws IOException {
    Path empty = folder;
    try {
      while (!empty.equals(root) && disk.list(empty).isEmpty()) {
        disk.delete(empty);
        empty = parentOf(empty);
        disk.syncDirectory(empty);
      }
    } catch (NoSuchFileException | DirectoryNotEmptyException otherThreadWasFaster) {
      return;
    }
  }

  private int removeLeftovers(Path folder, Instant before) throws IOException {
    int removed = 0;
    for (Path entry : disk.list(folder)) {
      if (disk.isDirectory(entry)) {
        removed += removeLeftovers(entry, before);
      } else if (isTemporary(entry) && disk.lastModified(entry).isBefore(before)) {
        disk.delete(entry);
        removed++;
      }
    }
    if (removed > 0) {
      pruneFrom(folder);
    }
    return removed;
  }

  private Path fileOf(String key) {
    ensureOpen();
    Path file = root.resolve(Keys.check(key));
    if (isTemporary(file)) {
      throw new IllegalArgumentException("key '" + key + "' is the name of a temporary file");
    }
    return file;
  }

  private static Path temporaryBeside(Path file) {
    long random = ThreadLocalRandom.current().nextLong();
    return file.resolveSibling(TEMPORARY + "%016x".formatted(random));
  }

  private static boolean isTemporary(Path file) {
    return nameOf(file).startsWith(TEMPORARY);
  }

  private static String nameOf(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }

  private static Path parentOf(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException(path + " has no parent");
    }
    return parent;
  }

  private void ensureOpen() {
    if (closed) {
      throw new IllegalStateException("the object store is closed");
    }
  }

  private IOException translated(String operation, String key, IOException failure) {
    if (failure instanceof ObjectStoreException known) {
      return known;
    }
    if (failure instanceof ClosedByInterruptException
        || failure.getCause() instanceof ClosedByInterruptException) {
      InterruptedIOException interrupted =
          new InterruptedIOException("%s of %s: interrupted".formatted(operation, key));
      interrupted.initCause(failure);
      return interrupted;
    }
    if (failure instanceof NoSuchFileException && !disk.exists(root.resolve(key))) {
      return new ObjectNotFoundException(key, failure);
    }
    String reason = failure.getMessage();
    String message = "%s of %s below %s: %s".formatted(operation, key, root, reason);
    if (failure instanceof AccessDeniedException) {
      return new StoreDeniedException(message + ": access denied", 403, failure);
    }
    if (failure instanceof DiskFullException) {
      return new StoreFullException(message, failure);
    }
    return new StoreFailedException(message, 500, failure);
  }

  /// Walks the folders in the order of the keys, and leaves out those that are before the page.
  private final class Listing {

    private final ListRequest request;
    private final String start;
    private final List<ObjectInfo> objects = new ArrayList<>();
    private final List<String> folders = new ArrayList<>();
    private String last = "";
    private boolean more;

    Listing(ListRequest request) {
      this.request = request;
      this.start = request.page().isEmpty() ? request.after() : request.page();
    }

    ListPage page() throws IOException {
      visit(root.resolve(request.prefix()), request.prefix());
      return new ListPage(objects, folders, more ? last : "");
    }

    private void visit(Path folder, String prefix) throws IOException {
      for (Entry entry : entriesOf(folder, prefix)) {
        if (more) {
          return;
        }
        if (entry.key().endsWith("/")) {
          visitFolder(entry);
        } else if (entry.key().compareTo(start) > 0) {
          addObject(entry);
        }
      }
    }

    private void visitFolder(Entry entry) throws IOException {
      if (request.recursive()) {
        if (entry.key().compareTo(start) > 0 || start.startsWith(entry.key())) {
          visit(entry.path(), entry.key());
        }
      } else if (entry.key().compareTo(start) > 0 && hasRoom()) {
        folders.add(entry.key());
        last = entry.key();
      }
    }

    private void addObject(Entry entry) throws IOException {
      if (!hasRoom()) {
        return;
      }
      try {
        objects.add(info(entry.key(), entry.path()));
        last = entry.key();
      } catch (NoSuchFileException deletedMeanwhile) {
        // Then it is no longer to be listed.
      }
    }

    private boolean hasRoom() {
      more = objects.size() + folders.size() == request.pageSize();
      return !more;
    }

    private List<Entry> entriesOf(Path folder, String prefix) throws IOException {
      List<Path> paths;
      try {
        paths = disk.list(folder);
      } catch (NoSuchFileException missing) {
        return List.of();
      }
      List<Entry> entries = new ArrayList<>(paths.size());
      for (Path path : paths) {
        if (!isTemporary(path)) {
          String key = prefix + nameOf(path);
          entries.add(new Entry(disk.isDirectory(path) ? key + "/" : key, path));
        }
      }
      entries.sort(Comparator.comparing(Entry::key));
      return entries;
    }
  }

  /// @param key ends with `/` when it is a folder
  private record Entry(String key, Path path) {}
}
