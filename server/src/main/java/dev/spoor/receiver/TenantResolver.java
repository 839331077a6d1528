package dev.spoor.receiver;

import dev.spoor.model.Tenant;
import dev.spoor.model.Tenants;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import java.util.Optional;

/// Whose request it is.
///
/// @param multitenancy `multitenancy_enabled`: the header decides; otherwise it is ignored
/// @param federation `query_frontend.multi_tenant_queries_enabled`: a read may name several tenants
public record TenantResolver(boolean multitenancy, boolean federation) {

  public static final String HEADER = "x-scope-orgid";

  /// For what takes spans, which are always one tenant's.
  public TenantResolver(boolean multitenancy) {
    this(multitenancy, false);
  }

  /// Whose data a read asks for.
  ///
  /// @throws ServiceException UNAUTHENTICATED without a header, INVALID for a malformed tenant id
  public Tenants resolveAll(Optional<String> header) {
    String id = header.orElse("");
    if (!multitenancy || !federation || id.indexOf('|') < 0) {
      return Tenants.of(resolve(header));
    }
    try {
      return Tenants.parse(id);
    } catch (IllegalArgumentException invalid) {
      throw new ServiceException(ErrorKind.INVALID, String.valueOf(invalid.getMessage()), invalid);
    }
  }

  /// Likewise, for a read that cannot be over several tenants.
  ///
  /// @throws ServiceException as above, and INVALID for several
  public Tenant resolveOne(Optional<String> header) {
    Tenants tenants = resolveAll(header);
    if (!tenants.isOne()) {
      throw new ServiceException(ErrorKind.INVALID, "multi-tenant query unsupported");
    }
    return tenants.first();
  }

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
