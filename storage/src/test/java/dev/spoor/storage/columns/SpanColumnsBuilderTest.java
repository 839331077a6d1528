package dev.spoor.storage.columns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpanColumnsBuilderTest {

  private final SpanColumnsBuilder builder = new SpanColumnsBuilder();

  @Test
  void sortsSpansByTraceAndKeepsTheirOrderWithin() {
    add(2, 21);
    add(-1, 91);
    add(1, 11);
    add(2, 22);
    add(1, 12);

    SpanColumns columns = builder.build();

    assertThat(columns.traceCount()).isEqualTo(3);
    assertThat(spanIds(columns)).containsExactly(11, 12, 21, 22, 91);
    assertThat(columns.find(0, 2)).isEqualTo(1);
    assertThat(columns.find(0, 3)).isEqualTo(-1);
    assertThat(columns.firstSpan(1)).isEqualTo(2);
    assertThat(columns.endSpan(1)).isEqualTo(4);
  }

  @Test
  void listsFollowTheirSpans() {
    attribute("of-2");
    builder.eventAttribute(string("e"), ValueType.INT, 2);
    builder.endEvent(200, string("event-of-2"), 0);
    add(2, 21);
    attribute("of-1");
    builder.endLink(string("t"), string("s"), 0, 7);
    add(1, 11);

    SpanColumns columns = builder.build();

    assertThat(spanIds(columns)).containsExactly(11, 21);
    assertThat(valueOf(columns, 0)).isEqualTo("of-1");
    assertThat(valueOf(columns, 1)).isEqualTo("of-2");
    assertThat(columns.endEvent(0) - columns.firstEvent(0)).isZero();
    assertThat(columns.eventTime(columns.firstEvent(1))).isEqualTo(200);
    assertThat(columns.eventAttributes().value(0)).isEqualTo(2);
    assertThat(columns.linkDroppedAttributes(columns.firstLink(0))).isEqualTo(7);
    assertThat(columns.endLink(1) - columns.firstLink(1)).isZero();
  }

  @Test
  void aDiscardedSpanLeavesNothingBehind() {
    attribute("gone");
    builder.eventAttribute(string("gone"), ValueType.INT, 2);
    builder.endEvent(200, 0, 0);
    builder.linkAttribute(string("gone"), ValueType.INT, 2);
    builder.discardSpan();
    attribute("kept");
    add(1, 11);

    SpanColumns columns = builder.build();

    assertThat(columns.spanCount()).isEqualTo(1);
    assertThat(columns.eventCount()).isZero();
    assertThat(columns.linkAttributes().entryCount()).isZero();
    assertThat(columns.spanAttributes().entryCount()).isEqualTo(1);
    assertThat(valueOf(columns, 0)).isEqualTo("kept");
  }

  @Test
  void growsPastItsFirstArrays() {
    for (int i = 0; i < 10_000; i++) {
      attribute("value-" + i);
      add(i % 700, i);
    }
    SpanColumns columns = builder.build();
    assertThat(columns.spanCount()).isEqualTo(10_000);
    assertThat(columns.traceCount()).isEqualTo(700);
    for (int span = 0; span < columns.spanCount(); span++) {
      assertThat(valueOf(columns, span)).isEqualTo("value-" + columns.spanId(span));
    }
  }

  private void attribute(String value) {
    builder.spanAttribute(string("key"), ValueType.STRING, string(value));
  }

  private int string(String text) {
    return builder.strings().intern(text);
  }

  private void add(long traceId, long spanId) {
    builder.span().traceIdLow = traceId;
    builder.span().traceIdHigh = traceId < 0 ? -1 : 0;
    builder.span().spanId = spanId;
    builder.endSpan();
  }

  private static String valueOf(SpanColumns columns, int span) {
    int entry = columns.spanAttributes().first(span);
    return columns.strings().utf8((int) columns.spanAttributes().value(entry));
  }

  private static long[] spanIds(SpanColumns columns) {
    long[] ids = new long[columns.spanCount()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = columns.spanId(i);
    }
    return ids;
  }
}
