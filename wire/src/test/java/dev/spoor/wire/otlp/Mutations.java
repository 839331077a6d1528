package dev.spoor.wire.otlp;

import java.util.Arrays;
import java.util.Random;

/// Damages bytes a little, from a seed.
final class Mutations {

  private Mutations() {}

  static byte[] damage(byte[] valid, Random random) {
    byte[] bytes = valid;
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes = bytes.length == 0 ? new byte[] {(byte) random.nextInt()} : once(bytes, random);
    }
    return bytes;
  }

  private static byte[] once(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    int to = Math.min(bytes.length, at + 1 + random.nextInt(12));
    return switch (random.nextInt(6)) {
      case 0 -> spliced(bytes, at, at + 1, new byte[] {(byte) random.nextInt()});
      case 1 ->
          spliced(bytes, at, at + 1, new byte[] {(byte) (bytes[at] ^ 1 << random.nextInt(8))});
      case 2 -> spliced(bytes, at, to, new byte[0]);
      case 3 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
      case 4 ->
          spliced(bytes, at, at, new byte[] {(byte) random.nextInt(), (byte) random.nextInt()});
      default -> Arrays.copyOf(bytes, at);
    };
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] instead) {
    byte[] result = Arrays.copyOf(bytes, bytes.length - (to - from) + instead.length);
    System.arraycopy(instead, 0, result, from, instead.length);
    System.arraycopy(bytes, to, result, from + instead.length, bytes.length - to);
    return result;
  }
}
