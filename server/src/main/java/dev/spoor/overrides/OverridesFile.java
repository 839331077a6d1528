package dev.spoor.overrides;

import dev.spoor.model.Tenant;
import dev.spoor.platform.config.AcceptedKeys;
import dev.spoor.platform.config.ConfigBinder;
import dev.spoor.platform.config.ConfigException;
import dev.spoor.platform.config.ConfigProblem;
import dev.spoor.platform.config.KeyCatalogue;
import dev.spoor.platform.config.YamlNode;
import dev.spoor.platform.config.YamlNode.Mapping;
import dev.spoor.platform.config.YamlNode.Member;
import dev.spoor.platform.config.YamlNode.Scalar;
import dev.spoor.platform.config.YamlReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Reads the per-tenant file: `overrides`, and below it an entry for each tenant, all in the scoped
/// spelling or all in the flat one.
public final class OverridesFile {

  private static final String ROOT = "overrides";

  private final OverridesConfig config;
  private final AcceptedKeys accepted;
  private final ConfigBinder<TenantLimits> binder;

  /// @param accepted the keys of an entry that nothing honours yet
  public OverridesFile(OverridesConfig config, AcceptedKeys accepted) {
    this.config = config;
    this.accepted = accepted;
    this.binder = new ConfigBinder<>(TenantLimits.class, accepted);
  }

  /// The keys of an entry that nothing honours yet.
  public AcceptedKeys accepted() {
    return accepted;
  }

  /// @param name of the file, for messages
  /// @throws ConfigException with everything that is wrong, each with its place
  public PerTenantLimits parse(String name, String text) throws ConfigException {
    return new Reading(name).read(text);
  }

  /// One reading of one file.
  private final class Reading {

    private final String name;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    Reading(String name) {
      this.name = name;
    }

    PerTenantLimits read(String text) throws ConfigException {
      Mapping file = YamlReader.readMapping(name, text, problems);
      file.members()
          .forEach((key, member) -> {
            if (!key.equals(ROOT)) {
              String wrong = "field %s not found in the file; all entries stand below %s";
              problems.add(new ConfigProblem(member.keyAt(), wrong.formatted(key, ROOT)));
            }
          });
      Map<String, TenantEntry> entries = new LinkedHashMap<>();
      Map<String, Mapping> scoped = scoped(tenants(file));
      scoped.forEach((tenant, tree) -> entry(entries, tenant, tree));
      if (!problems.isEmpty()) {
        throw new ConfigException(problems);
      }
      return new PerTenantLimits(entries, sha256(text), warnings);
    }

    /// The entries as they are written; those without a value are none.
    private Map<String, Mapping> tenants(Mapping file) {
      Map<String, Mapping> tenants = new LinkedHashMap<>();
      YamlNode all = file.find(ROOT);
      switch (all) {
        case null -> {}
        case Scalar scalar when scalar.isNull() -> {}
        case Mapping mapping ->
            mapping
                .members()
                .forEach((tenant, member) -> {
                  switch (member.value()) {
                    case Mapping entry -> tenants.put(tenant, entry);
                    case Scalar scalar when scalar.isNull() -> {}
                    default -> problems.add(notKeys(member, "tenant " + tenant));
                  }
                });
        default ->
            problems.add(new ConfigProblem(all.at(), ROOT + " must be a mapping of tenants"));
      }
      return tenants;
    }

    private static ConfigProblem notKeys(Member member, String what) {
      return new ConfigProblem(member.value().at(), what + " must be a mapping of keys");
    }

    /// The entries in the scoped spelling, whichever they are written in.
    private Map<String, Mapping> scoped(Map<String, Mapping> entries) {
      TreeSet<String> flat = new TreeSet<>();
      entries.values().forEach(entry -> flat.addAll(keys(entry, LegacyOverrides::isFlatOnly)));
      if (flat.isEmpty()) {
        return entries;
      }
      String old = String.join(", ", flat);
      warnings.add("%s uses the old flat spelling (%s), which is deprecated".formatted(name, old));
      Map<String, Mapping> scoped = new LinkedHashMap<>();
      entries.forEach((tenant, entry) -> {
        for (String key : keys(entry, LegacyOverrides::isScopedOnly)) {
          String wrong = "%s and the old spelling (%s) exclude each other in one file";
          problems.add(
              new ConfigProblem(
                  Objects.requireNonNull(entry.members().get(key)).keyAt(),
                  wrong.formatted(key, old)));
        }
        scoped.put(tenant, LegacyOverrides.toScoped(entry, ""));
      });
      return scoped;
    }

    private static List<String> keys(Mapping entry, Predicate<String> which) {
      return entry.members().keySet().stream().filter(which).toList();
    }

    private void entry(Map<String, TenantEntry> entries, String tenant, Mapping tree) {
      if (!tenant.equals(PerTenantLimits.WILDCARD) && !Tenant.isValid(tenant)) {
        warnings.add(
            "%s: \"%s\" can be no tenant, its entry never holds".formatted(tree.at(), tenant));
      }
      TenantLimits base = config.inheritDefaults() ? config.defaults() : config.defaults().zeroed();
      try {
        ConfigBinder.Bound<TenantLimits> bound = binder.bind(tree, base, List.of());
        bound
            .warnings()
            .forEach(warning -> warnings.add("tenant %s: %s".formatted(tenant, warning)));
        entries.put(tenant, new TenantEntry(bound.config(), bound.accepted(), tree));
        warnOfZeros(tenant, tree, bound.config());
      } catch (ConfigException wrong) {
        for (ConfigProblem problem : wrong.problems()) {
          problems.add(
              new ConfigProblem(
                  problem.at(), "tenant %s: %s".formatted(tenant, problem.message())));
        }
      }
    }

    /// An entry replaces the defaults as a whole, which surprises who expected to change one key.
    private void warnOfZeros(String tenant, Mapping tree, TenantLimits limits) {
      Map<String, String> defaults = LimitTexts.of(config.defaults());
      List<String> lost = new ArrayList<>();
      LimitTexts.of(limits)
          .forEach((path, value) -> {
            if (tree.find(path) == null && !value.equals(defaults.get(path))) {
              lost.add(path);
            }
          });
      if (!lost.isEmpty()) {
        warnings.add(
            ("tenant %s: its entry leaves out %s, which are zero or off for it, not at their"
                    + " defaults (overrides.inherit_defaults changes that)")
                .formatted(tenant, String.join(", ", lost)));
      }
    }
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// Limits as text by their paths.
  static final class LimitTexts {

    private LimitTexts() {}

    static Map<String, String> of(TenantLimits limits) {
      Map<String, String> texts = new LinkedHashMap<>();
      KeyCatalogue.of(limits, AcceptedKeys.none())
          .forEach(key -> texts.put(key.path(), key.defaultText()));
      return texts;
    }
  }
}
