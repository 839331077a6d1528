package dev.spoor.listener;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// The certificate of a client, verified against the client CA of the port.
///
/// @param commonName of the subject; empty when it has none
/// @param alternativeNames subject alternative names: DNS names, URIs, mail and IP addresses
/// @param chain the client's own certificate first
public record PeerCertificate(
    String commonName, Set<String> alternativeNames, List<X509Certificate> chain) {

  private static final int MAIL = 1;
  private static final int DNS = 2;
  private static final int URI = 6;
  private static final int IP = 7;

  public PeerCertificate {
    alternativeNames = Set.copyOf(alternativeNames);
    chain = List.copyOf(chain);
  }

  /// Null when the client showed none.
  static @Nullable PeerCertificate of(SSLSession session) {
    Certificate[] shown;
    try {
      shown = session.getPeerCertificates();
    } catch (SSLPeerUnverifiedException none) {
      return null;
    }
    List<X509Certificate> chain = new ArrayList<>();
    for (Certificate certificate : shown) {
      if (certificate instanceof X509Certificate x509) {
        chain.add(x509);
      }
    }
    return chain.isEmpty()
        ? null
        : new PeerCertificate(commonName(chain.getFirst()), names(chain.getFirst()), chain);
  }

  private static String commonName(X509Certificate certificate) {
    try {
      List<Rdn> parts = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
      for (Rdn part : parts.reversed()) {
        if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String name) {
          return name;
        }
      }
      return "";
    } catch (InvalidNameException nameless) {
      return "";
    }
  }

  private static Set<String> names(X509Certificate certificate) {
    Set<String> names = new TreeSet<>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      for (List<?> name : all == null ? List.<List<?>>of() : all) {
        boolean isText =
            switch ((Integer) name.get(0)) {
              case MAIL, DNS, URI, IP -> true;
              default -> false;
            };
        if (isText) {
          names.add((String) name.get(1));
        }
      }
    } catch (CertificateParsingException nameless) {
      // A certificate whose names can't be read has none: it matches no identity.
      return Set.of();
    }
    return names;
  }

  /// The names alone, for messages.
  @Override
  public String toString() {
    return "CN \"%s\", SAN %s".formatted(commonName, new TreeSet<>(alternativeNames));
  }
}
