package dev.spoor.bench;

import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.columns.AttributeLists;
import dev.spoor.storage.columns.ByteDictionary;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.columns.ValueType;
import dev.spoor.storage.compact.MergerConfig;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// The spans of some blocks, as two numbers each: which span it is (trace id, span id and kind),
/// and all that it has, the attributes of its resource included.
final class BlockContents {

  private static final long MIX_A = 0x9E3779B97F4A7C15L;
  private static final long MIX_B = 0xD6E8FEB86659FD93L;

  /// Open addressing; 0 is free, and no span has it.
  private long[] spans = new long[1 << 16];

  private long[] contents = new long[1 << 16];
  private int size;
  private long repeated;

  private BlockContents() {}

  /// How other blocks differ from these.
  ///
  /// @param spans that they should have
  /// @param missing which they lack
  /// @param doubled which they have, and had already
  /// @param unknown which they have and should not
  /// @param changed which they have, with other content
  record Difference(long spans, long missing, long doubled, long unknown, long changed) {

    boolean isNone() {
      return missing == 0 && doubled == 0 && unknown == 0 && changed == 0;
    }

    String text() {
      return "%,d spans: %,d missing, %,d doubled, %,d unknown, %,d changed"
          .formatted(spans, missing, doubled, unknown, changed);
    }
  }

  /// Reads blocks from their first to their last span; of one that comes twice the first counts.
  static BlockContents of(List<Limits.OpenBlock> blocks) throws IOException {
    BlockContents all = new BlockContents();
    for (Limits.OpenBlock block : blocks) {
      read(block.reader(), all::add);
    }
    return all;
  }

  /// Distinct spans.
  long spans() {
    return size;
  }

  /// Compares other blocks with these.
  Difference differenceTo(List<Limits.OpenBlock> blocks) throws IOException {
    BlockContents found = new BlockContents();
    long[] wrong = new long[2];
    for (Limits.OpenBlock block : blocks) {
      read(
          block.reader(),
          (span, content) -> {
            int slot = slotOf(span);
            if (spans[slot] == 0) {
              wrong[0]++;
              return;
            }
            long before = found.repeated;
            found.add(span, content);
            wrong[1] += found.repeated == before && contents[slot] != content ? 1 : 0;
          });
    }
    return new Difference(size, size - found.size, found.repeated, wrong[0], wrong[1]);
  }

  private void add(long span, long content) {
    int slot = slotOf(span);
    if (spans[slot] != 0) {
      repeated++;
      return;
    }
    spans[slot] = span;
    contents[slot] = content;
    size++;
    if (size * 2 > spans.length) {
      grow();
    }
  }

  private int slotOf(long span) {
    int slot = (int) (span >>> 20) & (spans.length - 1);
    while (spans[slot] != 0 && spans[slot] != span) {
      slot = (slot + 1) & (spans.length - 1);
    }
    return slot;
  }

  private void grow() {
    long[] oldSpans = spans;
    long[] oldContents = contents;
    spans = new long[2 * oldSpans.length];
    contents = new long[2 * oldSpans.length];
    for (int i = 0; i < oldSpans.length; i++) {
      if (oldSpans[i] != 0) {
        int slot = slotOf(oldSpans[i]);
        spans[slot] = oldSpans[i];
        contents[slot] = oldContents[i];
      }
    }
  }

  private interface Each {
    void take(long span, long content);
  }

  private static void read(BlockReader block, Each each) throws IOException {
    MergerConfig config = MergerConfig.DEFAULTS;
    try (SpanColumnsCursor cursor = block.columns(config.spansPerBatch(), config.maxTraceSpans())) {
      for (SpanColumns batch = cursor.next(); batch != null; batch = cursor.next()) {
        new Numbers(batch).each(each);
      }
    }
  }

  /// The numbers of one batch. Attributes are added up, since their order is not stored.
  private static final class Numbers {

    private final SpanColumns batch;
    private final long[] strings;

    Numbers(SpanColumns batch) {
      this.batch = batch;
      this.strings = new long[batch.strings().size()];
    }

    void each(Each each) {
      long[] resources = new long[batch.resourceCount()];
      Arrays.setAll(
          resources,
          i -> attributes(batch.resourceAttributes(), i) + batch.resourceDroppedAttributes(i));
      long[] scopes = new long[batch.scopeCount()];
      Arrays.setAll(scopes, this::scope);
      for (int trace = 0; trace < batch.traceCount(); trace++) {
        long id = mix(mix(batch.traceIdHigh(trace)) ^ batch.traceIdLow(trace));
        for (int span = batch.firstSpan(trace); span < batch.endSpan(trace); span++) {
          long number = mix(mix(id ^ batch.spanId(span)) ^ batch.kind(span));
          each.take(
              number == 0 ? 1 : number,
              span(span) ^ mix(resources[batch.resource(span)] + scopes[batch.scope(span)]));
        }
      }
    }

    private long scope(int scope) {
      return attributes(batch.scopeAttributes(), scope)
          + mix(string(batch.scopeName(scope)) ^ 1)
          + mix(string(batch.scopeVersion(scope)) ^ 2)
          + batch.scopeDroppedAttributes(scope);
    }

    private long span(int span) {
      long hash = mix(batch.startNanos(span));
      hash = mix(hash ^ batch.endNanos(span));
      hash = mix(hash ^ (batch.hasParent(span) ? batch.parentSpanId(span) : 1));
      hash = mix(hash ^ string(batch.name(span)));
      hash = mix(hash ^ batch.statusCode(span));
      hash = mix(hash ^ string(batch.statusMessage(span)));
      hash = mix(hash ^ string(batch.traceState(span)));
      hash = mix(hash ^ batch.droppedAttributes(span));
      hash = mix(hash ^ batch.droppedEvents(span));
      hash = mix(hash ^ batch.droppedLinks(span));
      hash = mix(hash ^ attributes(batch.spanAttributes(), span));
      for (int event = batch.firstEvent(span); event < batch.endEvent(span); event++) {
        hash = mix(hash ^ batch.eventTime(event));
        hash = mix(hash ^ string(batch.eventName(event)));
        hash = mix(hash ^ batch.eventDroppedAttributes(event));
        hash = mix(hash ^ attributes(batch.eventAttributes(), event));
      }
      for (int link = batch.firstLink(span); link < batch.endLink(span); link++) {
        hash = mix(hash ^ string(batch.linkTraceId(link)));
        hash = mix(hash ^ string(batch.linkSpanId(link)));
        hash = mix(hash ^ string(batch.linkTraceState(link)));
        hash = mix(hash ^ batch.linkDroppedAttributes(link));
        hash = mix(hash ^ attributes(batch.linkAttributes(), link));
      }
      return hash;
    }

    private long attributes(AttributeLists lists, int owner) {
      long sum = 0;
      for (int i = lists.first(owner); i < lists.end(owner); i++) {
        byte type = lists.type(i);
        long value =
            type == ValueType.STRING || type == ValueType.OTHER
                ? string((int) lists.value(i))
                : mix(lists.value(i) ^ type);
        sum += mix(string(lists.key(i)) ^ Long.rotateLeft(value, 1));
      }
      return sum;
    }

    private long string(int id) {
      long known = strings[id];
      if (known == 0) {
        ByteDictionary from = batch.strings();
        known = mix(from.length(id));
        for (int at = from.start(id); at < from.end(id); at++) {
          known = known * MIX_A + from.data()[at];
        }
        known = mix(known);
        strings[id] = known == 0 ? 1 : known;
      }
      return strings[id];
    }
  }

  private static long mix(long value) {
    long word = value ^ MIX_B;
    return Math.multiplyHigh(word, MIX_A) ^ (word * MIX_A);
  }
}
