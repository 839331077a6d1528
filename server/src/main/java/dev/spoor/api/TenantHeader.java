package dev.spoor.api;

import dev.spoor.listener.Request;
import dev.spoor.model.Tenant;

/// Whose data a request asks for.
@FunctionalInterface
public interface TenantHeader {

  /// @throws dev.spoor.platform.errors.ServiceException UNAUTHENTICATED or INVALID
  Tenant of(Request request);
}
