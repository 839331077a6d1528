package dev.spoor.querier;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.spoor.ingester.SpanShredder;
import dev.spoor.model.Bytes;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsBuilder;
import dev.spoor.wire.otlp.RandomRequests;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TraceEncoderTest {

  private static final int NO_LIMIT = Integer.MAX_VALUE;
  private static final ByteString TRACE_ID = ByteString.copyFrom(new byte[16]);

  /// A span with what it stands under.
  private record Placed(Resource resource, InstrumentationScope scope, Span span) {}

  @Property(tries = 300)
  void whatWasShreddedComesBackAsItWasSent(@ForAll long seed) throws Exception {
    RandomRequests random = new RandomRequests(seed);
    List<ExportTraceServiceRequest> requests =
        List.of(random.request(), random.request(), random.request());
    SpanColumns first = columns(requests.subList(0, 2));
    SpanColumns second = columns(requests.subList(2, 3));

    Map<ByteString, List<Placed>> sent =
        requests.stream()
            .flatMap(request -> placed(request.getResourceSpansList()).stream())
            .map(TraceEncoderTest::asWeKeepIt)
            .collect(Collectors.groupingBy(placed -> placed.span().getTraceId()));

    for (Map.Entry<ByteString, List<Placed>> trace : sent.entrySet()) {
      EncodedTrace encoded = TraceEncoder.encode(pieces(trace.getKey(), first, second), NO_LIMIT);
      TracesData answer = parse(encoded);
      assertThat(encoded.spanCount()).isEqualTo(trace.getValue().size());
      assertThat(encoded.partial()).isFalse();
      assertThat(placed(answer.getResourceSpansList()))
          .containsExactlyInAnyOrderElementsOf(trace.getValue());
      assertEqualGroupsAreOne(answer);
      assertSorted(answer);
    }
  }

  @Test
  void aSpanThatCameTwiceIsWrittenOnce() throws Exception {
    Span span = span(7, 100).setName("twice").build();
    SpanColumns columns = columns(span, span);
    SpanColumns again = columns(span);

    TracesData answer = parse(TraceEncoder.encode(List.of(piece(columns), piece(again)), NO_LIMIT));

    assertThat(spans(answer)).containsExactly(span.toBuilder().setStatus(empty()).build());
  }

  @Test
  void resourceScopeAndStatusAreThereEvenWhenEmpty() throws Exception {
    TracesData answer =
        parse(TraceEncoder.encode(List.of(piece(columns(span(7, 1).build()))), NO_LIMIT));

    assertThat(answer.getResourceSpans(0).hasResource()).isTrue();
    assertThat(answer.getResourceSpans(0).getScopeSpans(0).hasScope()).isTrue();
    assertThat(spans(answer).getFirst().hasStatus()).isTrue();
  }

  @Test
  void aServerSpanThatSharesTheIdOfItsClientGetsItsOwn() throws Exception {
    SpanColumns columns =
        columns(
            span(1, 0).setKindValue(1).build(),
            span(50, 1).setParentSpanId(id(1)).setKind(Span.SpanKind.SPAN_KIND_CLIENT).build(),
            span(50, 2).setParentSpanId(id(1)).setKind(Span.SpanKind.SPAN_KIND_SERVER).build(),
            span(60, 3).setParentSpanId(id(50)).build());

    List<Span> answer = spans(parse(TraceEncoder.encode(List.of(piece(columns)), NO_LIMIT)));

    assertThat(answer).extracting(Span::getSpanId).containsExactly(id(1), id(50), id(2), id(60));
    assertThat(answer)
        .extracting(Span::getParentSpanId)
        .containsExactly(ByteString.EMPTY, id(1), id(50), id(2));
  }

  @Test
  void aTraceThatIsTooLargeIsCutAtASpanAndSaysSo() throws Exception {
    Span[] many = new Span[200];
    for (int i = 0; i < many.length; i++) {
      many[i] = span(i + 1, i).setName("n".repeat(i)).build();
    }
    SpanColumns columns = columns(many);
    int whole = TraceEncoder.encode(List.of(piece(columns)), NO_LIMIT).trace().length();
    for (int limit = 0; limit < whole + 20; limit += 37) {
      EncodedTrace cut = TraceEncoder.encode(List.of(piece(columns)), limit);
      assertThat(cut.trace().length()).isLessThanOrEqualTo(limit);
      assertThat(cut.partial()).isEqualTo(cut.spanCount() < many.length);
      assertThat(spans(parse(cut))).hasSize(cut.spanCount());
    }
  }

  private static void assertEqualGroupsAreOne(TracesData answer) {
    Set<Resource> resources = new HashSet<>();
    for (ResourceSpans resourceSpans : answer.getResourceSpansList()) {
      assertThat(resources.add(resourceSpans.getResource())).isTrue();
      Set<InstrumentationScope> scopes = new HashSet<>();
      for (ScopeSpans scopeSpans : resourceSpans.getScopeSpansList()) {
        assertThat(scopes.add(scopeSpans.getScope())).isTrue();
      }
    }
  }

  private static void assertSorted(TracesData answer) {
    for (ResourceSpans resourceSpans : answer.getResourceSpansList()) {
      for (ScopeSpans scopeSpans : resourceSpans.getScopeSpansList()) {
        assertThat(scopeSpans.getSpansList())
            .extracting(Span::getStartTimeUnixNano)
            .isSortedAccordingTo(Long::compareUnsigned);
      }
      assertThat(firstStarts(resourceSpans.getScopeSpansList()))
          .isSortedAccordingTo(Long::compareUnsigned);
    }
  }

  private static List<Long> firstStarts(List<ScopeSpans> groups) {
    return groups.stream().map(group -> group.getSpans(0).getStartTimeUnixNano()).toList();
  }

  /// What storage does not keep: flags, schema addresses.
  private static Placed asWeKeepIt(Placed sent) {
    Span.Builder span = sent.span().toBuilder().clearFlags();
    span.setStatus(span.getStatus());
    for (KeyValue.Builder attribute : span.getAttributesBuilderList()) {
      attribute.setValue(attribute.getValue());
    }
    for (Span.Event.Builder event : span.getEventsBuilderList()) {
      event.getAttributesBuilderList().forEach(each -> each.setValue(each.getValue()));
    }
    for (Span.Link.Builder link : span.getLinksBuilderList()) {
      link.getAttributesBuilderList().forEach(each -> each.setValue(each.getValue()));
    }
    Resource.Builder resource = sent.resource().toBuilder();
    resource.getAttributesBuilderList().forEach(each -> each.setValue(each.getValue()));
    InstrumentationScope.Builder scope = sent.scope().toBuilder();
    scope.getAttributesBuilderList().forEach(each -> each.setValue(each.getValue()));
    return new Placed(resource.build(), scope.build(), span.build());
  }

  private static List<Placed> placed(List<ResourceSpans> groups) {
    List<Placed> all = new ArrayList<>();
    for (ResourceSpans resourceSpans : groups) {
      for (ScopeSpans scopeSpans : resourceSpans.getScopeSpansList()) {
        for (Span span : scopeSpans.getSpansList()) {
          all.add(new Placed(resourceSpans.getResource(), scopeSpans.getScope(), span));
        }
      }
    }
    return all;
  }

  private static List<Span> spans(TracesData answer) {
    return placed(answer.getResourceSpansList()).stream().map(Placed::span).toList();
  }

  private static TracesData parse(EncodedTrace encoded) throws Exception {
    return TracesData.parseFrom(encoded.trace().toArray());
  }

  private static List<TracePiece> pieces(ByteString traceId, SpanColumns... batches) {
    ByteBuffer id = traceId.asReadOnlyByteBuffer();
    long high = id.getLong();
    long low = id.getLong();
    List<TracePiece> pieces = new ArrayList<>();
    for (SpanColumns batch : batches) {
      int trace = batch.find(high, low);
      if (trace >= 0) {
        pieces.add(new TracePiece(batch, trace));
      }
    }
    return pieces;
  }

  private static TracePiece piece(SpanColumns oneTrace) {
    return new TracePiece(oneTrace, 0);
  }

  private static Span.Builder span(long spanId, long start) {
    return Span.newBuilder()
        .setTraceId(TRACE_ID)
        .setSpanId(id(spanId))
        .setStartTimeUnixNano(start)
        .addAttributes(
            KeyValue.newBuilder().setKey("k").setValue(AnyValue.newBuilder().setIntValue(spanId)));
  }

  private static Status empty() {
    return Status.getDefaultInstance();
  }

  private static ByteString id(long id) {
    return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(id).flip());
  }

  private static SpanColumns columns(Span... spans) throws Exception {
    return columns(
        List.of(
            ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                    ResourceSpans.newBuilder()
                        .addScopeSpans(ScopeSpans.newBuilder().addAllSpans(List.of(spans))))
                .build()));
  }

  private static SpanColumns columns(List<ExportTraceServiceRequest> requests) throws Exception {
    SpanColumnsBuilder builder = new SpanColumnsBuilder();
    SpanShredder shredder = new SpanShredder(builder, 2048);
    for (ExportTraceServiceRequest request : requests) {
      shredder.shred(Bytes.of(request.toByteArray()));
    }
    assertThat(shredder.truncatedAttributes()).isZero();
    return builder.build();
  }
}
