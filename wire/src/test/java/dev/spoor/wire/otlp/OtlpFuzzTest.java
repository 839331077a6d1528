package dev.spoor.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.wire.json.MalformedJsonException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.BitSet;

/// What anybody may send us, thrown at the two decoders.
///
/// Among the other tests each of these sees the inputs in
/// `src/test/resources/dev/spoor/wire/otlp/OtlpFuzzTestInputs`; at the end of `mvn verify` it
/// searches for new ones for some seconds, guided by the branches that they take. What breaks it is
/// written beside these. `it/campaign fuzz 8` searches for eight hours.
class OtlpFuzzTest {

  /// Ours accepts what protobuf-java accepts, but for what `OtlpDecoder` says about text and
  /// nesting, and finds as many spans.
  @FuzzTest
  void protobuf(byte[] data) {
    String oracle = "";
    int spans = 0;
    try {
      spans = spansIn(ExportTraceServiceRequest.parseFrom(data));
    } catch (InvalidProtocolBufferException e) {
      oracle = String.valueOf(e.getMessage());
    }
    try {
      SpanBatch batch = OtlpDecoder.decode(Bytes.of(data));
      assertThat(oracle)
          .matches(text -> text.isEmpty() || mayDiffer(text), "accepted by protobuf-java");
      assertThat(batch.spanCount()).isEqualTo(oracle.isEmpty() ? spans : batch.spanCount());
      assertThat(batch.without(everySecond(batch)).length()).isLessThanOrEqualTo(data.length);
    } catch (MalformedProtoException e) {
      assertThat(oracle.isEmpty() && !saysLongVarint(e)).as(e.getMessage()).isFalse();
      assertThat(e.offset()).isBetween(0, data.length);
    }
  }

  /// Whatever JSON becomes, the other decoder takes it.
  @FuzzTest
  void json(byte[] data) throws Exception {
    try {
      Bytes protobuf = OtlpJson.toProtobuf(Bytes.of(data));
      assertThat(OtlpDecoder.decode(protobuf).spanCount()).isNotNegative();
    } catch (MalformedJsonException e) {
      assertThat(e.getMessage()).startsWith("malformed JSON at line ");
    }
  }

  private static boolean saysLongVarint(MalformedProtoException complaint) {
    return String.valueOf(complaint.getMessage()).contains("at most 10 bytes");
  }

  private static boolean mayDiffer(String complaint) {
    return complaint.contains("UTF-8") || complaint.contains("nesting");
  }

  private static BitSet everySecond(SpanBatch batch) {
    BitSet dropped = new BitSet();
    for (int i = 0; i < batch.spanCount(); i += 2) {
      dropped.set(i);
    }
    return dropped;
  }

  private static int spansIn(ExportTraceServiceRequest request) {
    return request.getResourceSpansList().stream()
        .flatMap(each -> each.getScopeSpansList().stream())
        .mapToInt(each -> each.getSpansCount())
        .sum();
  }
}
