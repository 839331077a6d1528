package dev.spoor.listener;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides who may pass, before the body of a request is read. Asked on the event loop, for every
/// request of every port: it must not block.
@FunctionalInterface
public interface Gate {

  /// Lets everybody pass.
  Gate OPEN = (purpose, caller) -> Optional.empty();

  /// @return the tenant that the caller stands for, when it named none and has only one
  /// @throws dev.spoor.platform.errors.ServiceException UNAUTHENTICATED for somebody unknown,
  ///   PERMISSION_DENIED for somebody who may not; the message goes to the caller
  Optional<String> admit(Purpose purpose, Caller caller);

  /// What a request says of its sender.
  ///
  /// @param authorization the header, as sent; a secret
  /// @param tenant the header `X-Scope-OrgID`, as sent
  /// @param certificate verified; null without one
  record Caller(
      @Nullable String authorization,
      @Nullable String tenant,
      @Nullable PeerCertificate certificate) {

    /// Without the secret.
    @Override
    public String toString() {
      return "caller of tenant %s with %s".formatted(tenant, certificate);
    }
  }
}
