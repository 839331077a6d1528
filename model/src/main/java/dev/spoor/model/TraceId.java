package dev.spoor.model;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/// The 16 bytes that name a trace, as two big-endian halves.
///
/// Ordered as its bytes are: unsigned, high half first, which is the order of the rows in a block.
public record TraceId(long high, long low) implements Comparable<TraceId> {

  public static final int LENGTH = 16;

  private static final long SECRET = ThreadLocalRandom.current().nextLong();
  private static final long MIX_A = 0xD6E8FEB86659FD93L;
  private static final long MIX_B = 0x9E3779B97F4A7C15L;

  private static final HexFormat HEX = HexFormat.of();
  private static final int MAX_HEX_DIGITS = 2 * LENGTH;

  /// The id that stands at `offset` in `bytes`, which must hold 16 bytes from there.
  public static TraceId at(byte[] bytes, int offset) {
    ByteBuffer view = ByteBuffer.wrap(bytes, offset, LENGTH);
    return new TraceId(view.getLong(), view.getLong());
  }

  /// Reads what a person or a client wrote: 1 to 32 hex digits of any case, padded with zeros on
  /// the left.
  ///
  /// @throws IllegalArgumentException saying which character at which position (from 1) is wrong
  public static TraceId parse(String hex) {
    if (hex.isEmpty()) {
      throw new IllegalArgumentException("please provide a trace id");
    }
    for (int i = 0; i < hex.length(); i++) {
      if (!HexFormat.isHexDigit(hex.charAt(i))) {
        throw new IllegalArgumentException(
            "trace ids can only contain hex characters: invalid character '%s' at position %d"
                .formatted(hex.charAt(i), i + 1));
      }
    }
    if (hex.length() > MAX_HEX_DIGITS) {
      throw new IllegalArgumentException("trace ids can't be larger than 128 bits");
    }
    String padded = "0".repeat(MAX_HEX_DIGITS - hex.length()) + hex;
    return new TraceId(
        HexFormat.fromHexDigitsToLong(padded, 0, LENGTH),
        HexFormat.fromHexDigitsToLong(padded, LENGTH, MAX_HEX_DIGITS));
  }

  public byte[] toBytes() {
    return ByteBuffer.allocate(LENGTH).putLong(high).putLong(low).array();
  }

  /// 32 lower-case hex digits.
  public String toHex() {
    return HEX.toHexDigits(high) + HEX.toHexDigits(low);
  }

  /// Lower-case hex without leading zeros, as search answers print it; `0` for the zero id.
  public String toShortHex() {
    String hex = toHex();
    int first = 0;
    while (first < hex.length() - 1 && hex.charAt(first) == '0') {
      first++;
    }
    return hex.substring(first);
  }

  @Override
  public int compareTo(TraceId other) {
    return compare(high, low, other.high, other.low);
  }

  /// [#compareTo] without the objects, for the column code.
  public static int compare(long highA, long lowA, long highB, long lowB) {
    int byHigh = Long.compareUnsigned(highA, highB);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(lowA, lowB);
  }

  /// A hash for tables in memory, in which every bit of the id counts for every bit. It is another
  /// one in each process: senders choose ids, and must not be able to choose places in a table.
  public static int hash(long high, long low) {
    long mixed = mix(mix(high ^ SECRET) ^ low);
    return (int) (mixed ^ (mixed >>> 32));
  }

  private static long mix(long value) {
    long word = value ^ MIX_A;
    return Math.multiplyHigh(word, MIX_B) ^ (word * MIX_B);
  }

  @Override
  public String toString() {
    return toHex();
  }
}
