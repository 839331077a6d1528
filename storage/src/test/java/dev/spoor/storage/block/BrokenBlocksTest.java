package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.TraceId;
import dev.spoor.storage.parquet.ParquetFooter;
import dev.spoor.storage.parquet.RangeReader;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.OrdinalSet;
import dev.spoor.traceql.fetch.SpanBatch;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Blocks of others: their footers and page headers have no checksums, so that damage there can
/// give other spans; it never gives anything but spans or a failure that names the block. Of blocks
/// of ours, [BlockDamageTest] demands more.
class BrokenBlocksTest {

  private static final long SEED = 8;
  private static final int TRIES = 80;

  @ParameterizedTest
  @EnumSource(Golden.class)
  void flippedBytesGiveSpansOrFailuresThatNameTheBlock(Golden golden) throws IOException {
    Random random = new Random(SEED);
    byte[] sound = golden.blockFile("data.parquet");
    int footer = golden.meta().footerSize() + 8;
    int refused = 0;
    for (int i = 0; i < TRIES; i++) {
      byte[] broken = sound.clone();
      boolean inFooter = random.nextBoolean();
      for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
        int at =
            inFooter
                ? sound.length - 1 - random.nextInt(footer)
                : random.nextInt(sound.length - footer);
        broken[at] = (byte) random.nextInt(256);
      }
      refused += refuses(golden, broken, "seed %d, try %d".formatted(SEED, i)) ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(TRIES / 3);
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void cutFilesAreRefused(Golden golden) throws IOException {
    byte[] sound = golden.blockFile("data.parquet");
    for (int length : new int[] {0, 3, 12, 1000, sound.length / 2, sound.length - 1}) {
      assertThat(refuses(golden, Arrays.copyOf(sound, length), "cut to " + length)).isTrue();
    }
  }

  @Test
  void whatNobodyForesawIsAFailureThatNamesTheBlock() throws IOException {
    Golden golden = Golden.values()[0];
    TraceId id =
        BlockReader.open(golden.meta(), parts(golden, golden.blockFile("data.parquet")))
            .traceIds(0)[0];
    BlockReader odd = BlockReader.open(golden.meta(), new OddParts(golden));

    for (ThrowingCallable read :
        List.<ThrowingCallable>of(
            () -> odd.findTrace(id), () -> odd.traceIds(0), () -> odd.rows(0, 0, 1))) {
      assertThatThrownBy(read)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(golden.meta().blockId().toString())
          .hasMessageContaining("odd, for a test");
    }
  }

  private static MemoryBlockParts parts(Golden golden, byte[] content) throws IOException {
    byte[][] blooms = {golden.blockFile("bloom-0")};
    return MemoryBlockParts.of("broken", content, blooms, Optional.empty());
  }

  /// A block in which whatever is looked for breaks an assumption.
  private record OddParts(Golden golden) implements BlockParts {

    @Override
    public RangeReader data() {
      throw new IndexOutOfBoundsException("odd, for a test");
    }

    @Override
    public ParquetFooter footer() throws IOException {
      return parts(golden, golden.blockFile("data.parquet")).footer();
    }

    @Override
    public byte[] bloom(int shard) throws IOException {
      return golden.blockFile("bloom-" + shard);
    }

    @Override
    public Optional<RowGroupIndex> index() {
      return Optional.empty();
    }
  }

  /// Reads everything; false when that went well.
  private static boolean refuses(Golden golden, byte[] content, String which) throws IOException {
    try {
      BlockReader block = BlockReader.open(golden.meta(), parts(golden, content));
      for (int group = 0; group < block.rowGroups(); group++) {
        block.rows(group, 0, block.rows(group));
        for (TraceId id : Arrays.asList(block.traceIds(group)).subList(0, 2)) {
          block.findTrace(id);
        }
      }
      scan(block);
      return false;
    } catch (IOException e) {
      assertThat(e.getMessage())
          .as(which)
          .containsAnyOf("broken", golden.meta().blockId().toString());
      return true;
    }
  }

  private static void scan(BlockReader block) throws IOException {
    try (BatchCursor cursor = BlockSpanSource.of(block).fetch(FetchRequest.EVERYTHING)) {
      for (SpanBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
        for (Field field : Field.Intrinsic.values()) {
          batch.matching(Condition.exists(field));
          batch.values(field, OrdinalSet.all(batch.count(field.level())));
        }
        batch.summary(0);
      }
    }
  }
}
