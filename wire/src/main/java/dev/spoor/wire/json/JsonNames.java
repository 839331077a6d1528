package dev.spoor.wire.json;

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

  /// A table of places by first byte, last byte and length, which tell most names apart.
  static final class Index {

    private final byte[][] names;
    private final byte[] places;

    Index(byte[]... names) {
      this.names = names;
      places = new byte[Integer.highestOneBit(names.length) * 8];
      Arrays.fill(places, (byte) -1);
      for (int i = 0; i < names.length; i++) {
        if (names[i].length == 0) {
          continue;
        }
        int slot = slot(names[i], 0, names[i].length);
        while (places[slot] >= 0) {
          slot = (slot + 1) & (places.length - 1);
        }
        places[slot] = (byte) i;
      }
    }

    /// -1 when there is no such name.
    int find(byte[] array, int from, int to) {
      if (from == to) {
        return -1;
      }
      int slot = slot(array, from, to);
      while (places[slot] >= 0) {
        byte[] name = names[places[slot]];
        if (Arrays.equals(array, from, to, name, 0, name.length)) {
          return places[slot];
        }
        slot = (slot + 1) & (places.length - 1);
      }
      return -1;
    }

    private int slot(byte[] array, int from, int to) {
      return (array[from] + 5 * array[to - 1] + 11 * (to - from)) & (places.length - 1);
    }
  }
}
