package dev.spoor.storage.objectstore;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Objects in this process, gone with it. For tests and trials.
public final class MemoryObjectStore implements ObjectStore {

  private record Stored(byte[] content, Instant time, String etag) {

    ObjectInfo info(String key) {
      return new ObjectInfo(key, content.length, time, etag);
    }
  }

  private final ConcurrentNavigableMap<String, Stored> objects = new ConcurrentSkipListMap<>();
  private final AtomicLong puts = new AtomicLong();
  private final Clock clock;
  private volatile boolean closed;

  public MemoryObjectStore() {
    this(Clock.systemUTC());
  }

  /// @param clock gives the objects their time
  public MemoryObjectStore(Clock clock) {
    this.clock = clock;
  }

  @Override
  public String put(String key, byte[] content) {
    Stored stored = stored(key, content);
    objects.put(key, stored);
    return stored.etag();
  }

  @Override
  public String put(String key, ObjectSource source) throws IOException {
    try (InputStream in = source.open(0, source.length())) {
      return put(key, in.readAllBytes());
    }
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) {
    return objects.putIfAbsent(key, stored(key, content)) == null;
  }

  @Override
  public boolean putIfMatch(String key, String etag, byte[] content) {
    Stored replacement = stored(key, content);
    @Nullable Stored now =
        objects.computeIfPresent(
            key, (same, present) -> present.etag().equals(etag) ? replacement : present);
    return now != null && now.etag().equals(replacement.etag());
  }

  @Override
  public byte[] get(String key, int limit) throws IOException {
    byte[] content = find(key).content();
    if (content.length > limit) {
      throw new ObjectTooLargeException(key + " has " + content.length + " bytes", null);
    }
    return content.clone();
  }

  @Override
  public byte[] read(String key, long offset, int length) throws IOException {
    Ranges.check(offset, length);
    byte[] content = find(key).content();
    if (offset + length > content.length) {
      throw Ranges.tooShort(key, offset, length, content.length);
    }
    return Arrays.copyOfRange(content, (int) offset, (int) offset + length);
  }

  @Override
  public ObjectInfo head(String key) throws IOException {
    return find(key).info(key);
  }

  @Override
  public ListPage list(ListRequest request) {
    ensureOpen();
    List<ObjectInfo> found = new ArrayList<>();
    List<String> folders = new ArrayList<>();
    String prefix = request.prefix();
    String last = request.page().isEmpty() ? request.after() : request.page();
    String from = last.compareTo(prefix) < 0 ? prefix : pastAll(last, request.recursive());
    String key = objects.ceilingKey(from);
    while (key != null && key.startsWith(prefix)) {
      if (found.size() + folders.size() == request.pageSize()) {
        return new ListPage(found, folders, last);
      }
      int slash = request.recursive() ? -1 : key.indexOf('/', prefix.length());
      if (slash >= 0) {
        last = key.substring(0, slash + 1);
        folders.add(last);
      } else {
        last = key;
        @Nullable Stored stored = objects.get(key);
        if (stored != null) {
          found.add(stored.info(key));
        }
      }
      key = objects.ceilingKey(pastAll(last, request.recursive()));
    }
    return new ListPage(found, folders, "");
  }

  @Override
  public void delete(String key) {
    ensureOpen();
    objects.remove(Keys.check(key));
  }

  @Override
  public void close() {
    closed = true;
  }

  /// The first string past an entry; for a folder past all that is in it.
  private static String pastAll(String entry, boolean recursive) {
    return !recursive && entry.endsWith("/")
        ? entry.substring(0, entry.length() - 1) + '0'
        : entry + '\0';
  }

  private Stored stored(String key, byte[] content) {
    ensureOpen();
    Keys.check(key);
    return new Stored(content.clone(), clock.instant(), "m" + puts.incrementAndGet());
  }

  private Stored find(String key) throws IOException {
    ensureOpen();
    @Nullable Stored stored = objects.get(Keys.check(key));
    if (stored == null) {
      throw new ObjectNotFoundException(key, null);
    }
    return Objects.requireNonNull(stored);
  }

  private void ensureOpen() {
    if (closed) {
      throw new IllegalStateException("the object store is closed");
    }
  }
}
