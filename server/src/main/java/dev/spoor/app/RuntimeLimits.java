package dev.spoor.app;

import dev.spoor.overrides.Overrides;
import dev.spoor.overrides.PerTenantLimits;
import dev.spoor.overrides.TenantEntry;
import dev.spoor.platform.config.AcceptedKeys;
import dev.spoor.platform.config.AcceptedSettings;
import dev.spoor.platform.config.ConfigPrinter;
import java.util.Map;

/// The limits in force as YAML, for the pages that show them; secrets as stars.
final class RuntimeLimits {

  /// The section with the limits of all tenants.
  static final String DEFAULTS = "overrides.defaults";

  /// The keys of a tenant's entry that nothing honours yet.
  static final AcceptedKeys ACCEPTED = KnownKeys.ACCEPTED.below(DEFAULTS);

  private static final ConfigPrinter PRINTER = new ConfigPrinter(ACCEPTED);

  private final LoadedConfig loaded;
  private final Overrides overrides;

  RuntimeLimits(LoadedConfig loaded, Overrides overrides) {
    this.loaded = loaded;
    this.overrides = overrides;
  }

  /// Defaults and entries, as the per-tenant file has them.
  ///
  /// @param diff only what entries have that is not at its default
  String page(boolean diff) {
    StringBuilder page = new StringBuilder();
    if (!diff) {
      page.append("defaults:\n").append(indented(defaults(), 2));
    }
    Map<String, TenantEntry> entries = overrides.perTenant().entries();
    page.append(entries.isEmpty() ? "overrides: {}\n" : "overrides:\n");
    entries.forEach((tenant, entry) -> {
      String limits =
          diff ? PRINTER.diff(entry.limits(), entry.others(), overrides.defaults()) : entry(entry);
      page.append("  \"").append(tenant).append("\":");
      page.append(
          limits.strip().equals("{}") || limits.isBlank() ? " {}\n" : "\n" + indented(limits, 4));
    });
    return page.toString();
  }

  /// What holds for a tenant.
  String of(PerTenantLimits file, String tenant) {
    TenantEntry entry = file.entries().get(tenant);
    TenantEntry wildcard = file.entries().get(PerTenantLimits.WILDCARD);
    return entry != null ? entry(entry) : wildcard != null ? entry(wildcard) : defaults();
  }

  private String defaults() {
    AcceptedSettings others = loaded.accepted().below(DEFAULTS, ACCEPTED);
    return PRINTER.all(overrides.defaults(), others);
  }

  private static String entry(TenantEntry entry) {
    return PRINTER.all(entry.limits(), entry.others());
  }

  private static String indented(String yaml, int spaces) {
    return yaml.indent(spaces);
  }
}
