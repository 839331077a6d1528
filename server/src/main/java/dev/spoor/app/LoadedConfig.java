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
/// @param expandEnvironment whether environment variables are put into files (`${NAME}`)
public record LoadedConfig(
    SpoorConfig config,
    AcceptedSettings accepted,
    List<ConfigWarning> warnings,
    boolean expandEnvironment) {

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
    return new LoadedConfig(config, accepted, all, expandEnvironment);
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
}
