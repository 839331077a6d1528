package dev.spoor.storage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import dev.spoor.platform.threads.CpuPool;
import dev.spoor.storage.filter.StringFilter;
import dev.spoor.storage.objectstore.ObjectStore;
import dev.spoor.storage.parquet.DictionaryCache;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// Parts of blocks that were read lately, in memory: footers, dictionaries, pages, bloom filters.
///
/// A file is cached in pieces of equal length that begin at multiples of it. A read takes what is
/// there, and fetches the rest with one request for each gap, so neighbouring small reads cost one
/// request together: a request costs about as much as the 600 KiB that it could bring along. What
/// several readers miss at the same time is fetched once. Reads above [#LARGEST] go past the cache;
/// one scan shall not drive out what every query needs. So do all ranges of a store that is near
/// ([ObjectStore#isNear]): copying a quarter of a megabyte for the few kilobytes that are wanted
/// costs more than reading these again.
///
/// Objects of blocks never change, so nothing here grows old. Safe for many threads.
public final class BlockCache {

  /// Longest read, in bytes, that is kept.
  public static final int LARGEST = 1 << 20;

  static final int DEFAULT_PIECE = 256 << 10;
  private static final int ENTRY_OVERHEAD = 200;

  /// @param size of the object, so that a block written anew under its old id is another one
  private record Piece(String key, long size, long index) {}

  /// A whole object.
  private static final long WHOLE = -1;

  private final Cache<Piece, byte[]> pieces;

  private final Cache<DictionaryCache.Key, DictionaryCache.Entry> decoded;

  private final Cache<DictionaryCache.Key, StringFilter> filters;

  private final DictionaryCache dictionaries =
      new DictionaryCache() {
        @Override
        public @Nullable Entry find(Key key) {
          return decoded.getIfPresent(key);
        }

        @Override
        public void keep(Key key, Entry entry) {
          decoded.put(key, entry);
        }

        @Override
        public @Nullable StringFilter findFilter(Key key) {
          return filters.getIfPresent(key);
        }

        @Override
        public void keepFilter(Key key, StringFilter filter) {
          filters.put(key, filter);
        }
      };

  /// What somebody fetches right now. A piece goes from here to the cache, in this order: forgotten
  /// here after it is there.
  private final ConcurrentMap<Piece, CompletableFuture<byte[]>> coming = new ConcurrentHashMap<>();

  private final int pieceBytes;

  /// @param maxBytes of memory for what was read, about, half as much for decoded dictionaries, and
  ///   a sixteenth for filters of dictionaries; 0 keeps nothing
  public BlockCache(long maxBytes) {
    this(maxBytes, DEFAULT_PIECE);
  }

  BlockCache(long maxBytes, int pieceBytes) {
    this(maxBytes, maxBytes / 2, pieceBytes);
  }

  /// A cache for one store, which takes as much memory in all as the others. Of one that is near,
  /// more of it is for dictionaries.
  public static BlockCache of(ObjectStore store, long maxBytes) {
    return store.isNear()
        ? new BlockCache(maxBytes / 2, maxBytes, DEFAULT_PIECE)
        : new BlockCache(maxBytes);
  }

  private BlockCache(long maxBytes, long dictionaryBytes, int pieceBytes) {
    this.pieceBytes = pieceBytes;
    this.pieces =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((Piece piece, byte[] bytes) -> bytes.length + ENTRY_OVERHEAD)
            .executor(Runnable::run)
            .recordStats()
            .build();
    this.decoded =
        Caffeine.newBuilder()
            .maximumWeight(dictionaryBytes)
            .weigher((DictionaryCache.Key key, DictionaryCache.Entry entry) ->
                (int) Math.min(Integer.MAX_VALUE, entry.memoryBytes() + ENTRY_OVERHEAD))
            .executor(Runnable::run)
            .build();
    this.filters =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes / 16)
            .weigher((DictionaryCache.Key key, StringFilter filter) ->
                (int) Math.min(Integer.MAX_VALUE, filter.memoryBytes() + ENTRY_OVERHEAD))
            .executor(Runnable::run)
            .build();
  }

  /// Dictionaries that were decoded lately.
  DictionaryCache dictionaries() {
    return dictionaries;
  }

  /// Hits and misses since the start.
  public CacheStats stats() {
    return pieces.stats();
  }

  /// Bytes that are held now, about.
  long weight() {
    return pieces.policy().eviction().orElseThrow().weightedSize().orElse(0);
  }

  /// A whole small object. The array is shared: nobody changes it.
  byte[] get(ObjectStore store, String key, int limit) throws IOException {
    return get(store, key, limit, bytes -> bytes);
  }

  /// @param checked is applied once, before the object is kept
  byte[] get(ObjectStore store, String key, int limit, Checked checked) throws IOException {
    Wanted wanted = want(new Piece(key, WHOLE, WHOLE));
    Load load = () -> checked.of(store.get(key, limit));
    if (wanted.isOurs()) {
      fill(List.of(wanted), 0, load);
    }
    return wanted.await(load);
  }

  @FunctionalInterface
  interface Checked {
    /// @throws IOException when these are not the bytes that were written
    byte[] of(byte[] bytes) throws IOException;
  }

  /// A range of an object whose length is known, in an array that is the caller's.
  byte[] read(ObjectStore store, String key, long size, long offset, int length)
      throws IOException {
    if (length > LARGEST || store.isNear()) {
      return CpuPool.waiting(() -> store.read(key, offset, length));
    }
    long first = offset / pieceBytes;
    long last = length == 0 ? first - 1 : (offset + length - 1) / pieceBytes;
    return new Range(store, key, size, first, last).read(offset, length);
  }

  /// Forgets what is kept of one object.
  void forget(String key) {
    pieces.asMap().keySet().removeIf(piece -> piece.key().equals(key));
  }

  /// Finds a piece in the cache, or with somebody who fetches it, or makes it ours to fetch.
  private Wanted want(Piece piece) {
    byte @Nullable [] kept = pieces.getIfPresent(piece);
    if (kept != null) {
      return new Wanted(piece, CompletableFuture.completedFuture(kept), false);
    }
    CompletableFuture<byte[]> fresh = new CompletableFuture<>();
    CompletableFuture<byte[]> other = coming.putIfAbsent(piece, fresh);
    if (other != null) {
      return new Wanted(piece, other, false);
    }
    byte @Nullable [] meanwhile = pieces.asMap().get(piece);
    if (meanwhile != null) {
      coming.remove(piece);
      fresh.complete(meanwhile);
    }
    return new Wanted(piece, fresh, meanwhile == null);
  }

  /// Loads pieces that are ours. Whatever happens, nobody who waits for them is left waiting.
  ///
  /// @param each bytes of a piece, but for the last; 0 when there is only one
  private void fill(List<Wanted> ours, int each, Load load) throws IOException {
    try {
      // Others who wait for these pieces get them before this thread may compute again.
      CpuPool.waiting(() -> keep(ours, each, load.run()));
    } catch (IOException | RuntimeException | Error failure) {
      giveUp(ours, failure);
      throw failure;
    }
  }

  private int keep(List<Wanted> ours, int each, byte[] bytes) {
    for (int i = 0; i < ours.size(); i++) {
      byte[] piece =
          ours.size() == 1
              ? bytes
              : Arrays.copyOfRange(bytes, i * each, Math.min(bytes.length, (i + 1) * each));
      pieces.put(ours.get(i).piece(), piece);
      coming.remove(ours.get(i).piece());
      ours.get(i).future().complete(piece);
    }
    return ours.size();
  }

  private void giveUp(List<Wanted> wanted, Throwable failure) {
    for (Wanted one : wanted) {
      if (one.isOurs() && !one.future().isDone()) {
        coming.remove(one.piece());
        one.future().completeExceptionally(failure);
      }
    }
  }

  /// The pieces that one read touches.
  private final class Range {

    private final ObjectStore store;
    private final String key;
    private final long size;
    private final long first;
    private final List<Wanted> wanted = new ArrayList<>();

    Range(ObjectStore store, String key, long size, long first, long last) {
      this.store = store;
      this.key = key;
      this.size = size;
      this.first = first;
      for (long index = first; index <= last; index++) {
        wanted.add(want(new Piece(key, size, index)));
      }
    }

    byte[] read(long offset, int length) throws IOException {
      fetchOurs();
      byte[] bytes = new byte[length];
      for (int i = 0; i < wanted.size(); i++) {
        long start = startOf(i);
        byte[] piece = wanted.get(i).await(loadOf(i, i + 1));
        int from = (int) Math.max(0, offset - start);
        int to = (int) Math.min(piece.length, offset + length - start);
        System.arraycopy(piece, from, bytes, (int) (start + from - offset), to - from);
      }
      return bytes;
    }

    /// All of ours come before any of the others is waited for: no two readers wait for each other.
    private void fetchOurs() throws IOException {
      try {
        int from = 0;
        while (from < wanted.size()) {
          int to = from;
          while (to < wanted.size() && wanted.get(to).isOurs()) {
            to++;
          }
          if (to > from) {
            fill(wanted.subList(from, to), pieceBytes, loadOf(from, to));
          }
          from = to + 1;
        }
      } catch (IOException | RuntimeException | Error failure) {
        giveUp(wanted, failure);
        throw failure;
      }
    }

    private Load loadOf(int from, int to) {
      long start = startOf(from);
      int length = (int) (Math.min(size, startOf(to)) - start);
      return () -> store.read(key, start, length);
    }

    private long startOf(int i) {
      return (first + i) * pieceBytes;
    }
  }

  private interface Load {
    byte[] run() throws IOException;
  }

  private record Wanted(Piece piece, CompletableFuture<byte[]> future, boolean isOurs) {

    /// @param alone how to get it when the reader who was to fetch it was stopped
    byte[] await(Load alone) throws IOException {
      return future.isDone() ? outcome(alone) : CpuPool.waiting(() -> outcome(alone));
    }

    private byte[] outcome(Load alone) throws IOException {
      try {
        return future.get();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while another reader fetched a range");
      } catch (ExecutionException failure) {
        return switch (failure.getCause()) {
          case InterruptedIOException otherWasStopped -> alone.run();
          case IOException io -> throw io;
          case RuntimeException runtime -> throw runtime;
          case null, default -> throw new IOException(failure);
        };
      }
    }
  }
}
