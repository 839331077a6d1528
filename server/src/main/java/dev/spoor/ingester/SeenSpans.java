package dev.spoor.ingester;

import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.SpanColumns;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/// The spans of one tenant that came lately, as fingerprints: tells of new ones whether the same
/// may have come before, so that queries need not compare what is in several places.
///
/// Two spans are the same when trace id, span id and kind are. What came too long ago to be
/// remembered is in some place, which is asked by the trace id. So forgetting is always safe: then
/// more traces are taken for repeated ones, which costs time and changes no answer.
///
/// Remembered are two generations; the older one goes when the younger is full. A trace is noted in
/// the generation of its first span. When that one goes, the trace counts as new again, and with
/// its next span the places are asked. One thread at a time.
final class SeenSpans {

  /// Answers of places that are older than what is remembered.
  @FunctionalInterface
  interface Places {

    /// Whether a part of a trace may be in a place that has spans of a push before this one; false
    /// is sure.
    ///
    /// @param exactly whether it is worth reading, to be sure of true as well
    boolean mayHold(TraceId id, long beforeSequence, boolean exactly);
  }

  /// In one generation, with 16 bytes each at most.
  static final int SPANS = 1 << 19;

  private static final long TRACE = 0x5DEECE66DL;

  private final long salt = ThreadLocalRandom.current().nextLong();
  private final int spansPerGeneration;
  private Fingerprints younger = new Fingerprints();
  private Fingerprints older = new Fingerprints();

  // The first push of which all spans are in the generation, or in a younger one. What was there
  // before the first push of all is no matter here: nobody compared it.
  private long youngerFrom = Long.MIN_VALUE;
  private long olderFrom = Long.MIN_VALUE;

  private long last = Long.MIN_VALUE;

  /// Whether all was forgotten a short time ago, so that most traces which are asked for are there.
  private boolean forgotLately;

  SeenSpans() {
    this(SPANS);
  }

  SeenSpans(int spansPerGeneration) {
    this.spansPerGeneration = spansPerGeneration;
  }

  /// Remembers the spans of a batch.
  ///
  /// @param lastSequence the highest number in the log among its pushes, above that of all before
  /// @param known which traces are repeated ones already; they stay so
  /// @param places all that hold spans which were added before; asked about what is forgotten
  /// @return the traces of which a span may have come before
  RepeatedTraces add(
      SpanColumns batch, long lastSequence, Predicate<TraceId> known, Places places) {
    last = lastSequence;
    Set<TraceId> repeated = new HashSet<>();
    for (int trace = 0; trace < batch.traceCount(); trace++) {
      if (younger.size() >= spansPerGeneration) {
        older = younger;
        olderFrom = youngerFrom;
        younger = new Fingerprints();
        youngerFrom = lastSequence + 1;
        forgotLately = false;
      }
      TraceId id = new TraceId(batch.traceIdHigh(trace), batch.traceIdLow(trace));
      long hash = mix(mix(id.high() ^ salt) ^ id.low());
      boolean isKnown = isRemembered(mix(hash ^ TRACE));
      boolean isOld =
          !isKnown && olderFrom != Long.MIN_VALUE && places.mayHold(id, olderFrom, !forgotLately);
      boolean isRepeated = isOld || known.test(id);
      for (int span = batch.firstSpan(trace); span < batch.endSpan(trace); span++) {
        isRepeated |= isRemembered(mix(mix(hash ^ batch.kind(span)) ^ batch.spanId(span)));
      }
      if (isRepeated) {
        repeated.add(id);
      }
    }
    return RepeatedTraces.of(repeated);
  }

  /// Whether a fingerprint is there already; from now on it is.
  private boolean isRemembered(long fingerprint) {
    return older.contains(fingerprint) || !younger.add(fingerprint);
  }

  /// Forgets all.
  void forget() {
    if (last != Long.MIN_VALUE) {
      youngerFrom = last + 1;
      olderFrom = last + 1;
      forgotLately = true;
    }
    younger = new Fingerprints();
    older = new Fingerprints();
  }

  /// What it takes of memory.
  long memoryBytes() {
    return younger.memoryBytes() + older.memoryBytes();
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 32)) * 0xD6E8FEB86659FD93L;
    mixed = (mixed ^ (mixed >>> 29)) * 0x9E3779B97F4A7C15L;
    return mixed ^ (mixed >>> 32);
  }

  /// A set of numbers that are spread evenly already; without the number 0, which is taken for 1.
  private static final class Fingerprints {

    private long[] slots = new long[64];
    private int size;

    int size() {
      return size;
    }

    long memoryBytes() {
      return (long) slots.length * Long.BYTES;
    }

    boolean contains(long fingerprint) {
      return slots[slotOf(slots, of(fingerprint))] != 0;
    }

    /// False when it was there.
    boolean add(long fingerprint) {
      long wanted = of(fingerprint);
      int slot = slotOf(slots, wanted);
      if (slots[slot] != 0) {
        return false;
      }
      slots[slot] = wanted;
      size++;
      if (size * 2 > slots.length) {
        grow();
      }
      return true;
    }

    private void grow() {
      long[] larger = new long[slots.length * 2];
      for (long fingerprint : slots) {
        if (fingerprint != 0) {
          larger[slotOf(larger, fingerprint)] = fingerprint;
        }
      }
      slots = larger;
    }

    /// Where it stands, or the free slot where it would.
    private static int slotOf(long[] slots, long fingerprint) {
      int mask = slots.length - 1;
      int slot = (int) fingerprint & mask;
      while (slots[slot] != 0 && slots[slot] != fingerprint) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }

    private static long of(long fingerprint) {
      return fingerprint == 0 ? 1 : fingerprint;
    }
  }
}
