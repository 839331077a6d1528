package dev.spoor.storage.blocklist;

import dev.spoor.model.Tenant;
import java.io.IOException;

/// Where the blocklist comes from.
public interface BlocklistSource {

  /// Reads the list anew.
  ///
  /// A block whose meta cannot be understood is broken, and no failure. A tenant whose blocks
  /// cannot be listed keeps those of before.
  ///
  /// @param previous the list of before, whose metas need not be read again
  /// @throws IOException when nothing can be said, or too many tenants failed
  Blocklist read(Blocklist previous) throws IOException;

  /// Reads the blocks of one tenant by listing the store, whatever an index says.
  ///
  /// @param previous the blocks of before, whose metas need not be read again
  TenantReader.Reading list(Tenant tenant, TenantBlocks previous) throws IOException;
}
