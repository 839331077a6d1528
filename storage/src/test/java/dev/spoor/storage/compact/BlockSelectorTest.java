package dev.spoor.storage.compact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.DedicatedColumn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BlockSelectorTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:30:00Z");
  private static final SelectionLimits LIMITS =
      new SelectionLimits(Duration.ofHours(1), 1000, 10_000);

  @Test
  void blocksOfOneWindowAndLevelAreMergedFourAtATime() {
    List<BlockMeta> blocks = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      blocks.add(block(10, 0));
    }
    assertThat(select(blocks)).extracting(plan -> plan.blocks().size()).containsExactly(4, 4);
  }

  @Test
  void oneBlockAloneIsNotMerged() {
    assertThat(select(List.of(block(10, 0)))).isEmpty();
  }

  @Test
  void theLowestLevelComesFirstAndThenTheNewestWindow() {
    BlockMeta newHigh = block(10, 1);
    BlockMeta newLow = block(10, 0);
    BlockMeta oldLow = block(100, 0);
    List<MergePlan> plans =
        select(List.of(newHigh, block(10, 1), oldLow, block(100, 0), newLow, block(10, 0)));

    assertThat(plans).hasSize(3);
    assertThat(plans.get(0).blocks()).contains(newLow);
    assertThat(plans.get(1).blocks()).contains(oldLow);
    assertThat(plans.get(2).blocks()).contains(newHigh);
    assertThat(plans.get(2).nextLevel()).isEqualTo(2);
  }

  @Test
  void afterADayLevelsDoNotMatter() {
    int twoDays = 48 * 60;

    assertThat(select(List.of(block(10, 0), block(10, 1)))).isEmpty();
    assertThat(select(List.of(block(twoDays, 0), block(twoDays, 3))))
        .extracting(MergePlan::nextLevel)
        .containsExactly(4);
  }

  @Test
  void theWindowThatIsADayOldIsLeftAlone() {
    assertThat(select(List.of(block(24 * 60, 0), block(24 * 60, 0)))).isEmpty();
    assertThat(select(List.of(block(23 * 60, 0), block(23 * 60, 0)))).hasSize(1);
    assertThat(select(List.of(block(25 * 60, 0), block(25 * 60, 0)))).hasSize(1);
  }

  @Test
  void recentBlocksComeBeforeOldOnes() {
    BlockMeta old = block(30 * 60, 0);
    BlockMeta recent = block(10, 7);
    List<MergePlan> plans = select(List.of(old, block(30 * 60, 0), recent, block(10, 7)));

    assertThat(plans.getFirst().blocks()).contains(recent);
  }

  @Test
  void whatDiffersIsNotMerged() {
    BlockMeta plain = block(10, 0);
    BlockMeta copies = block(10, 0).withReplicationFactor(1);
    BlockMeta other = with("vParquet3", List.of(), UUID.randomUUID());
    BlockMeta columns = with("vParquet4", List.of(DedicatedColumn.ofSpan("a")), UUID.randomUUID());
    BlockMeta unknown = with("vParquet9", List.of(), UUID.randomUUID());

    assertThat(select(List.of(plain, copies, other, columns, unknown, unknown))).isEmpty();
  }

  @Test
  void blocksOfPartsOfLargeTracesAreNotMerged() {
    assertThat(BlockSelector.largeTracesId().version()).isEqualTo(8);
    assertThat(BlockSelector.largeTracesId().variant()).isEqualTo(2);
    assertThat(
            select(
                List.of(
                    block(10, 0),
                    with("vParquet4", List.of(), BlockSelector.largeTracesId()),
                    with("vParquet4", List.of(), BlockSelector.largeTracesId()))))
        .isEmpty();
  }

  @Test
  void aPlanStaysBelowTheLimits() {
    BlockMeta big = sized(900, 100);
    BlockMeta long1 = sized(10, 6000);
    BlockMeta long2 = sized(20, 6000);

    assertThat(select(List.of(big, sized(90, 100), sized(50, 100))))
        .extracting(MergePlan::traces)
        .containsExactly(140L);
    assertThat(select(List.of(long1, long2))).isEmpty();
  }

  /// No block is in two plans, and merging comes to an end.
  @Property(tries = 50)
  void itComesToAnEnd(@ForAll long seed, @ForAll @IntRange(min = 0, max = 60) int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<BlockMeta> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      blocks.add(block(random.nextInt(60 * 60), random.nextInt(4)));
    }
    for (int round = 0; !select(blocks).isEmpty(); round++) {
      assertThat(round).isLessThan(200);
      Set<UUID> seen = new HashSet<>();
      for (MergePlan plan : select(blocks)) {
        assertThat(plan.blocks()).hasSizeBetween(2, 4);
        plan.blocks().forEach(block -> assertThat(seen.add(block.blockId())).isTrue());
      }
      MergePlan first = select(blocks).getFirst();
      Instant end = Collections.max(first.blocks().stream().map(BlockMeta::endTime).toList());
      blocks.removeAll(first.blocks());
      blocks.add(
          meta("vParquet4", end, 10, 100, List.of(), UUID.randomUUID())
              .withCompactionLevel(first.nextLevel()));
    }
  }

  private static List<MergePlan> select(List<BlockMeta> blocks) {
    return new BlockSelector(LIMITS, BlockMeta::endTime).select(blocks, NOW);
  }

  private static BlockMeta block(int minutesOld, int level) {
    Instant end = NOW.minus(Duration.ofMinutes(minutesOld));
    return meta("vParquet4", end, 10, 100, List.of(), UUID.randomUUID()).withCompactionLevel(level);
  }

  private static BlockMeta sized(long traces, long bytes) {
    return meta("vParquet4", NOW, traces, bytes, List.of(), UUID.randomUUID());
  }

  private static BlockMeta with(String format, List<DedicatedColumn> columns, UUID id) {
    return meta(format, NOW.minus(Duration.ofMinutes(10)), 10, 100, columns, id);
  }

  private static BlockMeta meta(
      String format, Instant end, long traces, long bytes, List<DedicatedColumn> columns, UUID id) {
    return BlockMeta.fresh(
        format, id, "acme", end.minusSeconds(60), end, traces, bytes, 1, 1, 1000, columns);
  }
}
