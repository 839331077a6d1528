package dev.spoor.platform.config;

import dev.spoor.platform.config.AcceptedKeys.AcceptedKey;
import dev.spoor.platform.config.Section.Entry;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Every key that a configuration may hold, with type, default and effect.
public final class KeyCatalogue {

  /// What setting a key does.
  public enum Effect {
    /// What it says.
    EFFECTIVE,
    /// Nothing yet.
    LATER,
    /// Nothing, and never will.
    NEVER
  }

  /// One key.
  ///
  /// @param type in words
  /// @param defaultText as YAML, for reading
  /// @param note why it has no effect; empty where it has one
  public record KnownKey(
      String path, String type, String defaultText, Effect effect, String note) {}

  private final List<KnownKey> keys = new ArrayList<>();

  private KeyCatalogue() {}

  /// The keys of the record, then those that are only accepted, each in their order.
  public static List<KnownKey> of(Record defaults, AcceptedKeys accepted) {
    KeyCatalogue catalogue = new KeyCatalogue();
    catalogue.addRecord(defaults, "", null);
    accepted.keys().forEach(catalogue::addAccepted);
    return List.copyOf(catalogue.keys);
  }

  private void addRecord(Record defaults, String path, @Nullable String noEffect) {
    Section section = Section.ofRecord(defaults.getClass());
    for (RecordComponent component : defaults.getClass().getRecordComponents()) {
      Object value = ConfigBinder.read(component, defaults);
      if (component.isAnnotationPresent(Inline.class)) {
        addRecord((Record) value, path, noEffect);
        continue;
      }
      String key = Section.keyOf(component);
      Entry entry = section.entries().get(key);
      String keyPath = ConfigBinder.join(path, key);
      switch (entry) {
        case Entry.Nested nested ->
            addRecord(
                nestedDefaults(component, value), keyPath, first(noEffect, nested.noEffect()));
        case Entry.Value known ->
            addValue(component, value, keyPath, first(noEffect, known.noEffect()));
        case null, default -> throw new IllegalStateException(keyPath + " is no key of a record");
      }
    }
  }

  private static @Nullable String first(@Nullable String outer, @Nullable String inner) {
    return outer != null ? outer : inner;
  }

  private static Record nestedDefaults(RecordComponent component, Object value) {
    Class<?> optional = Section.optionalRecord(component.getGenericType());
    return (Record) (optional == null ? value : ConfigBinder.defaultsOf(optional));
  }

  private void addValue(
      RecordComponent component, Object value, String path, @Nullable String noEffect) {
    keys.add(
        new KnownKey(
            path,
            typeOf(component),
            ConfigPrinter.inline(component, value),
            noEffect == null ? Effect.EFFECTIVE : Effect.LATER,
            noEffect == null ? "" : "it comes " + noEffect));
  }

  private void addAccepted(AcceptedKey key) {
    keys.add(
        new KnownKey(
            key.path(),
            key.type().name().toLowerCase(Locale.ROOT).replace('_', ' '),
            key.defaultText(),
            key.later() ? Effect.LATER : Effect.NEVER,
            key.note()));
  }

  private static String typeOf(RecordComponent component) {
    if (component.isAnnotationPresent(Secret.class)) {
      return "secret";
    }
    if (component.isAnnotationPresent(ByteSize.class)) {
      return "bytes";
    }
    return component.isAnnotationPresent(PrometheusDuration.class)
        ? "prometheus duration"
        : name(component.getGenericType());
  }

  private static String name(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return generic.getRawType() == Optional.class
          ? name(arguments[0])
          : generic.getRawType() == List.class ? "list" : "map";
    }
    Class<?> simple = (Class<?>) type;
    if (simple.isEnum()) {
      return Arrays.stream(simple.getEnumConstants())
          .map(constant -> Section.spelling((Enum<?>) constant))
          .filter(spelling -> !spelling.isEmpty())
          .collect(Collectors.joining(", "));
    }
    return switch (simple.getSimpleName()) {
      case "String" -> "string";
      case "boolean", "Boolean" -> "bool";
      case "int", "long", "Integer", "Long" -> "int";
      case "double", "Double" -> "float";
      default -> simple == Duration.class ? "duration" : simple == Instant.class ? "time" : "map";
    };
  }
}
