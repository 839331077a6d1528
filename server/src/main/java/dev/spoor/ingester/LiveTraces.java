package dev.spoor.ingester;

import java.util.Arrays;

/// The traces of one tenant that got spans lately, with their sizes: what the limits on live traces
/// and on bytes per trace are decided by.
///
/// A trace is live until it was idle for `trace_idle_period` or is older than `trace_live_period`;
/// its size is remembered a while longer, so that a trace which pauses does not start again at 0.
/// Open addressing over plain arrays; the owner's lock guards it.
final class LiveTraces {

  /// What [#admit] says of one span.
  enum Verdict {
    ADMITTED,
    TOO_MANY_TRACES,
    TRACE_TOO_LARGE
  }

  private static final int FREE = 0;
  private static final int LIVE = 1;
  private static final int REMEMBERED = 2;

  private long[] highs = new long[64];
  private long[] lows = new long[64];
  private long[] bytes = new long[64];
  private long[] firstSeen = new long[64];
  private long[] lastSeen = new long[64];
  private byte[] states = new byte[64];
  private int entries;
  private int live;
  private long liveBytes;
  private long created;

  /// Counts a span to its trace, unless a limit speaks against it.
  ///
  /// @param size bytes of the span
  /// @param now milliseconds; a clock that was set back makes traces live longer once
  /// @param maxTraces live traces at most; 0 for any number
  /// @param maxBytes bytes of one trace at most; 0 for any size
  Verdict admit(long high, long low, int size, long now, int maxTraces, long maxBytes) {
    int slot = slotOf(high, low);
    if (states[slot] != LIVE && maxTraces > 0 && live >= maxTraces) {
      return Verdict.TOO_MANY_TRACES;
    }
    long before = states[slot] == FREE ? 0 : bytes[slot];
    if (maxBytes > 0 && before + size > maxBytes) {
      return Verdict.TRACE_TOO_LARGE;
    }
    if (states[slot] != LIVE) {
      begin(slot, high, low, now);
      slot = entries * 2 > states.length ? grownSlotOf(high, low) : slot;
    }
    bytes[slot] += size;
    liveBytes += size;
    lastSeen[slot] = now;
    return Verdict.ADMITTED;
  }

  /// Takes back what [#admit] counted, after the span could not be stored.
  void takeBack(long high, long low, int size) {
    int slot = slotOf(high, low);
    if (states[slot] != FREE) {
      bytes[slot] -= size;
      liveBytes -= size;
    }
  }

  /// Ends traces that were idle for `idleMillis` or live for `liveMillis`, and forgets the sizes of
  /// those that were idle for `forgetMillis`.
  void expire(long now, long idleMillis, long liveMillis, long forgetMillis) {
    LiveTraces kept = new LiveTraces();
    for (int slot = 0; slot < states.length; slot++) {
      if (states[slot] == FREE) {
        continue;
      }
      // Set back with the clock, or they would live until it is again where it was.
      firstSeen[slot] = Math.min(firstSeen[slot], now);
      lastSeen[slot] = Math.min(lastSeen[slot], now);
      long idle = now - lastSeen[slot];
      boolean stillLive =
          states[slot] == LIVE && idle < idleMillis && now - firstSeen[slot] < liveMillis;
      if (stillLive || idle < forgetMillis) {
        kept.put(this, slot, stillLive ? LIVE : REMEMBERED);
      }
    }
    highs = kept.highs;
    lows = kept.lows;
    bytes = kept.bytes;
    firstSeen = kept.firstSeen;
    lastSeen = kept.lastSeen;
    states = kept.states;
    entries = kept.entries;
    live = kept.live;
    liveBytes = kept.liveBytes;
  }

  /// How many traces are live.
  int count() {
    return live;
  }

  /// Bytes of the traces that are remembered.
  long bytes() {
    return liveBytes;
  }

  /// How many traces began, ever.
  long created() {
    return created;
  }

  private void begin(int slot, long high, long low, long now) {
    if (states[slot] == FREE) {
      highs[slot] = high;
      lows[slot] = low;
      bytes[slot] = 0;
      entries++;
    }
    states[slot] = LIVE;
    firstSeen[slot] = now;
    live++;
    created++;
  }

  private int grownSlotOf(long high, long low) {
    LiveTraces larger = new LiveTraces();
    larger.resize(states.length * 2);
    for (int slot = 0; slot < states.length; slot++) {
      if (states[slot] != FREE) {
        larger.put(this, slot, states[slot]);
      }
    }
    highs = larger.highs;
    lows = larger.lows;
    bytes = larger.bytes;
    firstSeen = larger.firstSeen;
    lastSeen = larger.lastSeen;
    states = larger.states;
    return slotOf(high, low);
  }

  private void put(LiveTraces from, int fromSlot, int state) {
    if ((entries + 1) * 2 > states.length) {
      grownSlotOf(from.highs[fromSlot], from.lows[fromSlot]);
    }
    int slot = slotOf(from.highs[fromSlot], from.lows[fromSlot]);
    highs[slot] = from.highs[fromSlot];
    lows[slot] = from.lows[fromSlot];
    bytes[slot] = from.bytes[fromSlot];
    firstSeen[slot] = from.firstSeen[fromSlot];
    lastSeen[slot] = from.lastSeen[fromSlot];
    states[slot] = (byte) state;
    entries++;
    liveBytes += bytes[slot];
    if (state == LIVE) {
      live++;
    }
  }

  private void resize(int capacity) {
    highs = Arrays.copyOf(highs, capacity);
    lows = Arrays.copyOf(lows, capacity);
    bytes = Arrays.copyOf(bytes, capacity);
    firstSeen = Arrays.copyOf(firstSeen, capacity);
    lastSeen = Arrays.copyOf(lastSeen, capacity);
    states = Arrays.copyOf(states, capacity);
  }

  /// Where the trace stands, or the free slot where it would.
  private int slotOf(long high, long low) {
    long mixed = (high ^ Long.rotateLeft(low, 32)) * 0x9E3779B97F4A7C15L;
    int mask = states.length - 1;
    int slot = (int) (mixed >>> 32) & mask;
    while (states[slot] != FREE && (highs[slot] != high || lows[slot] != low)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
