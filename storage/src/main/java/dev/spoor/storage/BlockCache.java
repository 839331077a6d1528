package dev.spoor.storage;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import dev.spoor.storage.objectstore.ObjectStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// Parts of blocks that were read lately, in memory: footers, dictionaries, pages, bloom filters.
///
/// A file is cached in pieces of equal length that begin at multiples of it. A read takes what is
/// there, and fetches the rest with one request for each gap, so neighbouring small reads cost one
/// request together: a request costs about as much as the 600 KiB that it could bring along. What
/// several readers miss at the same time is fetched once. Reads above [#LARGEST] go past the cache;
/// one scan shall not drive out what every query needs.
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

  private final AsyncCache<Piece, byte[]> pieces;
  private final int pieceBytes;

  /// @param maxBytes of memory, about; 0 keeps nothing
  public BlockCache(long maxBytes) {
    this(maxBytes, DEFAULT_PIECE);
  }

  BlockCache(long maxBytes, int pieceBytes) {
    this.pieceBytes = pieceBytes;
    this.pieces =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((Piece piece, byte[] bytes) -> bytes.length + ENTRY_OVERHEAD)
            .executor(Runnable::run)
            .recordStats()
            .buildAsync();
  }

  /// Hits and misses since the start.
  public CacheStats stats() {
    return pieces.synchronous().stats();
  }

  /// Bytes that are held now, about.
  public long weight() {
    return pieces.synchronous().policy().eviction().orElseThrow().weightedSize().orElse(0);
  }

  /// A whole small object. The array is shared: nobody changes it.
  byte[] get(ObjectStore store, String key, int limit) throws IOException {
    Piece whole = new Piece(key, WHOLE, WHOLE);
    CompletableFuture<byte[]> mine = new CompletableFuture<>();
    CompletableFuture<byte[]> known = pieces.asMap().putIfAbsent(whole, mine);
    if (known != null) {
      return await(known, () -> store.get(key, limit));
    }
    return fill(List.of(mine), () -> store.get(key, limit), bytes -> mine.complete(bytes));
  }

  /// A range of an object whose length is known, in an array that is the caller's.
  byte[] read(ObjectStore store, String key, long size, long offset, int length)
      throws IOException {
    if (length > LARGEST) {
      return store.read(key, offset, length);
    }
    long first = offset / pieceBytes;
    long last = length == 0 ? first - 1 : (offset + length - 1) / pieceBytes;
    Range range = new Range(store, key, size, first, last);
    return range.read(offset, length);
  }

  /// Forgets what is kept of one object.
  void forget(String key) {
    Cache<Piece, byte[]> all = pieces.synchronous();
    all.asMap().keySet().removeIf(piece -> piece.key().equals(key));
  }

  /// The pieces that one read touches.
  private final class Range {

    private final ObjectStore store;
    private final String key;
    private final long size;
    private final long first;
    private final List<CompletableFuture<byte[]>> wanted = new ArrayList<>();
    private final List<Boolean> mine = new ArrayList<>();

    Range(ObjectStore store, String key, long size, long first, long last) {
      this.store = store;
      this.key = key;
      this.size = size;
      this.first = first;
      for (long index = first; index <= last; index++) {
        CompletableFuture<byte[]> fresh = new CompletableFuture<>();
        CompletableFuture<byte[]> known =
            pieces.asMap().putIfAbsent(new Piece(key, size, index), fresh);
        wanted.add(known == null ? fresh : known);
        mine.add(known == null);
      }
    }

    byte[] read(long offset, int length) throws IOException {
      fetchMissing();
      byte[] bytes = new byte[length];
      for (int i = 0; i < wanted.size(); i++) {
        long start = (first + i) * pieceBytes;
        byte[] piece = pieceAt(i);
        int from = (int) Math.max(0, offset - start);
        int to = (int) Math.min(piece.length, offset + length - start);
        System.arraycopy(piece, from, bytes, (int) (start + from - offset), to - from);
      }
      return bytes;
    }

    /// All of ours are fetched before any of the others is waited for: no two readers wait for each
    /// other.
    private void fetchMissing() throws IOException {
      int i = 0;
      try {
        while (i < wanted.size()) {
          int end = i;
          while (end < wanted.size() && mine.get(end)) {
            end++;
          }
          if (end > i) {
            fetch(i, end);
          }
          i = end + 1;
        }
      } catch (IOException | RuntimeException | Error failure) {
        giveUpFrom(i, failure);
        throw failure;
      }
    }

    private void fetch(int from, int to) throws IOException {
      List<CompletableFuture<byte[]>> run = wanted.subList(from, to);
      long start = startOf(from);
      int length = (int) (Math.min(size, startOf(to)) - start);
      fill(
          run,
          () -> store.read(key, start, length),
          bytes -> {
            for (int i = 0; i < run.size(); i++) {
              int at = i * pieceBytes;
              int end = Math.min(bytes.length, at + pieceBytes);
              boolean alone = run.size() == 1;
              run.get(i).complete(alone ? bytes : Arrays.copyOfRange(bytes, at, end));
            }
          });
    }

    private void giveUpFrom(int from, Throwable failure) {
      for (int i = from; i < wanted.size(); i++) {
        if (mine.get(i)) {
          wanted.get(i).completeExceptionally(failure);
        }
      }
    }

    private byte[] pieceAt(int i) throws IOException {
      long start = startOf(i);
      int length = (int) (Math.min(size, startOf(i + 1)) - start);
      return await(wanted.get(i), () -> store.read(key, start, length));
    }

    private long startOf(int i) {
      return (first + i) * pieceBytes;
    }
  }

  private interface Load {
    byte[] run() throws IOException;
  }

  private interface Give {
    void to(byte[] bytes);
  }

  /// Whatever happens, nobody who waits for these is left waiting; Caffeine drops what failed.
  private static byte[] fill(List<CompletableFuture<byte[]>> waited, Load load, Give give)
      throws IOException {
    try {
      byte[] bytes = load.run();
      give.to(bytes);
      return bytes;
    } catch (IOException | RuntimeException | Error failure) {
      waited.forEach(future -> future.completeExceptionally(failure));
      throw failure;
    }
  }

  /// @param alone how to get it when the reader who was to fetch it was stopped
  private static byte[] await(CompletableFuture<byte[]> future, Load alone) throws IOException {
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
