package dev.spoor.wire.otlp;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.json.JsonWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/// Why a request was not taken: `google.rpc.Status`, in the body of an OTLP/HTTP error and in the
/// trailer `grpc-status-details-bin` of a gRPC one.
///
/// @param code of gRPC, such as 8 for `RESOURCE_EXHAUSTED`
/// @param retryAfter when the sender may try again, as detail `google.rpc.RetryInfo`
public record RpcStatus(int code, String message, Optional<Duration> retryAfter) {

  private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";
  private static final int NANO_DIGITS = 9;

  public RpcStatus {
    if (retryAfter.isPresent() && retryAfter.get().isNegative()) {
      throw new IllegalArgumentException("retryAfter is " + retryAfter.get());
    }
  }

  public RpcStatus(int code, String message) {
    this(code, message, Optional.empty());
  }

  public Bytes toProtobuf() {
    ProtoWriter writer = new ProtoWriter();
    writer.varintUnlessZero(1, code);
    writer.stringUnlessEmpty(2, message);
    if (retryAfter.isPresent()) {
      int any = writer.begin(3);
      writer.string(1, RETRY_INFO);
      int retryInfo = writer.begin(2);
      int delay = writer.begin(1);
      writer.varintUnlessZero(1, retryAfter.get().getSeconds());
      writer.varintUnlessZero(2, retryAfter.get().getNano());
      writer.end(delay);
      writer.end(retryInfo);
      writer.end(any);
    }
    return writer.finish();
  }

  public Bytes toJson() {
    JsonWriter json = new JsonWriter();
    json.beginObject().numberUnlessZero("code", code).stringUnlessEmpty("message", message);
    if (retryAfter.isPresent()) {
      json.name("details")
          .beginArray()
          .beginObject()
          .name("@type")
          .string(RETRY_INFO)
          .name("retryDelay")
          .string(seconds(retryAfter.get()))
          .endObject()
          .endArray();
    }
    json.endObject();
    return json.finish();
  }

  /// As JSON prints a `google.protobuf.Duration`, such as `5s` or `0.25s`.
  private static String seconds(Duration duration) {
    BigDecimal seconds =
        BigDecimal.valueOf(duration.getSeconds())
            .add(BigDecimal.valueOf(duration.getNano(), NANO_DIGITS));
    return (seconds.signum() == 0 ? BigDecimal.ZERO : seconds.stripTrailingZeros()).toPlainString()
        + "s";
  }
}
