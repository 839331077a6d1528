package dev.spoor.compactor;

import dev.spoor.model.Tenant;
import dev.spoor.storage.BlockOrigin;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.blocklist.BlockFolder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds merges that were cut short in what a listing of the store shows, and finishes them or
/// takes them back. One thread at a time, and not while this process merges blocks of the tenant.
///
/// All inputs are live until all outputs are. So when all outputs are there, the inputs that are
/// still live are retired; when an output is missing and all inputs are live, the outputs that are
/// there are retired, since everything in them is in the inputs. Neither loses a span.
final class InterruptedMerges {

  private static final Logger log = LoggerFactory.getLogger(InterruptedMerges.class);

  private final CompactorParts parts;
  private final BlockStore store;

  InterruptedMerges(CompactorParts parts) {
    this.parts = parts;
    this.store = parts.store();
  }

  void finish(Tenant tenant, List<BlockFolder> folders) throws IOException {
    Map<UUID, BlockFolder> byId = new TreeMap<>();
    folders.forEach(folder -> byId.put(folder.id(), folder));
    for (BlockFolder folder : folders) {
      if (folder.live() && folder.compacted().isPresent()) {
        log.info("block {} of tenant {} was half retired, going on", folder.id(), tenant);
        retire(tenant, List.of(folder.id()), byId);
        parts.metrics().finishedInterrupted();
      }
    }
    for (BlockFolder folder : folders) {
      if (folder.hasOrigin() && !folder.isWithoutMeta()) {
        Optional<BlockOrigin> origin = store.origin(tenant, folder.id());
        if (origin.isPresent()) {
          finish(tenant, origin.get(), byId);
        }
      }
    }
  }

  private void finish(Tenant tenant, BlockOrigin origin, Map<UUID, BlockFolder> byId)
      throws IOException {
    List<UUID> there = origin.outputs().stream().filter(id -> isThere(byId, id)).toList();
    List<UUID> liveInputs = origin.inputs().stream().filter(id -> isLive(byId, id)).toList();
    if (!liveInputs.isEmpty()) {
      parts.metrics().finishedInterrupted();
      if (there.size() == origin.outputs().size()) {
        log.info("merge into {} was cut short, retiring {}", there, liveInputs);
        retire(tenant, liveInputs, byId);
      } else if (liveInputs.size() == origin.inputs().size()) {
        log.info("merge into {} was cut short, taking it back", origin.outputs());
        retire(tenant, there, byId);
      } else {
        log.warn(
            "merge of {} into {}: only {} and {} are left, leaving all as it is",
            origin.inputs(),
            origin.outputs(),
            liveInputs,
            there);
      }
    }
    for (UUID output : there) {
      store.forgetOrigin(tenant, output);
    }
  }

  private void retire(Tenant tenant, List<UUID> blocks, Map<UUID, BlockFolder> byId)
      throws IOException {
    parts.blocks().compacted(tenant, blocks);
    for (UUID block : blocks) {
      store.markCompacted(tenant, block);
      BlockFolder was = byId.get(block);
      if (was != null) {
        byId.put(block, retired(was));
      }
    }
    parts.blocks().compacted(tenant, blocks);
  }

  private BlockFolder retired(BlockFolder folder) {
    return new BlockFolder(
        folder.id(),
        false,
        Optional.of(parts.clock().instant()),
        folder.hasOrigin(),
        folder.newest(),
        folder.objects(),
        folder.bytes());
  }

  private static boolean isThere(Map<UUID, BlockFolder> byId, UUID id) {
    BlockFolder folder = byId.get(id);
    return folder != null && !folder.isWithoutMeta();
  }

  private static boolean isLive(Map<UUID, BlockFolder> byId, UUID id) {
    BlockFolder folder = byId.get(id);
    return folder != null && folder.live();
  }
}
