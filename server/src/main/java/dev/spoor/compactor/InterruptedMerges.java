package dev.spoor.compactor;

import dev.spoor.model.Tenant;
import dev.spoor.storage.BlockOrigin;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.blocklist.BlockFolder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds merges that were cut short in what a listing of the store shows, and finishes them or
/// takes them back. One thread at a time, and not while this process merges blocks of the tenant.
///
/// All inputs are live until all outputs are. So when all outputs are live, the inputs that are
/// still live are retired; when an output is not and all inputs are live, the outputs that are
/// there are retired, since everything in them is in the inputs. Neither loses a span.
///
/// The process that merged may not be dead but stand still, and go on. Before it retires an input
/// it makes sure that it had the lease all the time; so what it published last is not seen here
/// only if it retires nothing. For what may slip through between looking and retiring nothing is
/// taken back that is young.
final class InterruptedMerges {

  private static final Logger log = LoggerFactory.getLogger(InterruptedMerges.class);

  /// A merge is not taken back before nothing was written for so long.
  static final Duration REST = Duration.ofMinutes(10);

  private final CompactorParts parts;
  private final BlockStore store;
  private final Lease lease;
  private final long term;

  /// @param term that of the lease before the store was listed
  InterruptedMerges(CompactorParts parts, Lease lease, long term) {
    this.parts = parts;
    this.store = parts.store();
    this.lease = lease;
    this.term = term;
  }

  /// @return false when something has to be taken back that is too young for it
  boolean finish(Tenant tenant, List<BlockFolder> folders) throws IOException {
    Map<UUID, BlockFolder> byId = new TreeMap<>();
    folders.forEach(folder -> byId.put(folder.id(), folder));
    for (BlockFolder folder : folders) {
      if (folder.live() && folder.compacted().isPresent()) {
        log.info("block {} of tenant {} was half retired, going on", folder.id(), tenant);
        retire(tenant, List.of(folder.id()), byId);
        parts.metrics().finishedInterrupted();
      }
    }
    boolean isDone = true;
    for (BlockFolder folder : folders) {
      if (folder.hasOrigin() && !folder.isWithoutMeta()) {
        Optional<BlockOrigin> origin = store.origin(tenant, folder.id());
        if (origin.isPresent()) {
          isDone &= finish(tenant, origin.get(), byId);
        }
      }
    }
    return isDone;
  }

  private boolean finish(Tenant tenant, BlockOrigin origin, Map<UUID, BlockFolder> byId)
      throws IOException {
    List<UUID> there = origin.outputs().stream().filter(id -> isThere(byId, id)).toList();
    List<UUID> liveOutputs = origin.outputs().stream().filter(id -> isLive(byId, id)).toList();
    List<UUID> liveInputs = origin.inputs().stream().filter(id -> isLive(byId, id)).toList();
    if (!liveInputs.isEmpty()) {
      if (liveOutputs.size() == origin.outputs().size()) {
        log.info("merge into {} was cut short, retiring {}", liveOutputs, liveInputs);
        retire(tenant, liveInputs, byId);
      } else if (liveInputs.size() == origin.inputs().size()) {
        if (isYoung(origin, byId)) {
          log.info("merge into {} was cut short, to be taken back later", origin.outputs());
          return false;
        }
        log.info("merge into {} was cut short, taking it back", origin.outputs());
        retire(tenant, liveOutputs, byId);
      } else {
        log.warn(
            "merge of {} into {}: only {} and {} are live, leaving all as it is",
            origin.inputs(),
            origin.outputs(),
            liveInputs,
            liveOutputs);
      }
      parts.metrics().finishedInterrupted();
    }
    for (UUID output : there) {
      store.forgetOrigin(tenant, output);
    }
    return true;
  }

  private boolean isYoung(BlockOrigin origin, Map<UUID, BlockFolder> byId) {
    Instant since = parts.clock().instant().minus(REST);
    return origin.outputs().stream()
        .map(byId::get)
        .filter(Objects::nonNull)
        .anyMatch(folder -> folder.newest().isAfter(since));
  }

  private void retire(Tenant tenant, List<UUID> blocks, Map<UUID, BlockFolder> byId)
      throws IOException {
    lease.confirm(term);
    parts.blocks().compacted(tenant, blocks);
    for (UUID block : blocks) {
      lease.confirm(term);
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
