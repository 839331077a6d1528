package dev.spoor.app;

import dev.spoor.platform.config.AcceptedKeys;
import dev.spoor.platform.config.ConfigBinder;
import java.util.List;

/// All keys that a configuration may hold.
final class KnownKeys {

  /// Those that nothing honours yet.
  static final AcceptedKeys ACCEPTED = AcceptedKeys.parse(Resources.text("accepted-keys.txt"));

  static final ConfigBinder<SpoorConfig> BINDER = new ConfigBinder<>(SpoorConfig.class, ACCEPTED);

  /// Keys and sections that Tempo does not know: Spoor's own, and values of Helm charts that are
  /// found in files in the wild.
  static final List<String> UNKNOWN_TO_TEMPO =
      List.of(
          "ingester.wal",
          "ingester.persistence",
          "ingester.resources",
          "ingester.replicas",
          "ingester.config",
          "tempo",
          "flusher",
          "overrides.inherit_defaults",
          "overrides.defaults.ingestion.max_bytes_per_trace");

  private KnownKeys() {}
}
