package dev.spoor.api;

import dev.spoor.listener.Request;
import dev.spoor.model.Tenants;

/// Whose data a read asks for: of one tenant, or of several (`a|b`).
@FunctionalInterface
public interface TenantsHeader {

  /// @throws dev.spoor.platform.errors.ServiceException UNAUTHENTICATED or INVALID
  Tenants of(Request request);
}
