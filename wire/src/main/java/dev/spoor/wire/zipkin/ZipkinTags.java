package dev.spoor.wire.zipkin;

import dev.spoor.model.Bytes;
import dev.spoor.wire.otlp.AttributeWriter;
import dev.spoor.wire.proto.ProtoWriter;
import java.util.Set;
import java.util.regex.Pattern;

/// What the keys and values of Zipkin's tags mean in OTLP. Immutable.
///
/// @param parseStrings `parse_string_tags`: values that look like a number or like true and false
///   are stored as such
record ZipkinTags(boolean parseStrings) {

  private static final Set<String> RESOURCE_KEYS =
      Set.of(
          "deployment.environment",
          "faas.id",
          "faas.instance",
          "faas.max_memory",
          "faas.name",
          "faas.version",
          "opencensus.exporterversion",
          "opencensus.resourcetype",
          "opencensus.starttime");

  private static final Set<String> RESOURCE_PREFIXES =
      Set.of(
          "cloud",
          "container",
          "device",
          "host",
          "k8s",
          "os",
          "process",
          "service",
          "telemetry",
          "webengine");

  private static final Set<String> RESOURCE_AWS_PREFIXES = Set.of("ecs", "eks", "log");

  private static final int LONGEST_NUMBER = 64;
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern DECIMAL =
      Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?");

  /// Whether a tag says something about the process rather than about the span.
  static boolean isOfResource(Bytes key) {
    int dot = dot(key, 0);
    if (dot < 0 || !mayBeOfResource(key.at(0))) {
      return false;
    }
    String prefix = text(key, 0, dot);
    if (prefix.equals("aws")) {
      int second = dot(key, dot + 1);
      return second > 0 && RESOURCE_AWS_PREFIXES.contains(text(key, dot + 1, second));
    }
    return RESOURCE_PREFIXES.contains(prefix) || RESOURCE_KEYS.contains(key.utf8());
  }

  /// Spares most keys the rest.
  private static boolean mayBeOfResource(byte first) {
    return switch (first) {
      case 'a', 'c', 'd', 'f', 'h', 'k', 'o', 'p', 's', 't', 'w' -> true;
      default -> false;
    };
  }

  private static int dot(Bytes key, int from) {
    for (int i = from; i < key.length(); i++) {
      if (key.at(i) == '.') {
        return i;
      }
    }
    return -1;
  }

  private static String text(Bytes key, int from, int to) {
    return Bytes.of(key.array(), key.offset() + from, to - from).utf8();
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
