package dev.spoor.app;

import dev.spoor.platform.config.AcceptedSettings;
import dev.spoor.platform.config.ConfigPrinter;
import dev.spoor.platform.config.ConfigWarning;
import dev.spoor.platform.config.YamlNode;
import java.util.ArrayList;
import java.util.List;

/// A configuration as it was read, ready to run with.
///
/// @param accepted the keys that nothing honours yet
/// @param warnings what is doubtful in it
/// @param tree what was read, with the places of its keys
/// @param expandEnvironment whether environment variables are put into files (`${NAME}`)
public record LoadedConfig(
    SpoorConfig config,
    AcceptedSettings accepted,
    List<ConfigWarning> warnings,
    YamlNode.Mapping tree,
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
    return new LoadedConfig(config, accepted, all, tree, expandEnvironment);
  }

  /// Where a key was set, such as `tempo.yaml:12:3`; of a key that was not set, where the section
  /// around it is.
  ///
  /// @param path such as `access.tokens[0].token_file`
  String place(String path) {
    YamlNode nearest = tree;
    for (String word : path.replace("[", ".[").split("\\.")) {
      YamlNode next =
          switch (nearest) {
            case YamlNode.Mapping mapping -> mapping.find(word);
            case YamlNode.Sequence list when word.startsWith("[") ->
                list.items().get(Integer.parseInt(word.substring(1, word.length() - 1)));
            case YamlNode.Sequence _, YamlNode.Scalar _ -> null;
          };
      if (next == null) {
        break;
      }
      nearest = next;
    }
    return nearest.at().toString();
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
