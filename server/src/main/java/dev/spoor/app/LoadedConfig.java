package dev.spoor.app;

import dev.spoor.platform.config.AcceptedSettings;
import dev.spoor.platform.config.ConfigPrinter;
import dev.spoor.platform.config.ConfigWarning;
import java.util.ArrayList;
import java.util.List;

/// A configuration as it was read, ready to run with.
///
/// @param accepted the keys that nothing honours yet
/// @param warnings what is doubtful in it
public record LoadedConfig(
    SpoorConfig config, AcceptedSettings accepted, List<ConfigWarning> warnings) {

  private static final ConfigPrinter PRINTER = new ConfigPrinter(KnownKeys.ACCEPTED);

  /// The line before the warnings in the log.
  public static final String WARNINGS_HEADER = "-- CONFIGURATION WARNINGS --";

  public LoadedConfig {
    warnings = List.copyOf(warnings);
  }

  /// A copy with more warnings, before those it has.
  LoadedConfig with(List<ConfigWarning> more) {
    List<ConfigWarning> all = new ArrayList<>(more);
    all.addAll(warnings);
    return new LoadedConfig(config, accepted, all);
  }

  /// Every key with the value in effect, as YAML; secrets as stars. For `/status/config`.
  public String toYaml() {
    return PRINTER.all(config, accepted);
  }

  /// The keys that are not at their default, as YAML; secrets as stars. For `?mode=diff`.
  public String diffYaml() {
    return PRINTER.diff(config, accepted, SpoorConfig.DEFAULTS);
  }

  /// Every key with its default, as YAML. For `?mode=defaults`.
  public static String defaultsYaml() {
    return PRINTER.defaults(SpoorConfig.DEFAULTS);
  }

  /// The limits in effect, as YAML. For `/status/runtime_config`.
  ///
  /// @param diff only what is not at its default
  public String overridesYaml(boolean diff) {
    String yaml = diff ? diffYaml() : toYaml();
    StringBuilder section = new StringBuilder();
    boolean inside = false;
    for (String line : yaml.lines().toList()) {
      if (!line.startsWith(" ")) {
        inside = line.startsWith("overrides:");
      }
      if (inside) {
        section.append(line).append('\n');
      }
    }
    return section.toString();
  }
}
