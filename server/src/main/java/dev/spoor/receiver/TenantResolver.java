package dev.spoor.receiver;

import dev.spoor.model.Tenant;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import java.util.Optional;

/// Whose request it is.
///
/// @param multitenancy `multitenancy_enabled`: the header decides; otherwise it is ignored
public record TenantResolver(boolean multitenancy) {

  public static final String HEADER = "x-scope-orgid";

  /// @throws ServiceException UNAUTHENTICATED without a header, INVALID for a malformed tenant id
  public Tenant resolve(Optional<String> header) {
    if (!multitenancy) {
      return Tenant.SINGLE;
    }
    String id = header.orElse("");
    if (id.isEmpty()) {
      throw new ServiceException(ErrorKind.UNAUTHENTICATED, "no org id");
    }
    try {
      return new Tenant(id);
    } catch (IllegalArgumentException invalid) {
      throw new ServiceException(ErrorKind.INVALID, String.valueOf(invalid.getMessage()), invalid);
    }
  }
}
