package dev.spoor.model;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// The tenants that one read is about: one, or several at once. At least one; sorted, each once.
public record Tenants(List<Tenant> all) {

  /// @throws IllegalArgumentException when there is none
  public Tenants {
    all = all.stream().distinct().sorted().toList();
    if (all.isEmpty()) {
      throw new IllegalArgumentException("no org id");
    }
  }

  public static Tenants of(Tenant one) {
    return new Tenants(List.of(one));
  }

  /// Reads `a|b`.
  ///
  /// @throws IllegalArgumentException naming what is wrong with one of the ids
  public static Tenants parse(String text) {
    return new Tenants(
        List.of(text.split("\\|", -1)).stream().map(Tenant::new).collect(Collectors.toList()));
  }

  public boolean isOne() {
    return all.size() == 1;
  }

  public Tenant first() {
    return Objects.requireNonNull(all.getFirst());
  }

  /// As in the header: `a|b`.
  @Override
  public String toString() {
    return all.stream().map(Tenant::id).collect(Collectors.joining("|"));
  }
}
