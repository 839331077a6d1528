package dev.spoor.overrides;

import dev.spoor.platform.config.AcceptedSettings;
import dev.spoor.platform.config.YamlNode.Mapping;

/// What the per-tenant file says of one tenant.
///
/// @param limits in force; what the entry leaves out is filled in
/// @param others the keys that nothing honours yet
/// @param tree the entry as it was written, in the scoped spelling
public record TenantEntry(TenantLimits limits, AcceptedSettings others, Mapping tree) {}
