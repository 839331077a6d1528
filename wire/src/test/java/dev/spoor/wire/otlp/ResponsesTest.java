package dev.spoor.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResponsesTest {

  @Test
  void anExportThatWasTakenIsAnsweredWithNothing() {
    assertThat(ExportResponse.ACCEPTED.toProtobuf().isEmpty()).isTrue();
    assertThat(ExportResponse.ACCEPTED.toJson().utf8()).isEqualTo("{\"partialSuccess\":{}}");
  }

  @Test
  void anExportThatWasTakenInPartSaysSo() throws Exception {
    ExportResponse response = new ExportResponse(3, "trace ids must be 128 bit");
    assertThat(ExportTraceServiceResponse.parseFrom(response.toProtobuf().toArray()))
        .isEqualTo(
            ExportTraceServiceResponse.newBuilder()
                .setPartialSuccess(
                    ExportTracePartialSuccess.newBuilder()
                        .setRejectedSpans(3)
                        .setErrorMessage("trace ids must be 128 bit"))
                .build());
    assertThat(response.toJson().utf8())
        .isEqualTo(
            "{\"partialSuccess\":{\"rejectedSpans\":\"3\","
                + "\"errorMessage\":\"trace ids must be 128 bit\"}}");
  }

  @Test
  void anErrorHasCodeAndMessage() {
    RpcStatus status = new RpcStatus(3, "bad <body>");
    assertThat(status.toJson().utf8())
        .isEqualTo("{\"code\":3,\"message\":\"bad \\u003cbody\\u003e\"}");
    assertThat(status.toProtobuf().toArray())
        .isEqualTo(new byte[] {8, 3, 0x12, 10, 'b', 'a', 'd', ' ', '<', 'b', 'o', 'd', 'y', '>'});
  }

  @Test
  void anErrorMaySayWhenToTryAgain() throws Exception {
    RpcStatus status = new RpcStatus(8, "slow", Optional.of(Duration.ofMillis(5_250)));
    assertThat(status.toJson().utf8())
        .isEqualTo(
            "{\"code\":8,\"message\":\"slow\",\"details\":[{\"@type\":"
                + "\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"5.25s\"}]}");
    UnknownFieldSet fields = UnknownFieldSet.parseFrom(status.toProtobuf().toArray());
    Any detail = Any.parseFrom(fields.getField(3).getLengthDelimitedList().getFirst());
    assertThat(detail.getTypeUrl()).isEqualTo("type.googleapis.com/google.rpc.RetryInfo");
    UnknownFieldSet retryInfo = UnknownFieldSet.parseFrom(detail.getValue());
    assertThat(
            com.google.protobuf.Duration.parseFrom(
                retryInfo.getField(1).getLengthDelimitedList().getFirst()))
        .isEqualTo(
            com.google.protobuf.Duration.newBuilder().setSeconds(5).setNanos(250_000_000).build());
    assertThat(retryAfter(Duration.ofSeconds(20))).isEqualTo("20s");
    assertThat(retryAfter(Duration.ZERO)).isEqualTo("0s");
  }

  private static String retryAfter(Duration duration) {
    String json = new RpcStatus(8, "", Optional.of(duration)).toJson().utf8();
    return json.replaceAll(".*retryDelay\":\"([^\"]*)\".*", "$1");
  }
}
