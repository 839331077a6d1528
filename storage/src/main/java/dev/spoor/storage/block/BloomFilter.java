package dev.spoor.storage.block;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.spoor.model.TraceId;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The trace ids of a block, as far as a bloom filter remembers them, cut into shards that are read
/// one at a time.
///
/// A shard is an object of its own: the number of bits, the number of hashes and the number of bits
/// again as big-endian 64-bit words, then the bits, 64 to a big-endian word, the lowest first.
/// Built by one thread at a time.
public final class BloomFilter {

  public static final double DEFAULT_FALSE_POSITIVE = 0.01;
  public static final int DEFAULT_SHARD_BYTES = 100 << 10;

  private static final int MAX_SHARDS = 1000;
  private static final int HEADER_BYTES = 3 * Long.BYTES;
  private static final Hasher128 MURMUR3 = Hashing.murmur3_128();

  private final int hashes;
  private final long bits;
  private final long[][] shards;

  private BloomFilter(int hashes, long bits, long[][] shards) {
    this.hashes = hashes;
    this.bits = bits;
    this.shards = shards;
  }

  /// An empty filter for about so many ids.
  ///
  /// @param falsePositive the share of absent ids that the filter may take for present, in (0, 1)
  /// @param shardBytes the length of every shard without its header; a multiple of 8
  public static BloomFilter sized(long estimatedIds, double falsePositive, int shardBytes) {
    if (!(falsePositive > 0 && falsePositive < 1)) {
      throw new IllegalArgumentException("false positive rate must be between 0 and 1");
    }
    if (shardBytes <= 0 || shardBytes % Long.BYTES != 0) {
      throw new IllegalArgumentException("shard size must be a positive multiple of 8 bytes");
    }
    double ids = Math.max(1, estimatedIds);
    double ln2 = Math.log(2);
    double bitsForAll = Math.ceil(-ids * Math.log(falsePositive) / (ln2 * ln2));
    int hashes = (int) Math.max(1, Math.ceil(ln2 * bitsForAll / ids));
    double shardBits = shardBytes * 8.0;
    int count = (int) Math.clamp((long) Math.ceil(bitsForAll / shardBits), 1, MAX_SHARDS);
    return new BloomFilter(hashes, (long) shardBits, new long[count][shardBytes / Long.BYTES]);
  }

  public void add(TraceId id) {
    add(id.toBytes());
  }

  private void add(byte[] id) {
    long[] shard = shards[shardOf(id, shards.length)];
    Bits of = Bits.of(id);
    for (int i = 0; i < hashes; i++) {
      long bit = of.bit(i, bits);
      shard[(int) (bit >>> 6)] |= 1L << bit;
    }
  }

  public int shardCount() {
    return shards.length;
  }

  /// The bytes of the object `bloom-<shard>`.
  public byte[] shard(int shard) {
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + shards[shard].length * Long.BYTES);
    bytes.putLong(bits).putLong(hashes).putLong(bits);
    for (long word : shards[shard]) {
      bytes.putLong(word);
    }
    return bytes.array();
  }

  /// Which of the shards knows about an id.
  public static int shardOf(TraceId id, int shardCount) {
    return shardOf(id.toBytes(), shardCount);
  }

  private static int shardOf(byte[] id, int shardCount) {
    int hash = 0x811C9DC5;
    for (byte b : id) {
      hash *= 0x01000193;
      hash ^= b & 0xFF;
    }
    return Integer.remainderUnsigned(hash, shardCount);
  }

  /// Whether an id may be in the block; false is sure.
  ///
  /// @param shard the bytes of the shard that [#shardOf] names
  /// @throws IOException when these bytes are no shard
  public static boolean mightContain(byte[] shard, TraceId id) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(shard);
    long bits = shard.length < HEADER_BYTES ? 0 : bytes.getLong(0);
    long hashes = shard.length < HEADER_BYTES ? 0 : bytes.getLong(Long.BYTES);
    long room = (shard.length - HEADER_BYTES) / Long.BYTES * 64L;
    if (bits <= 0 || bits > room || hashes <= 0 || hashes > 64) {
      throw new IOException(
          "not a bloom filter: %d bytes that promise %d bits and %d hashes"
              .formatted(shard.length, bits, hashes));
    }
    Bits of = Bits.of(id.toBytes());
    for (int i = 0; i < hashes; i++) {
      long bit = of.bit(i, bits);
      long word = bytes.getLong(HEADER_BYTES + (int) (bit >>> 6) * Long.BYTES);
      if ((word & (1L << bit)) == 0) {
        return false;
      }
    }
    return true;
  }

  /// The four hashes of an id, from which its bits are made.
  private record Bits(long h0, long h1, long h2, long h3) {

    static Bits of(byte[] id) {
      byte[] longer = new byte[id.length + 1];
      System.arraycopy(id, 0, longer, 0, id.length);
      longer[id.length] = 1;
      HashValue128 first = MURMUR3.hashBytesTo128Bits(id);
      HashValue128 second = MURMUR3.hashBytesTo128Bits(longer);
      return new Bits(
          first.getLeastSignificantBits(),
          first.getMostSignificantBits(),
          second.getLeastSignificantBits(),
          second.getMostSignificantBits());
    }

    long bit(int i, long bits) {
      long base = (i & 1) == 0 ? h0 : h1;
      int phase = i & 3;
      long step = phase == 0 || phase == 3 ? h2 : h3;
      return Long.remainderUnsigned(base + i * step, bits);
    }
  }
}
