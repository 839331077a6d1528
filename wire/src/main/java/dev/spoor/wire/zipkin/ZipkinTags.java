package dev.spoor.wire.zipkin;

import dev.spoor.model.Bytes;
import dev.spoor.model.proto.ProtoWriter;
import dev.spoor.wire.otlp.AttributeWriter;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/// What the keys and values of Zipkin's tags mean in OTLP. Immutable.
///
/// @param parseStrings `parse_string_tags`: values that look like a number or like true and false
///   are stored as such
record ZipkinTags(boolean parseStrings) {

  private static final List<Bytes> RESOURCE_KEYS =
      texts(
          "deployment.environment",
          "faas.id",
          "faas.instance",
          "faas.max_memory",
          "faas.name",
          "faas.version",
          "opencensus.exporterversion",
          "opencensus.resourcetype",
          "opencensus.starttime");

  private static final List<Bytes> RESOURCE_PREFIXES =
      texts(
          "aws.ecs.",
          "aws.eks.",
          "aws.log.",
          "cloud.",
          "container.",
          "device.",
          "host.",
          "k8s.",
          "os.",
          "process.",
          "service.",
          "telemetry.",
          "webengine.");

  private static final int LONGEST_NUMBER = 64;
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern DECIMAL =
      Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?");

  private static List<Bytes> texts(String... texts) {
    return Arrays.stream(texts).map(Bytes::utf8).toList();
  }

  /// Whether a tag says something about the process rather than about the span.
  static boolean isOfResource(Bytes key) {
    if (key.isEmpty()) {
      return false;
    }
    byte first = key.at(0);
    for (Bytes prefix : RESOURCE_PREFIXES) {
      if (prefix.at(0) == first && startsWith(key, prefix)) {
        return true;
      }
    }
    return (first == 'd' || first == 'f' || first == 'o') && RESOURCE_KEYS.contains(key);
  }

  private static boolean startsWith(Bytes key, Bytes prefix) {
    return key.length() >= prefix.length()
        && Bytes.of(key.array(), key.offset(), prefix.length()).equals(prefix);
  }

  /// Writes a tag as an attribute.
  void write(ProtoWriter to, int field, Bytes key, Bytes value) {
    if (!parseStrings || !writeParsed(to, field, key, value)) {
      AttributeWriter.string(to, field, key, value);
    }
  }

  private static boolean writeParsed(ProtoWriter to, int field, Bytes key, Bytes value) {
    if (value.isEmpty() || value.length() > LONGEST_NUMBER) {
      return false;
    }
    String text = value.utf8();
    if (INTEGER.matcher(text).matches()) {
      AttributeWriter.integer(to, field, key, Long.parseLong(text));
    } else if (DECIMAL.matcher(text).matches()) {
      double number = Double.parseDouble(text);
      AttributeWriter.float64(to, field, key, Double.doubleToRawLongBits(number));
    } else if (text.equals("true") || text.equals("false")) {
      AttributeWriter.bool(to, field, key, text.equals("true"));
    } else {
      return false;
    }
    return true;
  }
}
