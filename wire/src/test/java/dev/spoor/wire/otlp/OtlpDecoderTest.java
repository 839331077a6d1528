package dev.spoor.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.spoor.model.Bytes;
import dev.spoor.model.TraceId;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.model.proto.ProtoWriter;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class OtlpDecoderTest {

  private static final ByteString TRACE_ID = hex("00c0ffee12345678a1b2c3d4e5f60718");
  private static final ByteString SPAN_ID = hex("1122334455667788");

  private static final KeyValue TEXT =
      KeyValue.newBuilder().setKey("k").setValue(AnyValue.newBuilder().setStringValue("v")).build();
  private static final KeyValue LIST =
      KeyValue.newBuilder()
          .setKey("l")
          .setValue(
              AnyValue.newBuilder()
                  .setArrayValue(
                      ArrayValue.newBuilder()
                          .addValues(AnyValue.newBuilder().setIntValue(1))
                          .addValues(
                              AnyValue.newBuilder()
                                  .setKvlistValue(KeyValueList.newBuilder().addValues(TEXT)))))
          .build();

  @Property(tries = 500)
  void findsTheSpansThatProtobufJavaFinds(@ForAll long seed) throws Exception {
    ExportTraceServiceRequest request = new RandomRequests(seed).request();
    SpanBatch batch = OtlpDecoder.decode(Bytes.of(request.toByteArray()));

    List<Span> expected = spansOf(request);
    assertThat(batch.spanCount()).isEqualTo(expected.size());
    assertThat(SpanCount.of(batch.body())).isEqualTo(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(spanOf(batch, i)).isEqualTo(expected.get(i));
      assertThat(batch.traceId(i).toBytes()).isEqualTo(expected.get(i).getTraceId().toByteArray());
      assertThat(batch.problem(i)).isEqualTo(SpanProblem.NONE);
    }
    assertThat(groupSizes(batch)).isEqualTo(groupSizes(request));
  }

  @Property(tries = 500)
  void aRunIsTheSpansOfATraceThatStandTogether(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<Integer> traces = new ArrayList<>();
    ScopeSpans.Builder spans = ScopeSpans.newBuilder();
    for (int i = random.nextInt(80); i > 0; i--) {
      int trace = random.nextInt(3);
      traces.add(trace);
      byte[] id = new byte[trace == 0 ? 0 : 16];
      if (trace > 0) {
        id[15] = (byte) trace;
      }
      spans.addSpans(Span.newBuilder().setTraceId(ByteString.copyFrom(id)).setSpanId(SPAN_ID));
    }
    ExportTraceServiceRequest request =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(spans))
            .build();
    SpanBatch batch = OtlpDecoder.decode(Bytes.of(request.toByteArray()));

    List<Integer> inRuns = new ArrayList<>();
    for (int run = 0; run < batch.runCount(); run++) {
      assertThat(batch.runEnd(run)).as("end of run %d", run).isGreaterThan(inRuns.size());
      assertThat(batch.runTraceIdHigh(run)).isZero();
      if (run > 0) {
        assertThat(batch.runTraceIdLow(run)).isNotEqualTo(batch.runTraceIdLow(run - 1));
      }
      while (inRuns.size() < batch.runEnd(run)) {
        inRuns.add((int) batch.runTraceIdLow(run));
      }
    }
    assertThat(inRuns).isEqualTo(traces);
  }

  /// The two judges may differ where `OtlpDecoder` says so: text that is not UTF-8, nesting, and
  /// varints that go on after ten bytes, which protobuf-java takes now and then.
  @Property(tries = 20_000)
  void acceptsDamagedBytesExactlyWhenProtobufJavaDoes(@ForAll long seed) {
    byte[] damaged =
        Mutations.damage(new RandomRequests(seed).request().toByteArray(), new Random(seed));
    String oracle = complaintOfProtobufJava(damaged);
    String ours = complaintOfOurs(damaged);
    if (!oracle.contains("UTF-8") && !oracle.contains("nesting") && !ours.contains("10 bytes")) {
      assertThat(ours.isEmpty()).as(oracle + ours).isEqualTo(oracle.isEmpty());
    }
  }

  @Property(tries = 300)
  void whatIsKeptIsTheRequestWithoutTheDroppedSpans(@ForAll long seed) throws Exception {
    ExportTraceServiceRequest request = new RandomRequests(seed).request();
    SpanBatch batch = OtlpDecoder.decode(Bytes.of(request.toByteArray()));
    Random random = new Random(seed);
    BitSet dropped = new BitSet();
    for (int i = 0; i < batch.spanCount(); i++) {
      dropped.set(i, random.nextBoolean());
    }

    Bytes kept = batch.without(dropped);

    assertThat(ExportTraceServiceRequest.parseFrom(kept.toArray()))
        .isEqualTo(dropped.isEmpty() ? request : without(request, dropped));
  }

  @Test
  void anEmptyBodyHasNoSpans() throws Exception {
    assertThat(OtlpDecoder.decode(Bytes.EMPTY).isEmpty()).isTrue();
  }

  @Test
  void offsetsCountFromTheStartOfTheBodyWhereverItStandsInItsArray() throws Exception {
    byte[] request = requestOf(Span.newBuilder().setTraceId(TRACE_ID).setSpanId(SPAN_ID));
    byte[] array = new byte[request.length + 20];
    System.arraycopy(request, 0, array, 7, request.length);

    SpanBatch batch = OtlpDecoder.decode(Bytes.of(array, 7, request.length));
    assertThat(batch.traceId(0)).isEqualTo(TraceId.parse("c0ffee12345678a1b2c3d4e5f60718"));
    assertThat(spanOf(batch, 0).getSpanId()).isEqualTo(SPAN_ID);

    array[7 + 1] = (byte) 0x7f;
    assertThatThrownBy(() -> OtlpDecoder.decode(Bytes.of(array, 7, request.length)))
        .isInstanceOf(MalformedProtoException.class)
        .hasMessageContaining("at byte 1:")
        .hasMessageContaining("expected a length of at most " + (request.length - 2));
  }

  @Test
  void saysWhatIsWrongWithASpan() throws Exception {
    Span.Builder good = Span.newBuilder().setTraceId(TRACE_ID).setSpanId(SPAN_ID);
    assertThat(problemOf(good)).isEqualTo(SpanProblem.NONE);
    assertThat(problemOf(good.clone().setTraceId(hex("00".repeat(16)))))
        .isEqualTo(SpanProblem.NONE);
    assertThat(problemOf(good.clone().clearTraceId())).isEqualTo(SpanProblem.TRACE_ID);
    assertThat(problemOf(good.clone().setTraceId(hex("0102")))).isEqualTo(SpanProblem.TRACE_ID);
    assertThat(problemOf(good.clone().clearSpanId())).isEqualTo(SpanProblem.SPAN_ID);
    assertThat(problemOf(good.clone().setSpanId(hex("00".repeat(8)))))
        .isEqualTo(SpanProblem.SPAN_ID);
    assertThat(problemOf(good.clone().setSpanId(hex("11".repeat(16)))))
        .isEqualTo(SpanProblem.SPAN_ID);
    assertThat(problemOf(good.clone().setParentSpanId(SPAN_ID))).isEqualTo(SpanProblem.NONE);
    assertThat(problemOf(good.clone().setParentSpanId(hex("00".repeat(8)))))
        .isEqualTo(SpanProblem.NONE);
    assertThat(problemOf(good.clone().setParentSpanId(hex("0102"))))
        .isEqualTo(SpanProblem.PARENT_SPAN_ID);
  }

  @Test
  void entriesAreCountedWhereverTheyStand() throws Exception {
    ExportTraceServiceRequest request =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(Resource.newBuilder().addAttributes(LIST))
                    .addScopeSpans(
                        ScopeSpans.newBuilder()
                            .setScope(InstrumentationScope.newBuilder().addAttributes(TEXT))
                            .addSpans(
                                Span.newBuilder()
                                    .addAttributes(TEXT)
                                    .addEvents(Span.Event.newBuilder().addAttributes(TEXT))
                                    .addLinks(Span.Link.newBuilder().addAttributes(LIST)))))
            .build();

    SpanBatch batch = OtlpDecoder.decode(Bytes.of(request.toByteArray()));

    // A list is one attribute and two values, of which one is a map with one attribute.
    assertThat(batch.entryCount()).isEqualTo(4 + 1 + 1 + 2 + 1 + 4);
  }

  @Test
  void aSpanWithTooManyEntriesIsNamedAndOthersAreNot() throws Exception {
    for (int field : new int[] {9, 11, 13}) {
      byte[] tag = {(byte) (field << 3 | 2), 0};
      SpanBatch batch =
          decode(
              spans(
                  span(repeated(tag, OtlpDecoder.MAX_ENTRIES)),
                  span(repeated(tag, OtlpDecoder.MAX_ENTRIES + 1)),
                  span(new byte[0])));

      assertThat(batch.problem(0)).isEqualTo(SpanProblem.NONE);
      assertThat(batch.problem(1)).isEqualTo(SpanProblem.TOO_MANY_ENTRIES);
      assertThat(batch.problem(2)).isEqualTo(SpanProblem.NONE);
      assertThat(batch.problemCount()).isEqualTo(1);
    }
  }

  @Test
  void whatSpansShareCountsForEachOfThemOnWhicheverSideItStands() throws Exception {
    byte[] many = field(1, repeated(new byte[] {0x0a, 0}, OtlpDecoder.MAX_ENTRIES + 1));
    byte[] manyInScope = field(1, repeated(new byte[] {0x1a, 0}, OtlpDecoder.MAX_ENTRIES + 1));
    byte[] scopeSpans = field(2, field(2, span(new byte[0])));
    byte[] good = field(1, scopeSpans);

    assertThat(problems(field(1, many, scopeSpans), good))
        .containsExactly(SpanProblem.TOO_MANY_ENTRIES, SpanProblem.NONE);
    assertThat(problems(good, field(1, scopeSpans, many)))
        .containsExactly(SpanProblem.NONE, SpanProblem.TOO_MANY_ENTRIES);
    assertThat(
            problems(
                field(1, field(2, field(2, span(new byte[0])), manyInScope), scopeSpans), good))
        .containsExactly(SpanProblem.TOO_MANY_ENTRIES, SpanProblem.NONE, SpanProblem.NONE);
  }

  @Test
  void aBodyOfCountlessEmptySpansIsMalformed() throws Exception {
    byte[] most = field(1, field(2, repeated(new byte[] {0x12, 0}, OtlpDecoder.MAX_SPANS)));
    byte[] more = field(1, field(2, repeated(new byte[] {0x12, 0}, OtlpDecoder.MAX_SPANS + 1)));

    assertThat(OtlpDecoder.decode(Bytes.of(most)).problemCount()).isEqualTo(OtlpDecoder.MAX_SPANS);
    assertThatThrownBy(() -> OtlpDecoder.decode(Bytes.of(more)))
        .isInstanceOf(MalformedProtoException.class)
        .hasMessageContaining("more spans than 250000");
  }

  @Test
  void theLastOfARepeatedIdCounts() throws Exception {
    ProtoWriter request = new ProtoWriter();
    int resourceSpans = request.begin(1);
    int scopeSpans = request.begin(2);
    int span = request.begin(2);
    request.bytes(1, new byte[3]);
    request.bytes(2, SPAN_ID.toByteArray());
    request.bytes(1, TRACE_ID.toByteArray());
    request.end(span);
    request.end(scopeSpans);
    request.end(resourceSpans);

    SpanBatch batch = OtlpDecoder.decode(request.finish());

    assertThat(batch.traceId(0).toBytes()).isEqualTo(TRACE_ID.toByteArray());
    assertThat(batch.problemCount()).isZero();
  }

  @Test
  void valuesMayBeNestedSixtyFourDeepAndNoDeeper() throws Exception {
    for (boolean lists : new boolean[] {false, true}) {
      assertThat(OtlpDecoder.decode(nested(64, lists)).spanCount()).isEqualTo(1);
      assertThatThrownBy(() -> OtlpDecoder.decode(nested(65, lists)))
          .isInstanceOf(MalformedProtoException.class)
          .hasMessageContaining("nested deeper than 64");
    }
    assertThatThrownBy(() -> OtlpDecoder.decode(nested(5_000, false)))
        .isInstanceOf(MalformedProtoException.class);
  }

  @Test
  void unknownFieldsAreSkippedAndGroupsAmongThemToo() throws Exception {
    byte[] known = requestOf(Span.newBuilder().setTraceId(TRACE_ID).setSpanId(SPAN_ID));
    byte[] unknown = HexFormat.of().parseHex("9b0608019c06" + "d20603616263" + "a50601020304");
    byte[] both = new byte[known.length + unknown.length];
    System.arraycopy(unknown, 0, both, 0, unknown.length);
    System.arraycopy(known, 0, both, unknown.length, known.length);

    assertThat(OtlpDecoder.decode(Bytes.of(both)).spanCount()).isEqualTo(1);
  }

  @Test
  void malformedBytesAreNamedWithTheirPlace() {
    assertMalformed("0a", 1, "expected a varint");
    assertMalformed("0a05", 1, "expected a length of at most 0, found 5");
    assertMalformed("0affffffff0f", 1, "found 4294967295");
    assertMalformed("00", 0, "field number 0");
    assertMalformed("0c", 1, "end of group 1 outside");
    assertMalformed("0b", 1, "group 1 does not end");
    assertMalformed("0b14", 2, "expected the end of group 1, found that of 2");
    assertMalformed("0e", 1, "unknown wire type 6");
    assertMalformed("10ffffffffffffffffffff01", 1, "at most 10 bytes");
    assertMalformed("110102", 1, "expected 8 bytes");
    assertMalformed("1d0102", 1, "expected 4 bytes");
    assertMalformed("13".repeat(200), 101, "nested deeper than 100");
  }

  private static SpanBatch decode(byte[] body) throws MalformedProtoException {
    return OtlpDecoder.decode(Bytes.of(body));
  }

  private static List<SpanProblem> problems(byte[]... resourceSpans) throws Exception {
    SpanBatch batch = decode(joined(resourceSpans));
    List<SpanProblem> problems = new ArrayList<>();
    for (int span = 0; span < batch.spanCount(); span++) {
      problems.add(batch.problem(span));
    }
    return problems;
  }

  private static byte[] spans(byte[]... spans) {
    byte[][] fields = new byte[spans.length][];
    for (int i = 0; i < spans.length; i++) {
      fields[i] = field(2, spans[i]);
    }
    return field(1, field(2, fields));
  }

  private static byte[] span(byte[] more) {
    return joined(field(1, TRACE_ID.toByteArray()), field(2, SPAN_ID.toByteArray()), more);
  }

  private static byte[] field(int number, byte[]... content) {
    ProtoWriter writer = new ProtoWriter();
    writer.bytes(number, joined(content));
    return writer.toArray();
  }

  private static byte[] joined(byte[]... pieces) {
    ProtoWriter writer = new ProtoWriter();
    for (byte[] piece : pieces) {
      writer.raw(piece, 0, piece.length);
    }
    return writer.toArray();
  }

  private static byte[] repeated(byte[] bytes, int times) {
    byte[] all = new byte[bytes.length * times];
    for (int i = 0; i < all.length; i++) {
      all[i] = bytes[i % bytes.length];
    }
    return all;
  }

  private static void assertMalformed(String hex, int offset, String problem) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThatThrownBy(() -> OtlpDecoder.decode(Bytes.of(bytes)))
        .isInstanceOf(MalformedProtoException.class)
        .hasMessageContaining("at byte " + offset + ":")
        .hasMessageContaining(problem);
    assertThat(complaintOfProtobufJava(bytes)).isNotEmpty();
  }

  private static String complaintOfProtobufJava(byte[] bytes) {
    try {
      ExportTraceServiceRequest.parseFrom(bytes);
      return "";
    } catch (InvalidProtocolBufferException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String complaintOfOurs(byte[] bytes) {
    try {
      OtlpDecoder.decode(Bytes.of(bytes));
      return "";
    } catch (MalformedProtoException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static SpanProblem problemOf(Span.Builder span) throws MalformedProtoException {
    SpanBatch batch = OtlpDecoder.decode(Bytes.of(requestOf(span)));
    assertThat(batch.problemCount()).isEqualTo(batch.problem(0) == SpanProblem.NONE ? 0 : 1);
    return batch.problem(0);
  }

  private static byte[] requestOf(Span.Builder span) {
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder().addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
        .build()
        .toByteArray();
  }

  private static Bytes nested(int depth, boolean lists) {
    ProtoWriter request = new ProtoWriter();
    List<Integer> open = new ArrayList<>();
    for (int field : new int[] {1, 2, 2, 9, 2}) {
      open.add(request.begin(field));
    }
    for (int i = 1; i < depth; i++) {
      open.add(request.begin(lists ? 6 : 5));
      open.add(request.begin(1));
      if (lists) {
        open.add(request.begin(2));
      }
    }
    request.string(1, "deep");
    for (int begun : open.reversed()) {
      request.end(begun);
    }
    return request.finish();
  }

  private static Span spanOf(SpanBatch batch, int span) throws InvalidProtocolBufferException {
    Bytes bytes = Bytes.of(batch.body().array(), batch.spanOffset(span), batch.spanLength(span));
    return Span.parseFrom(bytes.toArray());
  }

  private static List<Span> spansOf(ExportTraceServiceRequest request) {
    List<Span> spans = new ArrayList<>();
    for (ResourceSpans resourceSpans : request.getResourceSpansList()) {
      for (ScopeSpans scopeSpans : resourceSpans.getScopeSpansList()) {
        spans.addAll(scopeSpans.getSpansList());
      }
    }
    return spans;
  }

  private static List<Integer> groupSizes(ExportTraceServiceRequest request) {
    List<Integer> sizes = new ArrayList<>();
    for (ResourceSpans resourceSpans : request.getResourceSpansList()) {
      for (ScopeSpans scopeSpans : resourceSpans.getScopeSpansList()) {
        if (scopeSpans.getSpansCount() > 0) {
          sizes.add(scopeSpans.getSpansCount());
        }
      }
    }
    return sizes;
  }

  private static List<Integer> groupSizes(SpanBatch batch) {
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < batch.spanCount(); i++) {
      if (batch.group(i) == sizes.size()) {
        sizes.add(0);
      }
      sizes.set(batch.group(i), sizes.get(batch.group(i)) + 1);
    }
    return sizes;
  }

  private static ExportTraceServiceRequest without(
      ExportTraceServiceRequest request, BitSet dropped) {
    ExportTraceServiceRequest.Builder result = ExportTraceServiceRequest.newBuilder();
    int span = 0;
    for (ResourceSpans resourceSpans : request.getResourceSpansList()) {
      ResourceSpans.Builder keptResource = resourceSpans.toBuilder().clearScopeSpans();
      boolean hadSpans = false;
      boolean hasSpans = false;
      for (ScopeSpans scopeSpans : resourceSpans.getScopeSpansList()) {
        ScopeSpans.Builder keptScope = scopeSpans.toBuilder().clearSpans();
        for (Span each : scopeSpans.getSpansList()) {
          if (!dropped.get(span++)) {
            keptScope.addSpans(each);
          }
        }
        hadSpans |= scopeSpans.getSpansCount() > 0;
        hasSpans |= keptScope.getSpansCount() > 0;
        if (keptScope.getSpansCount() > 0 || scopeSpans.getSpansCount() == 0) {
          keptResource.addScopeSpans(keptScope);
        }
      }
      if (hasSpans || !hadSpans) {
        result.addResourceSpans(keptResource);
      }
    }
    return result.build();
  }

  private static ByteString hex(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
