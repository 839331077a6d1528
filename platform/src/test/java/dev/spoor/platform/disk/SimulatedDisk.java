package dev.spoor.platform.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A disk in memory that keeps apart what was written from what is safe, and can lose the
/// difference.
///
/// It knows what a program may not rely on: bytes without a sync may be missing, torn or zeros; a
/// name without a sync of its folder may be missing or still the old one; both in any combination,
/// whatever order they were done in. A file that could not be synced never becomes safe again,
/// whatever later syncs say. Paths are absolute. Safe for many threads.
public final class SimulatedDisk implements Disk {

  /// Every operation that changes something has a number, from 0.
  public record Operation(int number, Kind kind, Path path, long bytes) {}

  public enum Kind {
    CREATE,
    WRITE,
    SYNC,
    RENAME,
    DELETE,
    TRUNCATE,
    CREATE_DIRECTORY,
    SYNC_DIRECTORY,
    LOCK
  }

  public enum Fault {
    EIO,
    ENOSPC
  }

  private static final Instant TIME = Instant.EPOCH;

  private final TreeMap<Path, Node> names = new TreeMap<>();
  private final TreeMap<Path, Node> safeNames = new TreeMap<>();
  private final List<NameChange> unsafeNames = new ArrayList<>();
  private final List<Operation> history = new ArrayList<>();
  private final Map<Path, String> locks = new HashMap<>();
  private final Set<Path> badFiles = new HashSet<>();

  private int cutAt = Integer.MAX_VALUE;
  private boolean off;
  private boolean readOnly;
  private long capacity = Long.MAX_VALUE;
  private @Nullable Long usableSpace;
  private @Nullable Long totalSpace;
  private boolean shared;
  private boolean locksWork = true;
  private Predicate<Operation> failing = operation -> false;
  private Fault fault = Fault.EIO;
  private volatile Consumer<Operation> observer = operation -> {};
  private volatile Consumer<Path> openingObserver = file -> {};

  // ---- what a test does to it

  /// The power fails in the middle of this operation.
  public synchronized SimulatedDisk cutPowerAt(int operation) {
    cutAt = operation;
    return this;
  }

  /// From now on, operations that match fail.
  public synchronized void failWhen(Predicate<Operation> failing, Fault fault) {
    this.failing = failing;
    this.fault = fault;
  }

  /// The nth operation of this kind from now on fails, counted from 1; the others work.
  public synchronized void failNth(Kind kind, int nth, Fault fault) {
    int[] left = {nth};
    failWhen(operation -> operation.kind() == kind && --left[0] == 0, fault);
  }

  public synchronized void heal() {
    failing = operation -> false;
    readOnly = false;
    badFiles.clear();
  }

  public synchronized void readOnly() {
    readOnly = true;
  }

  /// Reading any byte of this file fails.
  public synchronized void failReadsOf(Path file) {
    badFiles.add(file);
  }

  /// Bytes that all files together may have.
  public synchronized void capacity(long bytes) {
    capacity = bytes;
  }

  /// It is a network file system from now on, without a lock that anybody else would see.
  public synchronized void shareWithoutLocks() {
    shared = true;
    locksWork = false;
  }

  /// What [#usableSpace(Path)] says, whatever is true.
  public synchronized void reportUsableSpace(long bytes) {
    usableSpace = bytes;
  }

  /// Says this of the volume's size from now on, whatever is true.
  public synchronized void reportTotalSpace(long bytes) {
    totalSpace = bytes;
  }

  /// Is called before every operation, on its thread and without a lock: it may wait.
  public void observe(Consumer<Operation> observer) {
    this.observer = observer;
  }

  /// Is called before every file is opened for reading, on its thread and without a lock.
  public void observeOpening(Consumer<Path> observer) {
    this.openingObserver = observer;
  }

  /// All that was done so far is safe, and how it came about is forgotten. Long runs need it: a
  /// deletion that nobody synced keeps the content of the file.
  public synchronized void settle() {
    names
        .values()
        .forEach(node -> {
          if (node instanceof FileNode file) {
            file.sync();
          }
        });
    safeNames.clear();
    safeNames.putAll(names);
    unsafeNames.clear();
    history.clear();
  }

  public synchronized List<Operation> history() {
    return List.copyOf(history);
  }

  public synchronized long count(Kind kind) {
    return history.stream().filter(operation -> operation.kind() == kind).count();
  }

  public synchronized boolean isOff() {
    return off;
  }

  /// What is found after a power cut now: one of the many possibilities.
  public synchronized SimulatedDisk survivors(long seed) {
    Random random = new Random(seed);
    TreeMap<Path, Node> surviving = new TreeMap<>(safeNames);
    int mode = random.nextInt(4); // all, none, and twice any of them
    for (NameChange change : unsafeNames) {
      if (mode == 0 || (mode > 1 && random.nextBoolean())) {
        change.applyTo(surviving);
      }
    }
    return imageOf(surviving, file -> file.surviving(random));
  }

  /// A disk with the same files, all of them safe.
  public synchronized SimulatedDisk copy() {
    return imageOf(names, FileNode::content);
  }

  public synchronized byte[] content(Path file) throws IOException {
    return fileAt(file).content();
  }

  /// Puts a file there, safe at once; one of that name is replaced by a new one.
  public synchronized void put(Path file, byte[] content) {
    FileNode node = new FileNode();
    node.replace(content);
    names.put(file, node);
    safeNames.put(file, node);
  }

  /// All files with their content.
  public synchronized Map<Path, byte[]> files() {
    Map<Path, byte[]> files = new TreeMap<>();
    names.forEach((path, node) -> {
      if (node instanceof FileNode file) {
        files.put(path, file.content());
      }
    });
    return files;
  }

  // ---- the disk

  @Override
  public WritableFile create(Path file) throws IOException {
    return done(
        Kind.CREATE,
        file,
        0,
        () -> {
          requireDirectory(file.getParent());
          if (names.containsKey(file)) {
            throw new FileAlreadyExistsException(file.toString());
          }
          FileNode node = new FileNode();
          change(new NameChange(node, null, file));
          return new Writing(file, node);
        });
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    openingObserver.accept(file);
    synchronized (this) {
      requirePower(file);
      return new Reading(file, fileAt(file));
    }
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    done(
        Kind.RENAME,
        from,
        0,
        () -> {
          requireDirectory(to.getParent());
          change(new NameChange(nodeAt(from), from, to));
          return to;
        });
  }

  @Override
  public void delete(Path path) throws IOException {
    done(
        Kind.DELETE,
        path,
        0,
        () -> {
          Node node = names.get(path);
          if (node != null) {
            change(new NameChange(node, path, null));
          }
          return path;
        });
  }

  @Override
  public void truncate(Path file, long length) throws IOException {
    FileNode node;
    synchronized (this) {
      node = fileAt(file);
    }
    done(
        Kind.TRUNCATE,
        file,
        length,
        () -> {
          node.cut((int) length);
          return node;
        });
    synchronized (this) {
      requirePower(file);
      node.sync();
    }
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    for (Path each = directory.getRoot(); each != null; each = below(each, directory)) {
      if (!isDirectory(each)) {
        makeDirectory(each);
      }
    }
  }

  @Override
  public synchronized List<Path> list(Path directory) throws IOException {
    requirePower(directory);
    requireDirectory(directory);
    return names.keySet().stream().filter(path -> directory.equals(path.getParent())).toList();
  }

  @Override
  public synchronized boolean exists(Path path) {
    return names.containsKey(path) || isRoot(path);
  }

  @Override
  public synchronized boolean isDirectory(Path path) {
    return isRoot(path) || names.get(path) instanceof DirectoryNode;
  }

  @Override
  public synchronized long size(Path file) throws IOException {
    return fileAt(file).length;
  }

  @Override
  public synchronized Instant lastModified(Path path) throws IOException {
    nodeAt(path);
    return TIME;
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    done(
        Kind.SYNC_DIRECTORY,
        directory,
        0,
        () -> {
          requireDirectory(directory);
          unsafeNames.removeIf(change -> change.isSafeAfterSyncOf(directory, safeNames));
          return directory;
        });
  }

  @Override
  public synchronized long usableSpace(Path path) throws IOException {
    return usableSpace != null ? usableSpace : Math.max(0, capacity - used());
  }

  @Override
  public synchronized long totalSpace(Path path) throws IOException {
    return totalSpace != null ? totalSpace : capacity;
  }

  @Override
  public synchronized boolean isShared(Path path) {
    return shared;
  }

  @Override
  public DirectoryLock lock(Path file, String note) throws IOException {
    return done(
        Kind.LOCK,
        file,
        0,
        () -> {
          requireDirectory(file.getParent());
          String holder = locks.get(file);
          if (holder != null && locksWork) {
            throw new LockedException(file, holder.strip());
          }
          if (!names.containsKey(file)) {
            change(new NameChange(new FileNode(), null, file));
          }
          FileNode node = fileAt(file);
          node.replace(note.getBytes(StandardCharsets.UTF_8));
          locks.put(file, note);
          return new Lock(file, node);
        });
  }

  // ---- how

  private interface Action<T> {
    T run() throws IOException;
  }

  /// One operation: counted, perhaps refused, perhaps the last one.
  private <T> T done(Kind kind, Path path, long bytes, Action<T> action) throws IOException {
    Operation operation;
    synchronized (this) {
      operation = new Operation(history.size(), kind, path, bytes);
    }
    observer.accept(operation);
    synchronized (this) {
      requirePower(path);
      Operation now = new Operation(history.size(), kind, path, bytes);
      history.add(now);
      if (readOnly) {
        throw new IOException(path + ": Read-only file system");
      }
      if (now.number() >= cutAt) {
        dieDuring(kind, action);
        throw new PowerCutException(path);
      }
      if (failing.test(now)) {
        failDuring(kind, path, action);
      }
      return action.run();
    }
  }

  /// What changes something may have begun; a sync has not helped yet.
  private void dieDuring(Kind kind, Action<?> action) throws IOException {
    off = true;
    if (kind != Kind.SYNC && kind != Kind.SYNC_DIRECTORY) {
      action.run();
    }
  }

  private void failDuring(Kind kind, Path path, Action<?> action) throws IOException {
    if (kind == Kind.WRITE && action instanceof WriteAction write) {
      write.runHalf();
    }
    if (kind == Kind.SYNC) {
      fileAt(path).neverSafeAgain = true;
    }
    throw fault == Fault.ENOSPC
        ? new DiskFullException(path, null)
        : new IOException(path + ": Input/output error");
  }

  private void makeDirectory(Path directory) throws IOException {
    done(
        Kind.CREATE_DIRECTORY,
        directory,
        0,
        () -> {
          change(new NameChange(new DirectoryNode(), null, directory));
          return directory;
        });
  }

  private void change(NameChange change) {
    change.applyTo(names);
    unsafeNames.add(change);
  }

  private long used() {
    long used = 0;
    for (Node node : names.values()) {
      used += node instanceof FileNode file ? file.length : 0;
    }
    return used;
  }

  private void requirePower(Path path) throws PowerCutException {
    if (off) {
      throw new PowerCutException(path);
    }
  }

  private void requireDirectory(@Nullable Path directory) throws NoSuchFileException {
    if (directory == null || !isDirectory(directory)) {
      throw new NoSuchFileException(String.valueOf(directory));
    }
  }

  private Node nodeAt(Path path) throws NoSuchFileException {
    Node node = names.get(path);
    if (node == null) {
      throw new NoSuchFileException(path.toString());
    }
    return node;
  }

  private FileNode fileAt(Path path) throws IOException {
    if (nodeAt(path) instanceof FileNode file) {
      return file;
    }
    throw new IOException(path + ": Is a directory");
  }

  private static boolean isRoot(Path path) {
    return path.getParent() == null;
  }

  private static @Nullable Path below(Path above, Path target) {
    int depth = above.getNameCount() + 1;
    return depth > target.getNameCount()
        ? null
        : target.getRoot().resolve(target.subpath(0, depth));
  }

  private interface ContentOf {
    byte[] of(FileNode file);
  }

  private static SimulatedDisk imageOf(TreeMap<Path, Node> names, ContentOf content) {
    SimulatedDisk image = new SimulatedDisk();
    Map<FileNode, FileNode> copies = new IdentityHashMap<>();
    for (Map.Entry<Path, Node> entry : names.entrySet()) { // a folder comes before what is in it
      if (!image.isDirectory(entry.getKey().getParent())) {
        continue;
      }
      Node copy =
          switch (entry.getValue()) {
            case DirectoryNode directory -> directory;
            case FileNode file ->
                copies.computeIfAbsent(file, it -> new FileNode().replace(content.of(it)));
          };
      image.names.put(entry.getKey(), copy);
      image.safeNames.put(entry.getKey(), copy);
    }
    return image;
  }

  private sealed interface Node {}

  private static final class DirectoryNode implements Node {}

  /// The bytes of a file as everybody sees them, those that are safe, and what lies between.
  private static final class FileNode implements Node {

    byte[] bytes = new byte[0];
    int length;
    byte[] safe = new byte[0];
    final List<ContentChange> unsafe = new ArrayList<>();
    boolean neverSafeAgain;

    byte[] content() {
      return Arrays.copyOf(bytes, length);
    }

    FileNode replace(byte[] content) {
      bytes = content.clone();
      length = content.length;
      safe = content.clone();
      unsafe.clear();
      return this;
    }

    void append(byte[] added) {
      unsafe.add(new Appended(length, added));
      if (length + added.length > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + added.length));
      }
      System.arraycopy(added, 0, bytes, length, added.length);
      length += added.length;
    }

    void cut(int newLength) {
      if (newLength < length) {
        unsafe.add(new Cut(newLength));
        length = newLength;
      }
    }

    void sync() {
      if (!neverSafeAgain) {
        safe = content();
        unsafe.clear();
      }
    }

    byte[] surviving(Random random) {
      byte[] content = safe;
      int mode = random.nextInt(4);
      for (ContentChange change : unsafe) {
        if (mode == 0) {
          content = change.whole(content);
        } else if (mode > 1) {
          content = change.torn(content, random);
        }
      }
      return content;
    }
  }

  private sealed interface ContentChange {
    byte[] whole(byte[] content);

    byte[] torn(byte[] content, Random random);
  }

  private record Appended(int offset, byte[] added) implements ContentChange {

    @Override
    public byte[] whole(byte[] content) {
      return part(content, 0, added.length);
    }

    @Override
    public byte[] torn(byte[] content, Random random) {
      int at = random.nextInt(added.length + 1);
      return switch (random.nextInt(5)) {
        case 0 -> content;
        case 1 -> whole(content);
        case 2 -> part(content, 0, at); // the start of it
        case 3 -> part(content, at, added.length); // the end of it, zeros before
        default -> part(content, added.length, added.length); // its length only
      };
    }

    private byte[] part(byte[] content, int from, int to) {
      byte[] result = Arrays.copyOf(content, Math.max(content.length, offset + to));
      System.arraycopy(added, from, result, offset + from, to - from);
      return result;
    }
  }

  private record Cut(int length) implements ContentChange {

    @Override
    public byte[] whole(byte[] content) {
      return Arrays.copyOf(content, Math.min(content.length, length));
    }

    @Override
    public byte[] torn(byte[] content, Random random) {
      return random.nextBoolean() ? whole(content) : content;
    }
  }

  /// A node gets a name, loses one, or both.
  private static final class NameChange {

    private final Node node;
    private final @Nullable Path from;
    private final @Nullable Path to;
    private final Set<Path> unsyncedFolders = new HashSet<>();

    NameChange(Node node, @Nullable Path from, @Nullable Path to) {
      this.node = node;
      this.from = from;
      this.to = to;
      if (from != null) {
        unsyncedFolders.add(from.getParent());
      }
      if (to != null) {
        unsyncedFolders.add(to.getParent());
      }
    }

    void applyTo(Map<Path, Node> names) {
      if (from != null) {
        names.remove(from, node);
      }
      if (to != null) {
        names.put(to, node);
      }
      if (from != null && to != null && node instanceof DirectoryNode) {
        moveContent(names, from, to);
      }
    }

    /// What is in a folder goes with it.
    private static void moveContent(Map<Path, Node> names, Path from, Path to) {
      for (Path below : List.copyOf(names.keySet())) {
        if (below.startsWith(from)) {
          names.put(
              to.resolve(from.relativize(below)), Objects.requireNonNull(names.remove(below)));
        }
      }
    }

    boolean isSafeAfterSyncOf(Path folder, Map<Path, Node> safeNames) {
      unsyncedFolders.remove(folder);
      if (unsyncedFolders.isEmpty()) {
        applyTo(safeNames);
      }
      return unsyncedFolders.isEmpty();
    }
  }

  private static final class WriteAction implements Action<Integer> {

    private final FileNode node;
    private final byte[] bytes;

    WriteAction(FileNode node, byte[] bytes) {
      this.node = node;
      this.bytes = bytes;
    }

    @Override
    public Integer run() {
      node.append(bytes);
      return bytes.length;
    }

    void runHalf() {
      node.append(Arrays.copyOf(bytes, bytes.length / 2));
    }
  }

  private final class Writing implements WritableFile {

    private final Path file;
    private final FileNode node;
    private long position;
    private boolean closed;

    Writing(Path file, FileNode node) {
      this.file = file;
      this.node = node;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      requireOpen();
      byte[] all = new byte[bytes.remaining()];
      bytes.get(all);
      byte[] fitting = Arrays.copyOf(all, (int) Math.min(all.length, room()));
      position += done(Kind.WRITE, file, fitting.length, new WriteAction(node, fitting));
      if (fitting.length < all.length) {
        throw new DiskFullException(file, null);
      }
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void sync() throws IOException {
      requireOpen();
      done(
          Kind.SYNC,
          file,
          0,
          () -> {
            node.sync();
            return node;
          });
    }

    @Override
    public void close() {
      closed = true;
    }

    private long room() {
      synchronized (SimulatedDisk.this) {
        return Math.max(0, capacity - used());
      }
    }

    private void requireOpen() throws IOException {
      if (closed) {
        throw new IOException(file + ": is closed");
      }
    }
  }

  private final class Reading implements ReadableFile {

    private final Path file;
    private final FileNode node;

    Reading(Path file, FileNode node) {
      this.file = file;
      this.node = node;
    }

    @Override
    public long size() {
      synchronized (SimulatedDisk.this) {
        return node.length;
      }
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      synchronized (SimulatedDisk.this) {
        requirePower(file);
        if (badFiles.contains(file)) {
          throw new IOException(file + ": Input/output error");
        }
        int count = (int) Math.max(0, Math.min(target.remaining(), node.length - position));
        if (count > 0) {
          target.put(node.bytes, (int) position, count);
        }
        return count;
      }
    }

    @Override
    public void close() {}
  }

  private final class Lock implements DirectoryLock {

    private final Path file;
    private final FileNode node;
    private boolean closed;

    Lock(Path file, FileNode node) {
      this.file = file;
      this.node = node;
    }

    @Override
    public boolean isIntact() {
      synchronized (SimulatedDisk.this) {
        return names.get(file) == node;
      }
    }

    @Override
    public void close() {
      synchronized (SimulatedDisk.this) {
        if (!closed) {
          closed = true;
          locks.remove(file);
        }
      }
    }
  }
}
