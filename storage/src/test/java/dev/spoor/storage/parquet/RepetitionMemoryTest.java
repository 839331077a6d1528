package dev.spoor.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What was decoded before never shows in what is decoded now.
class RepetitionMemoryTest {

  private static final long SEED = 20261122;
  private static final int MAX = 5;

  private final Random random = new Random(SEED);
  private final long[] held = new long[1];
  private final RepetitionMemory memory = new RepetitionMemory(bytes -> held[0] += bytes);

  @Test
  void levelsAreThoseOfTheBytesWhateverCameBefore() throws Exception {
    byte[][] columns = new byte[6][];
    for (int round = 0; round < 3_000; round++) {
      String name = "seed %d, round %d".formatted(SEED, round);
      int column = random.nextInt(columns.length);
      if (columns[column] == null || random.nextInt(4) == 0) {
        columns[column] = levels(random.nextInt(1, 400));
      }
      byte[] levels = columns[column];
      int max = random.nextInt(4, MAX + 1);
      int at = random.nextInt(3);
      byte[] out = new byte[levels.length + 16];
      decode(encoded(levels), max, out, at, levels.length, random.nextInt(3));

      assertThat(Arrays.copyOfRange(out, at, at + levels.length)).as(name).isEqualTo(levels);
      assertThat(memory.rows()).as(name).isEqualTo(count(levels, 0));
      assertThat(memory.tooHigh()).as(name).isEqualTo(max < MAX && count(levels, MAX) > 0);
    }
  }

  @Test
  void theQueryPaysForWhatIsRemembered() throws Exception {
    byte[] levels = levels(1_000);
    byte[] bytes = encoded(levels);
    decode(bytes, MAX, new byte[1_016], 0, 1_000, 7);
    assertThat(held[0]).isEqualTo(1_000 + bytes.length);

    decode(bytes, MAX, new byte[1_016], 0, 1_000, 7);
    assertThat(held[0]).isEqualTo(1_000 + bytes.length);
  }

  /// The query ends there, but what it shares with others may be asked again.
  @Test
  void aPageThatCouldNotBeKeptIsNotMixedWithTheOneBeforeIt() throws Exception {
    byte[] before = levels(100);
    byte[] after = levels(900);
    for (int affordable = 0; affordable <= 2; affordable++) {
      int[] left = {affordable + 2};
      RepetitionMemory poor =
          new RepetitionMemory(bytes -> {
            if (left[0]-- == 0) {
              throw new IOException("no memory left");
            }
          });
      byte[] in = encoded(before);
      poor.decode(in, 0, in.length, MAX, new byte[116], 0, 100, 7);
      byte[] more = encoded(after);
      byte[] out = new byte[916];
      try {
        poor.decode(more, 0, more.length, MAX, out, 0, 900, 7);
      } catch (IOException expected) {
        assertThat(affordable).isLessThan(2);
      }
      left[0] = Integer.MAX_VALUE;
      Arrays.fill(out, (byte) 0);
      poor.decode(more, 0, more.length, MAX, out, 0, 900, 7);
      assertThat(Arrays.copyOf(out, 900)).as(affordable + " arrays").isEqualTo(after);
    }
  }

  @Test
  void bytesThatEndTooEarlyAreRefusedAlsoWhenTheirBeginningIsKnown() throws Exception {
    byte[] levels = levels(1_000);
    byte[] bytes = encoded(levels);
    decode(bytes, MAX, new byte[1_016], 0, 1_000, 0);

    byte[] cut = Arrays.copyOf(bytes, bytes.length - 30);
    assertThatThrownBy(() -> decode(cut, MAX, new byte[1_016], 0, 1_000, 0))
        .isInstanceOf(MalformedException.class);
  }

  private void decode(byte[] in, int max, byte[] out, int at, int count, long row)
      throws IOException {
    memory.decode(in, 0, in.length, max, out, at, count, row);
  }

  private byte[] levels(int length) {
    byte[] levels = new byte[length];
    int some = random.nextInt(2, MAX + 2);
    for (int i = 0; i < length; i++) {
      levels[i] = (byte) random.nextInt(some);
    }
    return levels;
  }

  private static byte[] encoded(byte[] levels) {
    PageBytes bytes = new PageBytes();
    RunEncoder.levels(levels, levels.length, RunEncoder.width(MAX), false, bytes);
    return bytes.toArray();
  }

  private static int count(byte[] levels, int level) {
    int count = 0;
    for (byte one : levels) {
      count += one == level ? 1 : 0;
    }
    return count;
  }
}
