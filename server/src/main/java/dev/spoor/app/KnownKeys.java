package dev.spoor.app;

import dev.spoor.platform.config.AcceptedKeys;
import dev.spoor.platform.config.ConfigBinder;
import dev.spoor.platform.config.KeyCatalogue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// All keys that a configuration may hold.
final class KnownKeys {

  /// Those that nothing honours yet.
  static final AcceptedKeys ACCEPTED = AcceptedKeys.parse(Resources.text("accepted-keys.txt"));

  static final ConfigBinder<SpoorConfig> BINDER = new ConfigBinder<>(SpoorConfig.class, ACCEPTED);

  /// Keys and sections that Tempo does not know: Spoor's own, and values of Helm charts that are
  /// found in files in the wild.
  static final List<String> UNKNOWN_TO_TEMPO =
      List.of(
          "access",
          "ingester.wal",
          "compactor.lease",
          "compactor.orphans",
          "ingester.persistence",
          "ingester.resources",
          "ingester.replicas",
          "ingester.config",
          "tempo",
          "flusher",
          "overrides.inherit_defaults",
          "overrides.defaults.ingestion.max_bytes_per_trace");

  private KnownKeys() {}

  /// The default of every key as text, by its path.
  static Map<String, String> defaults() {
    Map<String, String> defaults = new HashMap<>();
    KeyCatalogue.of(SpoorConfig.DEFAULTS, ACCEPTED)
        .forEach(key -> defaults.put(key.path(), key.defaultText()));
    return defaults;
  }
}
