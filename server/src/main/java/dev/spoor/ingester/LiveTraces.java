package dev.spoor.ingester;

import dev.spoor.model.TraceId;

/// The traces of one tenant that got spans lately, with their sizes: what the limits on live traces
/// and on bytes per trace are decided by.
///
/// A trace is live until it was idle for `trace_idle_period` or is older than `trace_live_period`;
/// its size is remembered a while longer, so that a trace which pauses does not start again at 0.
///
/// Open addressing over plain arrays; the owner's lock guards it. What a span changes of its trace
/// stands together, so that a look at one trace of many is one cache line or two.
final class LiveTraces {

  /// What [#admit] says.
  enum Verdict {
    ADMITTED,
    TOO_MANY_TRACES,
    TRACE_TOO_LARGE
  }

  private static final int FREE = 0;
  private static final int LIVE = 1;
  private static final int REMEMBERED = 2;

  private static final int FIRST_CAPACITY = 64;

  /// A slot in `table`: both halves of the id, bytes, and when the last span came in milliseconds
  /// with the state in the lowest two bits.
  private static final int SLOT = 4;

  private static final int LOW = 1;
  private static final int BYTES = 2;
  private static final int SEEN = 3;
  private static final int STATE_BITS = 2;
  private static final int STATE_MASK = (1 << STATE_BITS) - 1;

  private long[] table;

  /// When the trace began to live, by the number of its slot.
  private long[] firstSeen;

  private int entries;
  private int live;
  private long liveBytes;
  private long created;

  LiveTraces() {
    this(FIRST_CAPACITY);
  }

  /// @param capacity a power of two
  private LiveTraces(int capacity) {
    table = new long[capacity * SLOT];
    firstSeen = new long[capacity];
  }

  /// Counts a span to its trace, or some of the same trace at once, unless a limit speaks against
  /// it. Of some that are together too large, one or the other may be small enough.
  ///
  /// @param size bytes of the span, or of all of them
  /// @param now milliseconds; a clock that was set back makes traces live longer once
  /// @param maxTraces live traces at most; 0 for any number
  /// @param maxBytes bytes of one trace at most; 0 for any size
  Verdict admit(long high, long low, long size, long now, int maxTraces, long maxBytes) {
    int at = slotOf(high, low);
    int state = stateAt(at);
    if (state != LIVE && maxTraces > 0 && live >= maxTraces) {
      return Verdict.TOO_MANY_TRACES;
    }
    long before = state == FREE ? 0 : table[at + BYTES];
    if (maxBytes > 0 && before + size > maxBytes) {
      return Verdict.TRACE_TOO_LARGE;
    }
    if (state != LIVE) {
      at = begin(at, high, low, now);
    }
    table[at + BYTES] = before + size;
    table[at + SEEN] = seen(now, LIVE);
    liveBytes += size;
    return Verdict.ADMITTED;
  }

  /// Takes back what [#admit] counted, when it could not be stored.
  void takeBack(long high, long low, long size) {
    int at = slotOf(high, low);
    if (stateAt(at) != FREE) {
      table[at + BYTES] -= size;
      liveBytes -= size;
    }
  }

  /// Ends traces that were idle for `idleMillis` or live for `liveMillis`, and forgets the sizes of
  /// those that were idle for `forgetMillis`.
  void expire(long now, long idleMillis, long liveMillis, long forgetMillis) {
    LiveTraces kept = new LiveTraces();
    for (int at = 0; at < table.length; at += SLOT) {
      int state = stateAt(at);
      if (state == FREE) {
        continue;
      }
      // Set back with the clock, or they would live until it is again where it was.
      long first = Math.min(firstSeen[at / SLOT], now);
      long lastSeen = Math.min(table[at + SEEN] >> STATE_BITS, now);
      long idle = now - lastSeen;
      boolean stillLive = state == LIVE && idle < idleMillis && now - first < liveMillis;
      if (stillLive || idle < forgetMillis) {
        kept.put(this, at, first, seen(lastSeen, stillLive ? LIVE : REMEMBERED));
      }
    }
    take(kept);
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

  /// @return where the trace stands now
  private int begin(int free, long high, long low, long now) {
    int at = free;
    if (stateAt(at) == FREE) {
      if (isFull()) {
        grow();
        at = slotOf(high, low);
      }
      table[at] = high;
      table[at + LOW] = low;
      entries++;
    }
    firstSeen[at / SLOT] = now;
    live++;
    created++;
    return at;
  }

  private boolean isFull() {
    return (entries + 1) * 2 > firstSeen.length;
  }

  private void grow() {
    LiveTraces larger = new LiveTraces(firstSeen.length * 2);
    for (int at = 0; at < table.length; at += SLOT) {
      if (stateAt(at) != FREE) {
        larger.put(this, at, firstSeen[at / SLOT], table[at + SEEN]);
      }
    }
    take(larger);
  }

  private void take(LiveTraces other) {
    table = other.table;
    firstSeen = other.firstSeen;
    entries = other.entries;
  }

  private void put(LiveTraces from, int fromAt, long first, long seen) {
    if (isFull()) {
      grow();
    }
    int at = slotOf(from.table[fromAt], from.table[fromAt + LOW]);
    table[at] = from.table[fromAt];
    table[at + LOW] = from.table[fromAt + LOW];
    table[at + BYTES] = from.table[fromAt + BYTES];
    table[at + SEEN] = seen;
    firstSeen[at / SLOT] = first;
    entries++;
    liveBytes += table[at + BYTES];
    if ((seen & STATE_MASK) == LIVE) {
      live++;
    }
  }

  private int stateAt(int at) {
    return (int) table[at + SEEN] & STATE_MASK;
  }

  private static long seen(long millis, int state) {
    return millis << STATE_BITS | state;
  }

  /// Where the trace stands, or the free slot where it would.
  private int slotOf(long high, long low) {
    int mask = table.length - 1;
    int at = TraceId.hash(high, low) * SLOT & mask;
    while (stateAt(at) != FREE && (table[at] != high || table[at + LOW] != low)) {
      at = at + SLOT & mask;
    }
    return at;
  }
}
