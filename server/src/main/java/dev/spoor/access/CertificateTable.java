package dev.spoor.access;

import dev.spoor.access.AccessConfig.Certificate;
import dev.spoor.listener.PeerCertificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Names in client certificates → identities. Immutable; safe for many threads.
final class CertificateTable {

  private final Map<String, List<Known>> byAlternativeName = new HashMap<>();

  /// Those that have no other name.
  private final Map<String, List<Known>> byCommonName = new HashMap<>();

  /// @param place in the configuration
  private record Known(int place, Certificate names, Identity identity) {

    boolean isFor(PeerCertificate peer) {
      return (names.san().isEmpty() || peer.alternativeNames().contains(names.san()))
          && (names.commonName().isEmpty() || names.commonName().equals(peer.commonName()));
    }
  }

  CertificateTable(List<Certificate> certificates) {
    for (int i = 0; i < certificates.size(); i++) {
      Certificate entry = certificates.get(i);
      Identity identity = Identity.of(entry.name(), entry.verbs(), entry.tenants());
      boolean hasOther = !entry.san().isEmpty();
      (hasOther ? byAlternativeName : byCommonName)
          .computeIfAbsent(hasOther ? entry.san() : entry.commonName(), any -> new ArrayList<>())
          .add(new Known(i, entry, identity));
    }
  }

  boolean isEmpty() {
    return byAlternativeName.isEmpty() && byCommonName.isEmpty();
  }

  /// The first of the configuration that the certificate is for; null when it is for none.
  @Nullable Identity find(PeerCertificate peer) {
    Known first = first(null, byCommonName.get(peer.commonName()), peer);
    for (String name : peer.alternativeNames()) {
      first = first(first, byAlternativeName.get(name), peer);
    }
    return first == null ? null : first.identity();
  }

  private static @Nullable Known first(
      @Nullable Known before, @Nullable List<Known> candidates, PeerCertificate peer) {
    if (candidates == null) {
      return before;
    }
    for (Known candidate : candidates) {
      if (candidate.isFor(peer)) {
        return before == null || candidate.place() < before.place() ? candidate : before;
      }
    }
    return before;
  }
}
