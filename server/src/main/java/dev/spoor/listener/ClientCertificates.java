package dev.spoor.listener;

import io.netty.handler.ssl.ClientAuth;

/// What a port asks of clients. A certificate that nobody verified is no identity.
enum ClientCertificates {
  NOT_ASKED(ClientAuth.NONE, false),
  /// Asked for, and taken as it is.
  ANY_OR_NONE(ClientAuth.OPTIONAL, false),
  /// Needed, and taken as it is.
  ANY(ClientAuth.REQUIRE, false),
  /// Verified when there is one.
  VERIFIED_OR_NONE(ClientAuth.OPTIONAL, true),
  /// Needed and verified.
  REQUIRED(ClientAuth.REQUIRE, true);

  private final ClientAuth auth;
  private final boolean verified;

  ClientCertificates(ClientAuth auth, boolean verified) {
    this.auth = auth;
    this.verified = verified;
  }

  ClientAuth auth() {
    return auth;
  }

  boolean verified() {
    return verified;
  }

  /// @param name Go's, such as `RequireAndVerifyClientCert`; empty for none
  static ClientCertificates named(String name) {
    return switch (name) {
      case "", "NoClientCert" -> NOT_ASKED;
      case "RequestClientCert" -> ANY_OR_NONE;
      case "RequireAnyClientCert", "RequireClientCert" -> ANY;
      case "VerifyClientCertIfGiven" -> VERIFIED_OR_NONE;
      case "RequireAndVerifyClientCert" -> REQUIRED;
      default -> throw new IllegalArgumentException(name);
    };
  }
}
