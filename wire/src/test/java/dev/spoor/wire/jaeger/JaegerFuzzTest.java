package dev.spoor.wire.jaeger;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.thrift.MalformedThriftException;
import dev.spoor.wire.thrift.ThriftReader;
import java.io.IOException;

/// What anybody may send to Jaeger's ports: either it is malformed, with a place within it, or it
/// becomes an export that the other decoder takes and that is not much larger.
///
/// Run and searched as `OtlpFuzzTest` says.
class JaegerFuzzTest {

  @FuzzTest
  void thriftOverHttp(byte[] data) throws Exception {
    try {
      check(JaegerThrift.batch(Bytes.of(data)), data.length);
    } catch (MalformedThriftException e) {
      assertThat(e.offset()).isBetween(0, data.length);
    }
  }

  @FuzzTest
  void compactDatagrams(byte[] data) throws Exception {
    try {
      check(JaegerThrift.emitBatch(ThriftReader.compact(Bytes.of(data)), data.length), data.length);
    } catch (MalformedThriftException e) {
      assertThat(e.offset()).isBetween(0, data.length);
    }
  }

  @FuzzTest
  void protobuf(byte[] data) throws Exception {
    try {
      check(JaegerProto.postSpans(Bytes.of(data)), data.length);
    } catch (MalformedProtoException e) {
      assertThat(e.offset()).isBetween(0, data.length);
    }
  }

  private static void check(Bytes otlp, int sent) throws IOException {
    assertThat(OtlpDecoder.decode(otlp).spanCount()).isNotNegative();
    assertThat(otlp.length()).isLessThan(1000 + 40 * sent);
  }
}
