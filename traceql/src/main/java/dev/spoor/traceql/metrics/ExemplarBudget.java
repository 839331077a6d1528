package dev.spoor.traceql.metrics;

/// Spreads exemplars over time: the range is cut into slots for two each, up to a limit in all.
final class ExemplarBudget {

  private static final int PER_SLOT = 2;

  private final long start;
  private final long range;
  private final int[] slots;
  private final int limit;
  private int taken;

  ExemplarBudget(Intervals intervals, int limit) {
    this.start = intervals.start();
    this.range = intervals.end() - intervals.start();
    this.limit = limit;
    this.slots = new int[Math.max(1, limit / PER_SLOT)];
  }

  boolean isSpent() {
    return taken >= limit;
  }

  /// Whether there is room for one at this time; then it is taken.
  boolean take(long time) {
    if (!hasRoom(time)) {
      return false;
    }
    slots[slotOf(time)]++;
    taken++;
    return true;
  }

  /// Whether there is room for one at this time.
  boolean hasRoom(long time) {
    return !isSpent() && slots[slotOf(time)] < PER_SLOT;
  }

  private int slotOf(long time) {
    int slot = (int) ((double) (time - start) / range * slots.length);
    return Math.clamp(slot, 0, slots.length - 1);
  }
}
