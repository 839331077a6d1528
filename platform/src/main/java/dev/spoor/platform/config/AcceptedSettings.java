package dev.spoor.platform.config;

import dev.spoor.platform.config.AcceptedKeys.AcceptedKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a configuration gives for the keys that nothing honours yet, with the table's defaults for
/// the others.
public final class AcceptedSettings {

  private final Map<String, AcceptedKey> keys = new LinkedHashMap<>();
  private final Map<String, Object> set;

  AcceptedSettings(AcceptedKeys keys, Map<String, Object> set) {
    keys.keys().forEach(key -> this.keys.put(key.path(), key));
    this.set = Map.copyOf(set);
  }

  /// Nothing set: the default of every key.
  public static AcceptedSettings defaultsOf(AcceptedKeys keys) {
    return new AcceptedSettings(keys, Map.of());
  }

  /// The settings of one section, under their paths within it.
  ///
  /// @param keys those of the section, as [AcceptedKeys#below] gives them
  public AcceptedSettings below(String section, AcceptedKeys keys) {
    Map<String, Object> inner = new LinkedHashMap<>();
    set.forEach((path, value) -> {
      if (path.startsWith(section + ".")) {
        inner.put(path.substring(section.length() + 1), value);
      }
    });
    return new AcceptedSettings(keys, inner);
  }

  /// The keys that were set, whatever to.
  public Set<String> paths() {
    return set.keySet();
  }

  /// The value in effect of an accepted key: what was set, else its default; empty for null.
  ///
  /// @throws IllegalArgumentException for a path that is no accepted key
  public Optional<Object> value(String path) {
    Object given = set.get(path);
    return given != null ? Optional.of(given) : defaultOf(key(path));
  }

  public Duration duration(String path) {
    return (Duration) value(path).orElse(Duration.ZERO);
  }

  public long wholeNumber(String path) {
    return (Long) value(path).orElse(0L);
  }

  public boolean flag(String path) {
    return (Boolean) value(path).orElse(false);
  }

  public String text(String path) {
    return value(path).orElse("").toString();
  }

  /// Whether a key has its default value.
  ///
  /// @throws IllegalArgumentException for a path that is no accepted key
  public boolean isDefault(String path) {
    return value(path).equals(defaultOf(key(path)));
  }

  private AcceptedKey key(String path) {
    AcceptedKey key = keys.get(path);
    if (key == null) {
      throw new IllegalArgumentException(path + " is no accepted key");
    }
    return key;
  }

  static Optional<Object> defaultOf(AcceptedKey key) {
    String text = key.defaultText();
    if (text.startsWith("(")) {
      return Optional.of(text.substring(1, text.length() - 1));
    }
    try {
      return ValueDecoder.decode(key.type(), YamlReader.read("default of " + key.path(), text));
    } catch (ConfigException | IllegalArgumentException unfit) {
      throw new IllegalStateException("the default of " + key.path() + " is wrong", unfit);
    }
  }
}
