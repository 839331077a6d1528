package dev.spoor.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import dev.spoor.model.Bytes;
import dev.spoor.wire.json.Json;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/// Golden files of converted spans: exports as OTLP's JSON, for people to read against the
/// contract.
///
/// `-Dspoor.golden.write=true` writes them anew.
public final class GoldenExport {

  private static final boolean WRITE = Boolean.getBoolean("spoor.golden.write");
  private static final Path FOLDER = Path.of("src/test/resources/golden");

  /// The fields that OTLP's JSON has in hex, where protobuf's has base64.
  private static final Pattern ID =
      Pattern.compile("\"(traceId|spanId|parentSpanId)\": \"([^\"]*)\"");

  private GoldenExport() {}

  /// The body of a golden case.
  public static Bytes body(String name) throws IOException {
    return Bytes.of(Files.readAllBytes(FOLDER.resolve(name)));
  }

  /// Compares every field of an export; the order of attributes says nothing.
  public static void assertIs(String name, Bytes export) throws IOException {
    String json = json(ExportTraceServiceRequest.parseFrom(export.toArray()));
    if (WRITE) {
      Files.writeString(FOLDER.resolve(name), json);
    }
    assertThat(Json.tree(json))
        .as("%s; if it is stale, run this test with -Dspoor.golden.write=true", name)
        .isEqualTo(Json.tree(body(name)));
  }

  private static String json(ExportTraceServiceRequest export) throws IOException {
    ExportTraceServiceRequest.Builder sorted = export.toBuilder();
    for (ResourceSpans.Builder resource : sorted.getResourceSpansBuilderList()) {
      if (resource.hasResource()) {
        List<KeyValue> attributes = sorted(resource.getResource().getAttributesList());
        resource.getResourceBuilder().clearAttributes().addAllAttributes(attributes);
      }
      for (ScopeSpans.Builder scope : resource.getScopeSpansBuilderList()) {
        for (Span.Builder span : scope.getSpansBuilderList()) {
          List<KeyValue> attributes = sorted(span.getAttributesList());
          span.clearAttributes().addAllAttributes(attributes);
        }
      }
    }
    return ID.matcher(JsonFormat.printer().print(sorted))
            .replaceAll(id -> "\"%s\": \"%s\"".formatted(id.group(1), hex(id.group(2))))
        + "\n";
  }

  private static List<KeyValue> sorted(List<KeyValue> attributes) {
    return attributes.stream().sorted(Comparator.comparing(KeyValue::getKey)).toList();
  }

  private static String hex(String base64) {
    return HexFormat.of().formatHex(Base64.getDecoder().decode(base64));
  }
}
