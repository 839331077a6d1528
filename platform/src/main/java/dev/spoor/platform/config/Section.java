package dev.spoor.platform.config;

import dev.spoor.platform.config.AcceptedKeys.AcceptedKey;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The keys that one mapping of the file may hold: those of a record, and those that are only
/// accepted.
final class Section {

  /// What stands behind a key.
  sealed interface Entry {

    /// A value of a record.
    record Value(RecordComponent component, @Nullable String noEffect) implements Entry {}

    /// A mapping.
    ///
    /// @param component the record component that holds it; null where no key in it has an effect
    /// @param optional whether the mapping may be absent, and then stays so
    record Nested(
        Section section,
        @Nullable RecordComponent component,
        boolean optional,
        @Nullable String noEffect)
        implements Entry {}

    /// A key that is only accepted.
    record Accepted(AcceptedKey key) implements Entry {}
  }

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private Section() {}

  /// The keys of a record and of all records in it, and the accepted keys between them.
  static Section of(Class<?> record, AcceptedKeys accepted) {
    Section root = ofRecord(record);
    for (AcceptedKey key : accepted.keys()) {
      root.accept(key.path(), key);
    }
    return root;
  }

  static Section ofRecord(Class<?> record) {
    Section section = new Section();
    section.addComponents(record);
    return section;
  }

  Map<String, Entry> entries() {
    return entries;
  }

  @Nullable Entry entry(String key) {
    return entries.get(key);
  }

  private void addComponents(Class<?> record) {
    for (RecordComponent component : record.getRecordComponents()) {
      if (component.isAnnotationPresent(Inline.class)) {
        addComponents(component.getType());
      } else {
        entries.put(keyOf(component), entryOf(component));
      }
    }
  }

  private static Entry entryOf(RecordComponent component) {
    NoEffectYet noEffectYet = component.getAnnotation(NoEffectYet.class);
    String noEffect = noEffectYet == null ? null : noEffectYet.value();
    Type type = component.getGenericType();
    if (type instanceof Class<?> nested && nested.isRecord()) {
      return new Entry.Nested(ofRecord(nested), component, false, noEffect);
    }
    if (optionalRecord(type) instanceof Class<?> nested) {
      return new Entry.Nested(ofRecord(nested), component, true, noEffect);
    }
    return new Entry.Value(component, noEffect);
  }

  /// The record in an `Optional<Record>`; null for every other type.
  static @Nullable Class<?> optionalRecord(Type type) {
    return type instanceof ParameterizedType generic
            && generic.getRawType() == Optional.class
            && generic.getActualTypeArguments()[0] instanceof Class<?> nested
            && nested.isRecord()
        ? nested
        : null;
  }

  private void accept(String path, AcceptedKey key) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      if (entries.putIfAbsent(path, new Entry.Accepted(key)) != null) {
        throw new IllegalArgumentException("key " + key.path() + " is known twice");
      }
      return;
    }
    Entry inner =
        entries.computeIfAbsent(
            path.substring(0, dot), head -> new Entry.Nested(new Section(), null, false, null));
    if (!(inner instanceof Entry.Nested nested)) {
      throw new IllegalArgumentException("key " + key.path() + " stands below a value");
    }
    nested.section().accept(path.substring(dot + 1), key);
  }

  static String keyOf(RecordComponent component) {
    Key key = component.getAnnotation(Key.class);
    return key != null ? key.value() : snakeCase(component.getName());
  }

  /// `maxBlockBytes` as `max_block_bytes`.
  static String snakeCase(String name) {
    StringBuilder text = new StringBuilder();
    for (char letter : name.toCharArray()) {
      if (Character.isUpperCase(letter)) {
        text.append('_');
      }
      text.append(Character.toLowerCase(letter));
    }
    return text.toString();
  }

  /// How an enum constant is written.
  static String spelling(Enum<?> constant) {
    try {
      Key key = constant.getDeclaringClass().getField(constant.name()).getAnnotation(Key.class);
      return key != null ? key.value() : constant.name().toLowerCase(Locale.ROOT);
    } catch (NoSuchFieldException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// The known key nearest to a misspelt one; null when none is near.
  @Nullable String nearest(String misspelt) {
    String best = null;
    int bestDistance = Math.max(2, misspelt.length() / 3) + 1;
    for (String key : entries.keySet()) {
      int distance = distance(misspelt, key);
      if (distance < bestDistance) {
        best = key;
        bestDistance = distance;
      }
    }
    return best;
  }

  /// The least number of letters to add, drop or change between two words.
  private static int distance(String left, String right) {
    int[] previous = new int[right.length() + 1];
    for (int column = 0; column <= right.length(); column++) {
      previous[column] = column;
    }
    for (int row = 1; row <= left.length(); row++) {
      int[] current = new int[right.length() + 1];
      current[0] = row;
      for (int column = 1; column <= right.length(); column++) {
        int change = left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1;
        int least = Math.min(previous[column] + 1, current[column - 1] + 1);
        current[column] = Math.min(least, previous[column - 1] + change);
      }
      previous = current;
    }
    return previous[right.length()];
  }
}
