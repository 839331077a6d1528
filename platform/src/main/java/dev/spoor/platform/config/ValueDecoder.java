package dev.spoor.platform.config;

import dev.spoor.platform.config.YamlNode.Mapping;
import dev.spoor.platform.config.YamlNode.Scalar;
import dev.spoor.platform.config.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Values of accepted keys, checked against the type that the table gives.
final class ValueDecoder {

  private ValueDecoder() {}

  /// The value as a Java object that can be compared and printed; empty for null.
  ///
  /// @throws IllegalArgumentException saying what is wrong
  static Optional<Object> decode(AcceptedKeys.Type type, YamlNode node) {
    if (node instanceof Scalar scalar && scalar.isNull()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (type) {
          case STRING, SECRET -> scalar(node).text();
          case BOOL -> Scalars.bool(scalar(node));
          case INT -> Scalars.wholeNumber(scalar(node));
          case FLOAT -> Scalars.decimal(scalar(node));
          case DURATION -> Scalars.goDuration(scalar(node));
          case PROMETHEUS_DURATION -> Scalars.prometheusDuration(scalar(node));
          case BYTES -> Scalars.byteSize(scalar(node));
          case TIME -> Scalars.time(scalar(node));
          case LIST -> list(node);
          case MAP -> map(node);
          case ANY -> nonNull(plain(node));
        });
  }

  private static Object nonNull(@Nullable Object value) {
    return value == null ? "" : value;
  }

  static Scalar scalar(YamlNode node) {
    return switch (node) {
      case Scalar scalar -> scalar;
      case Sequence ignored -> throw new IllegalArgumentException("must be one value, not a list");
      case Mapping ignored ->
          throw new IllegalArgumentException("must be one value, not a mapping");
    };
  }

  private static List<?> list(YamlNode node) {
    if (!(node instanceof Sequence)) {
      throw new IllegalArgumentException("must be a list");
    }
    return (List<?>) nonNull(plain(node));
  }

  private static Map<?, ?> map(YamlNode node) {
    if (!(node instanceof Mapping)) {
      throw new IllegalArgumentException("must be a mapping");
    }
    return (Map<?, ?>) nonNull(plain(node));
  }

  /// Any value, its type taken from its look.
  static @Nullable Object plain(YamlNode node) {
    return switch (node) {
      case Scalar scalar -> plainScalar(scalar);
      case Sequence sequence -> {
        List<@Nullable Object> items = new ArrayList<>();
        sequence.items().forEach(item -> items.add(plain(item)));
        yield items;
      }
      case Mapping mapping -> {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        mapping.members().forEach((key, member) -> members.put(key, plain(member.value())));
        yield members;
      }
    };
  }

  private static @Nullable Object plainScalar(Scalar scalar) {
    if (!scalar.plain()) {
      return scalar.text();
    }
    return switch (scalar.text()) {
      case "", "~", "null" -> null;
      case "true" -> true;
      case "false" -> false;
      default -> number(scalar);
    };
  }

  private static Object number(Scalar scalar) {
    try {
      return Scalars.wholeNumber(scalar);
    } catch (IllegalArgumentException notWhole) {
      try {
        return Scalars.decimal(scalar);
      } catch (IllegalArgumentException notANumber) {
        return scalar.text();
      }
    }
  }
}
