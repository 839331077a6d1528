package dev.spoor.access;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// Somebody who is known, and what it may do.
///
/// @param anyTenant whether it may for every tenant
/// @param tenants those it may for; empty for `anyTenant` and where there are no tenants
/// @param onlyTenant what it stands for when it names none; empty when it has not just one
record Identity(
    String name, Set<Verb> verbs, boolean anyTenant, Set<String> tenants, String onlyTenant) {

  static Identity of(String name, List<Verb> verbs, List<String> tenants) {
    boolean any = tenants.contains(AccessConfig.ANY_TENANT);
    return new Identity(
        name,
        Set.copyOf(verbs),
        any,
        any ? Set.of() : Set.copyOf(tenants),
        tenants.size() == 1 && !any ? tenants.getFirst() : "");
  }

  boolean may(Verb verb) {
    return verbs.contains(verb);
  }

  boolean mayFor(String tenant) {
    return anyTenant || tenants.contains(tenant);
  }

  /// `write, read`, in a fixed order.
  String verbList() {
    return verbs.stream()
        .sorted()
        .map(verb -> verb.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
