package dev.spoor.app;

import dev.spoor.overrides.LegacyOverrides;
import dev.spoor.platform.config.ConfigBinder.Bound;
import dev.spoor.platform.config.ConfigException;
import dev.spoor.platform.config.ConfigProblem;
import dev.spoor.platform.config.ConfigWarning;
import dev.spoor.platform.config.ConfigWarning.Severity;
import dev.spoor.platform.config.EnvironmentExpander;
import dev.spoor.platform.config.Position;
import dev.spoor.platform.config.YamlNode;
import dev.spoor.platform.config.YamlNode.Mapping;
import dev.spoor.platform.config.YamlNode.Scalar;
import dev.spoor.platform.config.YamlNode.Sequence;
import dev.spoor.platform.config.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes one configuration of a file, the environment and the flags; a flag wins over the file.
final class ConfigLoader {

  private static final String SEED_ALIAS = "overrides.defaults.ingestion.max_bytes_per_trace";
  private static final String SEED_TARGET = "overrides.defaults.global.max_bytes_per_trace";
  private static final Pattern UNEXPANDED = Pattern.compile("\\$\\{[A-Za-z_][^}]*}");

  private final boolean expandEnvironment;
  private final boolean strict;
  private final UnaryOperator<@Nullable String> environment;
  private final List<ConfigWarning> warnings = new ArrayList<>();
  private final List<ConfigProblem> problems = new ArrayList<>();

  /// @param strict refuse keys that Tempo does not know
  ConfigLoader(
      boolean expandEnvironment, boolean strict, UnaryOperator<@Nullable String> environment) {
    this.expandEnvironment = expandEnvironment;
    this.strict = strict;
    this.environment = environment;
  }

  /// @param file empty for Spoor's own defaults, which are others than those for a file
  /// @param flags with the paths of their keys
  /// @throws IOException when the file cannot be read
  /// @throws ConfigException with everything that is wrong in it
  LoadedConfig load(Optional<Path> file, Map<FlagSet.Flag, List<String>> flags)
      throws IOException, ConfigException {
    Mapping tree = file.isPresent() ? read(file.get()) : Mapping.empty(new Position("", 1, 1));
    if (strict) {
      refuseWhatTempoRefuses(tree);
    }
    tree = withScopedLimits(tree);
    tree = withoutSeedAlias(tree);
    if (!expandEnvironment) {
      warnOfUnexpanded(tree, "");
    }
    tree = withFlags(tree, flags);
    SpoorConfig base = file.isPresent() ? SpoorConfig.DEFAULTS : SpoorConfig.withoutFile();
    Bound<SpoorConfig> bound = KnownKeys.BINDER.bind(tree, base, problems);
    warnings.addAll(ConfigChecks.of(bound.config(), bound.accepted()));
    addUnlessKnown(bound.warnings());
    return new LoadedConfig(bound.config(), bound.accepted(), warnings, tree, expandEnvironment);
  }

  private Mapping read(Path file) throws IOException, ConfigException {
    String name = file.toString();
    String text = Files.readString(file);
    String expanded =
        expandEnvironment ? new EnvironmentExpander(name, environment).expand(text) : text;
    return YamlReader.readMapping(name, expanded, problems);
  }

  private void refuseWhatTempoRefuses(Mapping tree) {
    for (String path : KnownKeys.UNKNOWN_TO_TEMPO) {
      YamlNode found = tree.find(path);
      if (found != null) {
        int dot = path.lastIndexOf('.');
        String section = dot < 0 ? "the configuration" : path.substring(0, dot);
        String text = "field " + path.substring(dot + 1) + " not found in " + section;
        problems.add(new ConfigProblem(found.at(), text + " of Tempo"));
      }
    }
  }

  /// Moves limits in the flat spelling below `overrides.defaults`.
  private Mapping withScopedLimits(Mapping tree) {
    if (!(tree.find("overrides") instanceof Mapping overrides)) {
      return tree;
    }
    List<String> flat = LegacyOverrides.flatKeys(overrides);
    if (flat.isEmpty()) {
      return tree;
    }
    if (overrides.members().get("defaults") instanceof YamlNode.Member defaults) {
      String text =
          "overrides.defaults and the old spelling (%s) exclude each other"
              .formatted(String.join(", ", flat));
      problems.add(new ConfigProblem(defaults.keyAt(), text));
    }
    warnings.add(
        ConfigWarning.warning(
            "overrides",
            "overrides uses the old flat spelling (%s), which is deprecated: overrides.defaults is"
                    .formatted(String.join(", ", flat))
                + " its place"));
    return tree.with("overrides", LegacyOverrides.toScoped(overrides, "defaults."));
  }

  /// A key found in files in the wild that never was one of Tempo's.
  private Mapping withoutSeedAlias(Mapping tree) {
    YamlNode alias = tree.find(SEED_ALIAS);
    if (alias == null) {
      return tree;
    }
    warnings.add(
        new ConfigWarning(
            Severity.REFUSED_BY_TEMPO,
            SEED_ALIAS,
            SEED_ALIAS + " is taken for " + SEED_TARGET + ", which wins where both are given"));
    Mapping without = tree.without(SEED_ALIAS);
    return without.find(SEED_TARGET) == null ? without.with(SEED_TARGET, alias) : without;
  }

  private void warnOfUnexpanded(YamlNode node, String path) {
    switch (node) {
      case Scalar scalar when UNEXPANDED.matcher(scalar.text()).find() ->
          warnings.add(
              ConfigWarning.hint(
                  path,
                  path + " holds ${...}, which stays as it is without -config.expand-env=true"));
      case Scalar ignored -> {}
      case Sequence sequence -> sequence.items().forEach(item -> warnOfUnexpanded(item, path));
      case Mapping mapping ->
          mapping
              .members()
              .forEach((key, member) ->
                  warnOfUnexpanded(member.value(), path.isEmpty() ? key : path + "." + key));
    }
  }

  private Mapping withFlags(Mapping tree, Map<FlagSet.Flag, List<String>> flags) {
    Mapping changed = tree;
    for (Map.Entry<FlagSet.Flag, List<String>> entry : flags.entrySet()) {
      FlagSet.Flag flag = entry.getKey();
      if (flag.hasKey()) {
        changed = changed.with(flag.key(), node(flag, entry.getValue()));
      } else if (flag.doesNothing()) {
        String text = "flag -" + flag.name() + " is accepted, but has no effect in Spoor";
        warnings.add(ConfigWarning.hint("-" + flag.name(), text));
      }
    }
    return changed;
  }

  private static YamlNode node(FlagSet.Flag flag, List<String> values) {
    Position at = Position.ofFlag(flag.name());
    boolean text = flag.kind() == FlagSet.Kind.STRING || flag.kind() == FlagSet.Kind.STRINGS;
    List<YamlNode> items = new ArrayList<>();
    values.forEach(value -> items.add(new Scalar(at, value, !text)));
    return flag.kind() == FlagSet.Kind.STRINGS ? new Sequence(at, items) : items.getFirst();
  }

  /// Adds warnings of keys without effect, except for those about which more was already said.
  private void addUnlessKnown(List<ConfigWarning> more) {
    Set<String> known = new HashSet<>();
    warnings.forEach(warning -> known.add(warning.key()));
    more.stream().filter(warning -> !known.contains(warning.key())).forEach(warnings::add);
  }
}
