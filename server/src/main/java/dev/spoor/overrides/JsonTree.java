package dev.spoor.overrides;

import dev.spoor.platform.config.ConfigException;
import dev.spoor.platform.config.ConfigProblem;
import dev.spoor.platform.config.Position;
import dev.spoor.platform.config.YamlNode;
import dev.spoor.platform.config.YamlNode.Mapping;
import dev.spoor.platform.config.YamlNode.Member;
import dev.spoor.platform.config.YamlNode.Scalar;
import dev.spoor.platform.config.YamlNode.Sequence;
import dev.spoor.wire.json.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// JSON as a tree that knows its places, so that it can be bound as a configuration file is.
final class JsonTree {

  private static final int MAX_DEPTH = 64;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private final String name;
  private final JsonParser parser;

  private JsonTree(String name, JsonParser parser) {
    this.name = name;
    this.parser = parser;
  }

  /// @param name of the text, for messages
  /// @throws ConfigException for text that is no JSON object, saying where
  static Mapping read(String name, byte[] json) throws ConfigException {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      JsonTree tree = new JsonTree(name, parser);
      JsonToken first = parser.nextToken();
      if (first != JsonToken.START_OBJECT) {
        throw problem(tree.here(), "a JSON object is expected");
      }
      Mapping object = (Mapping) tree.value(first);
      if (parser.nextToken() != null) {
        throw problem(tree.here(), "there is more behind the JSON object");
      }
      return object;
    } catch (JacksonException broken) {
      throw problem(at(name, broken.getLocation()), "not JSON: " + broken.getOriginalMessage());
    }
  }

  private static ConfigException problem(Position at, String message) {
    return new ConfigException(List.of(new ConfigProblem(at, message)));
  }

  private Position here() {
    return at(name, parser.currentTokenLocation());
  }

  private static Position at(String name, TokenStreamLocation place) {
    return place == null
        ? new Position(name, 1, 1)
        : new Position(name, Math.max(1, place.getLineNr()), Math.max(1, place.getColumnNr()));
  }

  private YamlNode value(JsonToken token) throws ConfigException {
    Position at = here();
    return switch (token) {
      case START_OBJECT -> object(at);
      case START_ARRAY -> array(at);
      case VALUE_STRING -> new Scalar(at, parser.getString(), false);
      default -> new Scalar(at, parser.getString(), true);
    };
  }

  private Mapping object(Position at) throws ConfigException {
    Map<String, Member> members = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      Position keyAt = here();
      Member member = new Member(keyAt, value(parser.nextToken()));
      if (members.putIfAbsent(key, member) != null) {
        throw problem(keyAt, "field " + key + " already set");
      }
    }
    return new Mapping(at, members);
  }

  private Sequence array(Position at) throws ConfigException {
    List<YamlNode> items = new ArrayList<>();
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      items.add(value(next));
    }
    return new Sequence(at, items);
  }

  /// A JSON merge patch (RFC 7386): null takes a member away, an object is merged, everything else
  /// replaces.
  static Mapping patched(Mapping target, Mapping patch) {
    Map<String, Member> members = new LinkedHashMap<>(target.members());
    patch
        .members()
        .forEach((key, change) -> {
          switch (change.value()) {
            case Scalar scalar when scalar.isNull() -> members.remove(key);
            case Mapping inner -> {
              Member before = members.get(key);
              Mapping base =
                  before != null && before.value() instanceof Mapping mapping
                      ? mapping
                      : Mapping.empty(inner.at());
              members.put(key, new Member(change.keyAt(), patched(base, inner)));
            }
            default -> members.put(key, change);
          }
        });
    return new Mapping(target.at(), members);
  }

  /// As JSON, without members that are null.
  static byte[] write(Mapping tree) {
    JsonWriter writer = new JsonWriter();
    write(writer, tree);
    return writer.finish().toArray();
  }

  private static void write(JsonWriter writer, YamlNode node) {
    switch (node) {
      case Mapping mapping -> {
        writer.beginObject();
        mapping
            .members()
            .forEach((key, member) -> {
              if (!(member.value() instanceof Scalar scalar && scalar.isNull())) {
                writer.name(key);
                write(writer, member.value());
              }
            });
        writer.endObject();
      }
      case Sequence sequence -> {
        writer.beginArray();
        sequence.items().forEach(item -> write(writer, item));
        writer.endArray();
      }
      case Scalar scalar -> write(writer, scalar);
    }
  }

  /// A plain value may also come from YAML, where more is plain than numbers and booleans.
  private static void write(JsonWriter writer, Scalar scalar) {
    String text = scalar.text();
    if (!scalar.plain()) {
      writer.string(text);
    } else if (scalar.isNull()) {
      writer.nothing();
    } else if (text.equals("true") || text.equals("false")) {
      writer.bool(text.equals("true"));
    } else if (text.matches("-?(0|[1-9][0-9]{0,17})")) {
      writer.number(Long.parseLong(text));
    } else if (text.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?")) {
      writer.number(Double.parseDouble(text));
    } else {
      writer.string(text);
    }
  }
}
