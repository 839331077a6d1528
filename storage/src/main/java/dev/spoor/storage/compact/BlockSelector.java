package dev.spoor.storage.compact;

import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/// Chooses the blocks of a tenant that are merged, the most urgent first, as Tempo 2.10 does.
///
/// Time is divided into windows, and a block belongs to the one in which it ends. In the windows of
/// the last 24 hours, the *active* ones, blocks of the same level are merged, the lowest level and
/// the newest window first; in older windows levels don't matter. The window at the border is left
/// alone. Blocks are merged only with others of the same version, replication factor and dedicated
/// columns, two to four at a time.
public final class BlockSelector {

  /// At most so many blocks become one.
  public static final int MOST_INPUTS = 4;

  private static final Duration ACTIVE = Duration.ofHours(24);

  /// The version of the ids of blocks that hold nothing but full parts of large traces.
  private static final int LARGE_TRACES_VERSION = 8;

  private final SelectionLimits limits;
  private final Function<BlockMeta, Instant> endOf;

  /// @param endOf when a block ended: the end of its spans, but not after it was written
  public BlockSelector(SelectionLimits limits, Function<BlockMeta, Instant> endOf) {
    this.limits = limits;
    this.endOf = endOf;
  }

  /// Whether a block can be merged at all: those that hold only parts of large traces can't.
  public static boolean isCompactable(BlockMeta meta) {
    return BlockReader.reads(meta.format()) && meta.blockId().version() != LARGE_TRACES_VERSION;
  }

  /// An id for a block with parts of large traces: a version 8 UUID, of which all bits but version
  /// and variant are free to choose.
  public static UUID largeTracesId() {
    UUID random = UUID.randomUUID();
    long high = random.getMostSignificantBits() & ~0xF000L | (long) LARGE_TRACES_VERSION << 12;
    return new UUID(high, random.getLeastSignificantBits());
  }

  /// What can be merged now; no block is in two plans.
  public List<MergePlan> select(Collection<BlockMeta> blocks, Instant now) {
    long current = windowOf(now);
    long border = windowOf(now.minus(ACTIVE));
    List<Entry> entries = new ArrayList<>();
    for (BlockMeta meta : blocks) {
      long window = windowOf(endOf.apply(meta));
      if (isCompactable(meta) && window != border) {
        entries.add(new Entry(meta, window > border, current - window));
      }
    }
    entries.sort(ORDER);
    List<MergePlan> plans = new ArrayList<>();
    int at = 0;
    while (at < entries.size()) {
      int end = endOfPlan(entries, at);
      if (end - at > 1) {
        Entry first = entries.get(at);
        plans.add(
            new MergePlan(
                entries.subList(at, end).stream().map(Entry::meta).toList(),
                first.key(current - first.age)));
      }
      at = end;
    }
    return plans;
  }

  /// Where the run ends that begins at an entry: what can be merged with it.
  private int endOfPlan(List<Entry> entries, int from) {
    Entry first = entries.get(from);
    long traces = first.meta.totalObjects();
    long bytes = first.meta.size();
    int end = from + 1;
    while (end < entries.size() && end - from < MOST_INPUTS) {
      Entry next = entries.get(end);
      traces += next.meta.totalObjects();
      bytes += next.meta.size();
      if (!first.mergesWith(next) || traces > limits.maxObjects() || bytes > limits.maxBytes()) {
        break;
      }
      end++;
    }
    return end;
  }

  private long windowOf(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), limits.window().toSeconds());
  }

  private static final Comparator<Entry> ORDER =
      Comparator.comparing((Entry entry) -> !entry.active)
          .thenComparingInt(entry -> entry.active ? entry.meta.compactionLevel() : 0)
          .thenComparingLong(Entry::age)
          .thenComparingInt(entry -> entry.meta.replicationFactor())
          .thenComparingInt(entry -> entry.active ? 0 : entry.meta.compactionLevel())
          .thenComparingLong(entry -> entry.meta.totalObjects())
          .thenComparing(entry -> entry.meta.format())
          .thenComparing(entry -> entry.meta.dedicatedColumns().toString())
          .thenComparing(entry -> entry.meta.blockId());

  /// A block and its group.
  ///
  /// @param age windows between it and now
  private record Entry(BlockMeta meta, boolean active, long age) {

    boolean mergesWith(Entry other) {
      return active == other.active
          && (!active || meta.compactionLevel() == other.meta.compactionLevel())
          && age == other.age
          && meta.replicationFactor() == other.meta.replicationFactor()
          && meta.dataEncoding().equals(other.meta.dataEncoding())
          && meta.format().equals(other.meta.format())
          && meta.dedicatedColumns().equals(other.meta.dedicatedColumns());
    }

    String key(long window) {
      String level = active ? "level %d, ".formatted(meta.compactionLevel()) : "";
      return "%swindow %d, replication factor %d"
          .formatted(level, window, meta.replicationFactor());
    }
  }
}
