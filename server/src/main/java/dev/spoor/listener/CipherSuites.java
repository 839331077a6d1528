package dev.spoor.listener;

import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;

/// The cipher suites that a configuration names, as the JDK knows them.
final class CipherSuites {

  private static final List<String> OF_TLS_1_3 =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  private CipherSuites() {}

  /// Empty when the configuration leaves the choice.
  ///
  /// @throws TlsConfigException naming a suite that the JDK does not have
  static List<String> of(TlsSettings settings) throws TlsConfigException {
    if (settings.suites().isEmpty()) {
      return List.of();
    }
    Set<String> known = supported();
    List<String> chosen = new ArrayList<>();
    if (settings.versions().contains("TLSv1.3")) {
      chosen.addAll(OF_TLS_1_3);
    }
    for (String name : settings.suites()) {
      String full = name.endsWith("CHACHA20_POLY1305") ? name + "_SHA256" : name;
      if (!known.contains(full)) {
        throw new TlsConfigException(
            settings.suitesKey(),
            "\"%s\" is no cipher suite that is offered; safe ones for TLS 1.2 are".formatted(name)
                + " TLS_ECDHE_{ECDSA,RSA}_WITH_{AES_128_GCM_SHA256,AES_256_GCM_SHA384}",
            null);
      }
      if (!chosen.contains(full)) {
        chosen.add(full);
      }
    }
    return List.copyOf(chosen);
  }

  private static Set<String> supported() {
    try {
      return Set.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this JDK has no TLS", impossible);
    }
  }
}
