package dev.spoor.wire.zipkin;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.spoor.model.Bytes;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.wire.json.MalformedJsonException;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.thrift.MalformedThriftException;
import java.io.IOException;

/// What anybody may send to Zipkin's port: either it is malformed, with a place within it, or it
/// becomes an export that the other decoder takes and that is not much larger.
///
/// Run and searched as `OtlpFuzzTest` says.
class ZipkinFuzzTest {

  @FuzzTest
  void json(byte[] data) throws Exception {
    try {
      check(ZipkinJson.toOtlp(Bytes.of(data), true), data.length);
    } catch (MalformedJsonException e) {
      assertThat(e.getMessage()).startsWith("malformed JSON at line ");
    }
  }

  @FuzzTest
  void jsonOfVersion1(byte[] data) throws Exception {
    try {
      check(ZipkinV1Json.toOtlp(Bytes.of(data), true, 1), data.length);
    } catch (MalformedJsonException e) {
      assertThat(e.getMessage()).startsWith("malformed JSON at line ");
    }
  }

  @FuzzTest
  void protobuf(byte[] data) throws Exception {
    try {
      check(ZipkinProto.toOtlp(Bytes.of(data), false), data.length);
    } catch (MalformedProtoException e) {
      assertThat(e.offset()).isBetween(0, data.length);
    }
  }

  @FuzzTest
  void thrift(byte[] data) throws Exception {
    try {
      check(ZipkinV1Thrift.toOtlp(Bytes.of(data), false, 1), data.length);
    } catch (MalformedThriftException e) {
      assertThat(e.offset()).isBetween(0, data.length);
    }
  }

  private static void check(Bytes otlp, int sent) throws IOException {
    assertThat(OtlpDecoder.decode(otlp).spanCount()).isNotNegative();
    assertThat(otlp.length()).isLessThan(1000 + 80 * sent);
  }
}
