package dev.spoor.wire.json;

import dev.spoor.model.Bytes;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// JSON as trees, to compare what it says and not how it is written.
public final class Json {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  public static JsonNode tree(Bytes json) {
    return numbersAsDoubles(MAPPER.readTree(json.toArray()));
  }

  public static JsonNode tree(String json) {
    return numbersAsDoubles(MAPPER.readTree(json));
  }

  /// Since `1` and `1.0` are the same number.
  private static JsonNode numbersAsDoubles(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        ObjectNode copy = MAPPER.createObjectNode();
        object
            .properties()
            .forEach(each -> copy.set(each.getKey(), numbersAsDoubles(each.getValue())));
        yield copy;
      }
      case ArrayNode array -> {
        ArrayNode copy = MAPPER.createArrayNode();
        array.forEach(each -> copy.add(numbersAsDoubles(each)));
        yield copy;
      }
      default -> node.isNumber() ? MAPPER.getNodeFactory().numberNode(node.doubleValue()) : node;
    };
  }
}
