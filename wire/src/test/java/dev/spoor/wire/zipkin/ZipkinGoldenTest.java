package dev.spoor.wire.zipkin;

import dev.spoor.model.Bytes;
import dev.spoor.wire.otlp.GoldenExport;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TField;
import org.apache.thrift.protocol.TList;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TType;
import org.apache.thrift.transport.TMemoryBuffer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import zipkin2.Span;
import zipkin2.codec.SpanBytesDecoder;
import zipkin2.codec.SpanBytesEncoder;

/// Every rule that turns Zipkin's spans into OTLP, as golden files: each span is named after its
/// rule. The other formats say what the JSON says.
class ZipkinGoldenTest {

  private static final long NOW = 1_770_000_000_000_000_000L;

  @Test
  void jsonOfVersion2() throws Exception {
    GoldenExport.assertIs(
        "zipkin/v2.expected.json", ZipkinJson.toOtlp(GoldenExport.body("zipkin/v2.json"), false));
  }

  @Test
  void protobufByZipkinsOwnLibrary() throws Exception {
    List<Span> spans =
        SpanBytesDecoder.JSON_V2.decodeList(GoldenExport.body("zipkin/v2.json").toArray());
    byte[] protobuf = SpanBytesEncoder.PROTO3.encodeList(spans);

    GoldenExport.assertIs("zipkin/v2.expected.json", ZipkinProto.toOtlp(Bytes.of(protobuf), false));
  }

  @Test
  void jsonOfVersion1() throws Exception {
    GoldenExport.assertIs(
        "zipkin/v1.expected.json",
        ZipkinV1Json.toOtlp(GoldenExport.body("zipkin/v1.json"), false, NOW));
  }

  @Test
  void thriftOfVersion1() throws Exception {
    JsonNode spans = new ObjectMapper().readTree(GoldenExport.body("zipkin/v1.json").toArray());
    TMemoryBuffer buffer = new TMemoryBuffer(1000);
    TProtocol to = new TBinaryProtocol(buffer);
    to.writeListBegin(new TList(TType.STRUCT, spans.size()));
    for (JsonNode span : spans) {
      writeSpan(to, span);
    }

    GoldenExport.assertIs(
        "zipkin/v1.expected.json",
        ZipkinV1Thrift.toOtlp(
            Bytes.of(Arrays.copyOf(buffer.getArray(), buffer.length())), false, NOW));
  }

  // ---- a span of version 1 as Thrift

  private static void writeSpan(TProtocol to, JsonNode span) throws Exception {
    String trace =
        "0".repeat(32 - span.get("traceId").asString().length()) + span.get("traceId").asString();
    i64(to, 1, Long.parseUnsignedLong(trace.substring(16), 16));
    text(to, 3, span.get("name").asString());
    i64(to, 4, Long.parseUnsignedLong(span.get("id").asString(), 16));
    if (span.has("parentId")) {
      i64(to, 5, Long.parseUnsignedLong(span.get("parentId").asString(), 16));
    }
    to.writeFieldBegin(new TField("", TType.LIST, (short) 6));
    to.writeListBegin(new TList(TType.STRUCT, span.path("annotations").size()));
    for (JsonNode annotation : span.path("annotations")) {
      i64(to, 1, annotation.get("timestamp").asLong());
      text(to, 2, annotation.get("value").asString());
      writeEndpoint(to, 3, annotation.path("endpoint"));
      to.writeFieldStop();
    }
    to.writeFieldBegin(new TField("", TType.LIST, (short) 8));
    to.writeListBegin(new TList(TType.STRUCT, span.path("binaryAnnotations").size()));
    for (JsonNode annotation : span.path("binaryAnnotations")) {
      writeBinary(to, annotation);
    }
    if (span.has("timestamp")) {
      i64(to, 10, span.get("timestamp").asLong());
    }
    if (span.has("duration")) {
      i64(to, 11, span.get("duration").asLong());
    }
    i64(to, 12, Long.parseUnsignedLong(trace.substring(0, 16), 16));
    to.writeFieldStop();
  }

  /// A value is big-endian bytes, and the number of its type.
  private static void writeBinary(TProtocol to, JsonNode annotation) throws Exception {
    JsonNode value = annotation.get("value");
    text(to, 1, annotation.get("key").asString());
    if (value.isBoolean()) {
      binary(to, ByteBuffer.allocate(1).put(0, (byte) (value.asBoolean() ? 1 : 0)), 0);
    } else if (value.isIntegralNumber()) {
      binary(to, ByteBuffer.allocate(8).putLong(0, value.asLong()), 4);
    } else if (value.isNumber()) {
      binary(to, ByteBuffer.allocate(8).putDouble(0, value.asDouble()), 5);
    } else {
      binary(to, ByteBuffer.wrap(value.asString().getBytes(StandardCharsets.UTF_8)), 6);
    }
    writeEndpoint(to, 4, annotation.path("endpoint"));
    to.writeFieldStop();
  }

  private static void binary(TProtocol to, ByteBuffer value, int type) throws TException {
    to.writeFieldBegin(new TField("", TType.STRING, (short) 2));
    to.writeBinary(value);
    to.writeFieldBegin(new TField("", TType.I32, (short) 3));
    to.writeI32(type);
  }

  private static void writeEndpoint(TProtocol to, int field, JsonNode endpoint) throws Exception {
    if (endpoint.isMissingNode()) {
      return;
    }
    to.writeFieldBegin(new TField("", TType.STRUCT, (short) field));
    if (endpoint.has("ipv4")) {
      to.writeFieldBegin(new TField("", TType.I32, (short) 1));
      to.writeI32(
          ByteBuffer.wrap(InetAddress.getByName(endpoint.get("ipv4").asString()).getAddress())
              .getInt());
    }
    if (endpoint.has("port")) {
      to.writeFieldBegin(new TField("", TType.I16, (short) 2));
      to.writeI16((short) endpoint.get("port").asInt());
    }
    text(to, 3, endpoint.get("serviceName").asString());
    to.writeFieldStop();
  }

  private static void i64(TProtocol to, int field, long value) throws TException {
    to.writeFieldBegin(new TField("", TType.I64, (short) field));
    to.writeI64(value);
  }

  private static void text(TProtocol to, int field, String value) throws TException {
    to.writeFieldBegin(new TField("", TType.STRING, (short) field));
    to.writeString(value);
  }
}
