package dev.spoor.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.spoor.model.Bytes;
import dev.spoor.wire.json.MalformedJsonException;
import dev.spoor.wire.proto.MalformedProtoException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.BitSet;

/// What anybody may send us, thrown at the two decoders.
///
/// In a normal run each test sees the inputs in
/// `src/test/resources/dev/spoor/wire/otlp/OtlpFuzzTestInputs`. To search for new ones for a
/// minute, one test at a time (what it finds is written beside these):
///
/// ```
/// JAZZER_FUZZ=1 mvn -o -Dquick test -pl wire -am -Dtest='OtlpFuzzTest#protobuf' \
///     -Dsurefire.failIfNoSpecifiedTests=false
/// ```
class OtlpFuzzTest {

  /// Ours accepts what protobuf-java accepts, but for what `OtlpDecoder` says about text and
  /// nesting, and finds as many spans.
  @FuzzTest(maxDuration = "1m")
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
      assertThat(oracle).as(e.getMessage()).isNotEmpty();
      assertThat(e.offset()).isBetween(0, data.length);
    }
  }

  /// Whatever JSON becomes, the other decoder takes it.
  @FuzzTest(maxDuration = "1m")
  void json(byte[] data) throws Exception {
    try {
      Bytes protobuf = OtlpJson.toProtobuf(Bytes.of(data));
      assertThat(OtlpDecoder.decode(protobuf).spanCount()).isNotNegative();
    } catch (MalformedJsonException e) {
      assertThat(e.getMessage()).startsWith("malformed JSON at line ");
    }
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
