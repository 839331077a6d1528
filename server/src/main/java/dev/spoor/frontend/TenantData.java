package dev.spoor.frontend;

import dev.spoor.contract.RecentSnapshot;
import dev.spoor.model.Tenant;
import dev.spoor.storage.block.BlockMeta;
import java.util.List;

/// Where the spans of one tenant are that a query may want.
record TenantData(Tenant tenant, RecentSnapshot snapshot, List<BlockMeta> blocks) {

  TenantData {
    blocks = List.copyOf(blocks);
  }
}
