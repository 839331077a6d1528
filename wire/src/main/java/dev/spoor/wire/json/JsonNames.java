package dev.spoor.wire.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/// The names that members of an object may have, found by their bytes. Immutable.
///
/// @param <E> one constant for each name, and one for all others
public final class JsonNames<E extends Enum<E>> {

  private final E[] constants;
  private final E other;
  private final Index index;

  private JsonNames(E[] constants, E other, Index index) {
    this.constants = constants;
    this.other = other;
    this.index = index;
  }

  /// @param other what stands for names that are not known
  /// @param name of each other constant; not empty
  public static <E extends Enum<E>> JsonNames<E> of(E other, Function<E, String> name) {
    E[] constants = other.getDeclaringClass().getEnumConstants();
    byte[][] names = new byte[constants.length][];
    for (E constant : constants) {
      String text = constant == other ? "" : name.apply(constant);
      names[constant.ordinal()] = text.getBytes(StandardCharsets.UTF_8);
    }
    return new JsonNames<>(constants, other, new Index(names));
  }

  /// What the name of the member stands for that the reader came to last.
  public E of(JsonReader reader) {
    int place = reader.nameIn(index);
    return place < 0 ? other : constants[place];
  }

  /// A table of the names by their first and last eight bytes, which for most are all they have.
  static final class Index {

    private static final VarHandle WORD =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long STIR = 0x9E3779B97F4A7C15L;

    private final byte[][] names;

    /// By slot: the place of a name, or -1.
    private final byte[] places;

    private final long[] firsts;
    private final long[] lasts;
    private final int shift;

    Index(byte[]... names) {
      this.names = names;
      int bits = Integer.SIZE + 2 - Integer.numberOfLeadingZeros(names.length);
      shift = Long.SIZE - bits;
      places = new byte[1 << bits];
      firsts = new long[1 << bits];
      lasts = new long[1 << bits];
      Arrays.fill(places, (byte) -1);
      for (int i = 0; i < names.length; i++) {
        if (names[i].length > 0) {
          add(i, names[i]);
        }
      }
    }

    private void add(int place, byte[] name) {
      long first = first(name, 0, name.length);
      long last = last(name, 0, name.length, first);
      int slot = slot(first, last);
      while (places[slot] >= 0) {
        slot = (slot + 1) & (places.length - 1);
      }
      places[slot] = (byte) place;
      firsts[slot] = first;
      lasts[slot] = last;
    }

    /// -1 when there is no such name.
    int find(byte[] array, int from, int to) {
      if (from == to) {
        return -1;
      }
      long first = first(array, from, to);
      long last = last(array, from, to, first);
      int slot = slot(first, last);
      while (places[slot] >= 0) {
        if (firsts[slot] == first && lasts[slot] == last) {
          byte[] name = names[places[slot]];
          boolean isSure = name.length == to - from && name.length <= 2 * Long.BYTES;
          if (isSure || Arrays.equals(array, from, to, name, 0, name.length)) {
            return places[slot];
          }
        }
        slot = (slot + 1) & (places.length - 1);
      }
      return -1;
    }

    private int slot(long first, long last) {
      return (int) ((first + Long.rotateLeft(last, 7)) * STIR >>> shift);
    }

    /// Zeros stand for bytes that are not there.
    private static long first(byte[] array, int from, int to) {
      int length = to - from;
      if (length >= Long.BYTES) {
        return (long) WORD.get(array, from);
      }
      if (from + Long.BYTES <= array.length) {
        return (long) WORD.get(array, from) & ((1L << Byte.SIZE * length) - 1);
      }
      long word = 0;
      for (int i = to - 1; i >= from; i--) {
        word = word << Byte.SIZE | (array[i] & 0xFF);
      }
      return word;
    }

    private static long last(byte[] array, int from, int to, long first) {
      return to - from < Long.BYTES ? first : (long) WORD.get(array, to - Long.BYTES);
    }
  }
}
