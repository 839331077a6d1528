package dev.spoor.compactor;

import dev.spoor.compactor.Lease.LeaseLostException;
import dev.spoor.compactor.MergeRun.Outcome;
import dev.spoor.contract.CompactorOperations;
import dev.spoor.model.Tenant;
import dev.spoor.overrides.CompactionLimits;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.lifecycle.Component;
import dev.spoor.platform.threads.Threads;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.blocklist.BlockFolder;
import dev.spoor.storage.blocklist.Blocklist;
import dev.spoor.storage.blocklist.TenantBlocks;
import dev.spoor.storage.compact.BlockSelector;
import dev.spoor.storage.compact.MergePlan;
import dev.spoor.storage.compact.SelectionLimits;
import dev.spoor.storage.compact.UnreadableBlockException;
import dev.spoor.storage.objectstore.ObjectNotFoundException;
import dev.spoor.storage.objectstore.ObjectStore;
import dev.spoor.storage.objectstore.ObjectStoreException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Merges the blocks of all tenants, one tenant after the other, and deletes what is too old.
///
/// One thread does all of it, so that merging, retiring and clearing away never meet; another one
/// keeps the lease, without which nothing is changed. A failure ends the work on a tenant for a
/// while and never that on the others.
public final class Compactor implements Component, CompactorOperations {

  private static final Logger log = LoggerFactory.getLogger(Compactor.class);

  /// How long the loop sleeps when there is nothing to do.
  private static final Duration IDLE = Duration.ofSeconds(1);

  private final CompactorSettings settings;
  private final CompactorConfig.Compaction config;
  private final CompactorParts parts;
  private final ObjectStore objects;
  private final BlockAges ages;
  private final OrphanJanitor janitor;
  private final SetAside<UUID> badBlocks;
  private final SetAside<Tenant> failingTenants;

  private final Thread worker = Threads.forever("compactor", this::workRound);
  private final Thread keeper = Threads.forever("compactor-lease", this::leaseRound);

  /// Made by `start`.
  private volatile Lease lease = Lease.ALWAYS;

  private volatile boolean started;

  /// Written by the worker alone.
  private volatile boolean merging;

  /// Set before `start`.
  private volatile Runnable atRest = () -> {};

  // What follows is the worker's alone.

  private boolean wasHeld;
  private Instant nextRetention = Instant.MIN;
  private Instant nextLook = Instant.MIN;
  private Instant nextCycle = Instant.MIN;

  /// Tenants of whom a merge may have left something to finish: nothing of them is merged before.
  private final Set<Tenant> toFinish = new HashSet<>();

  /// The tenant of the last cycle, after whom the next one has its turn.
  private @Nullable Tenant last;

  /// @param objects where the lease is kept
  public Compactor(CompactorSettings settings, CompactorParts parts, ObjectStore objects) {
    this.settings = settings;
    this.config = settings.config().compaction();
    this.parts = parts;
    this.objects = objects;
    this.ages = new BlockAges(parts.store(), parts.clock());
    this.janitor = new OrphanJanitor(settings.config().orphans(), parts);
    this.badBlocks = new SetAside<>(Duration.ofHours(1), Duration.ofHours(24), parts.clock());
    this.failingTenants =
        new SetAside<>(config.compactionCycle(), Duration.ofMinutes(30), parts.clock());
  }

  /// Begins, unless it is disabled. Neither the store nor the blocklist has to be there yet.
  @Override
  public void start() throws IOException {
    if (settings.config().disabled()) {
      log.info("compactor.disabled is set: blocks are neither merged nor deleted");
      return;
    }
    prepare();
    keeper.start();
    worker.start();
  }

  /// What `start` does but for the threads.
  void prepare() throws IOException {
    Scratch scratch = new Scratch(parts.disk(), settings.scratch());
    scratch.clear();
    CompactorConfig.Lease wanted = settings.config().lease();
    lease =
        wanted.enabled()
            ? new StoreLease(
                objects, scratch.owner(), wanted.ttl(), System::nanoTime, parts.clock())
            : Lease.ALWAYS;
    started = true;
  }

  /// `has the lease`, or why nothing is merged: `disabled`, `starting`, `waits for the lease`.
  public String state() {
    if (settings.config().disabled()) {
      return "disabled";
    }
    return !started ? "starting" : lease.isHeld() ? "has the lease" : "waits for the lease";
  }

  /// Has something done whenever merging is between two parts of large traces, on its thread; to be
  /// called before `start`.
  public void atRest(Runnable task) {
    atRest = task;
  }

  /// Whether this process is the one that merges and deletes, so that others over the same store,
  /// if there are any, wait.
  public boolean hasLease() {
    return started && lease.isHeld();
  }

  /// Whether blocks are being merged right now.
  public boolean isMerging() {
    return merging;
  }

  @Override
  public void close() {
    Threads.stop(worker);
    Threads.stop(keeper);
    if (started) {
      lease.release();
    }
  }

  private void leaseRound() throws InterruptedException {
    refreshLease();
    Thread.sleep(settings.config().lease().ttl().dividedBy(4));
  }

  void refreshLease() {
    try {
      lease.refresh();
    } catch (IOException | RuntimeException failure) {
      log.warn("the lease could not be asked for, trying again", failure);
    }
    parts.metrics().leaseHeld(lease.isHeld());
  }

  private void workRound() throws InterruptedException {
    if (!work()) {
      Thread.sleep(IDLE);
    }
  }

  /// Does what is due.
  ///
  /// @return whether there may be more to do at once
  boolean work() throws InterruptedException {
    Optional<Blocklist> list = parts.blocks().latest();
    if (!lease.isHeld() || list.isEmpty()) {
      wasHeld &= lease.isHeld();
      return false;
    }
    Instant now = parts.clock().instant();
    if (!wasHeld || !now.isBefore(nextLook)) {
      wasHeld = true;
      nextLook = now.plus(settings.config().orphans().period());
      lookAround();
    }
    if (!now.isBefore(nextRetention)) {
      nextRetention = now.plus(settings.retentionPeriod());
      new Retention(config, parts, ages, lease).run(list.get());
    }
    if (now.isBefore(nextCycle)) {
      return false;
    }
    nextCycle = now.plus(config.compactionCycle());
    return compactNext();
  }

  /// Finishes merges that were cut short, and looks for blocks that were never finished.
  void lookAround() {
    List<Tenant> tenants;
    try {
      tenants = parts.store().tenants();
    } catch (IOException failure) {
      log.error("the tenants of the store can't be listed, trying again later", failure);
      return;
    }
    janitor.keepOnly(Set.copyOf(tenants));
    for (Tenant tenant : tenants) {
      if (!lease.isHeld() || Thread.currentThread().isInterrupted()) {
        return;
      }
      try {
        lookAt(tenant, true);
      } catch (IOException | RuntimeException failure) {
        toFinish.add(tenant);
        log.error("what is left over of tenant {} can't be cleared away", tenant, failure);
      }
    }
  }

  private void lookAt(Tenant tenant, boolean alsoForOrphans) throws IOException {
    InterruptedMerges interrupted = new InterruptedMerges(parts, lease, lease.term());
    List<BlockFolder> folders = parts.store().folders(tenant);
    lease.confirm();
    if (interrupted.finish(tenant, folders)) {
      toFinish.remove(tenant);
    } else {
      toFinish.add(tenant);
    }
    if (alsoForOrphans) {
      janitor.look(tenant, folders);
    }
  }

  /// On the thread of whoever asks: what is old and has no meta, no merge works on.
  @Override
  public Orphans orphans(Optional<Tenant> only, boolean deletes) throws IOException {
    if (deletes && !hasLease()) {
      throw new ServiceException(
          ErrorKind.UNAVAILABLE,
          "this process may delete nothing (compactor: %s)".formatted(state()));
    }
    List<Orphan> found = new ArrayList<>();
    List<Tenant> tenants = only.isPresent() ? List.of(only.get()) : parts.store().tenants();
    for (Tenant tenant : tenants) {
      for (BlockFolder folder : janitor.orphansAmong(parts.store().folders(tenant))) {
        boolean deleted = false;
        if (deletes) {
          lease.confirm();
          deleted = janitor.delete(tenant, folder);
        }
        found.add(
            new Orphan(
                tenant, folder.id(), folder.objects(), folder.bytes(), folder.newest(), deleted));
      }
    }
    return new Orphans(settings.config().orphans().minAge(), found);
  }

  /// Merges blocks of the next tenant who has some to merge.
  ///
  /// @return whether there was one
  private boolean compactNext() throws InterruptedException {
    Blocklist list = parts.blocks().latest().orElse(Blocklist.EMPTY);
    badBlocks.keepOnly(block -> isLive(list, block));
    ages.keepOnly(block -> isLive(list, block));
    failingTenants.keepOnly(list.tenants()::containsKey);
    for (Tenant tenant : inTurn(list)) {
      if (!failingTenants.contains(tenant) && compact(tenant)) {
        last = tenant;
        return true;
      }
    }
    return false;
  }

  private static boolean isLive(Blocklist list, UUID block) {
    return list.tenants().values().stream().anyMatch(blocks -> blocks.live().containsKey(block));
  }

  /// All tenants, beginning with the one after the last.
  private List<Tenant> inTurn(Blocklist list) {
    TreeSet<Tenant> all = new TreeSet<>(list.tenants().keySet());
    List<Tenant> turn = new ArrayList<>();
    if (last != null) {
      turn.addAll(all.tailSet(last, false));
    }
    for (Tenant tenant : all) {
      if (!turn.contains(tenant)) {
        turn.add(tenant);
      }
    }
    return turn;
  }

  /// Merges blocks of one tenant until there is nothing more to merge, or its time is over.
  ///
  /// @return whether blocks were merged, or should have been
  boolean compact(Tenant tenant) throws InterruptedException {
    Instant deadline = parts.clock().instant().plus(config.maxTimePerTenant());
    boolean any = false;
    while (lease.isHeld() && !Thread.currentThread().isInterrupted()) {
      List<MergePlan> plans = select(tenant);
      if (plans.isEmpty() || !parts.clock().instant().isBefore(deadline)) {
        return any;
      }
      any = true;
      if (!compact(tenant, plans.getFirst())) {
        return true;
      }
    }
    return any;
  }

  private List<MergePlan> select(Tenant tenant) {
    TenantBlocks blocks = parts.blocks().latest().orElse(Blocklist.EMPTY).of(tenant);
    CompactionLimits limits = parts.overrides().limitsOf(tenant).compaction();
    List<MergePlan> plans = List.of();
    if (!limits.compactionDisabled()) {
      Duration window =
          limits.compactionWindow().toSeconds() > 0
              ? limits.compactionWindow()
              : config.compactionWindow();
      Map<UUID, BlockMeta> candidates = new TreeMap<>(blocks.live());
      candidates.keySet().removeIf(badBlocks::contains);
      candidates.keySet().removeAll(blocks.compacted().keySet());
      candidates.keySet().removeAll(blocks.flagged());
      plans =
          new BlockSelector(
                  new SelectionLimits(
                      window, config.maxCompactionObjects(), config.maxBlockBytes()),
                  meta -> ages.endOf(tenant, meta))
              .select(candidates.values(), parts.clock().instant());
    }
    parts
        .metrics()
        .shows(
            tenant,
            plans.stream().mapToLong(plan -> plan.blocks().size()).sum(),
            blocks.live().values().stream()
                .filter(meta -> !BlockSelector.isCompactable(meta))
                .count(),
            badBlocks.failing(blocks.live()::containsKey));
    return plans;
  }

  /// @return whether to go on with the tenant
  private boolean compact(Tenant tenant, MergePlan plan) throws InterruptedException {
    try {
      if (toFinish.contains(tenant)) {
        lookAt(tenant, false);
        return !toFinish.contains(tenant);
      }
      switch (merge(tenant, plan)) {
        case Outcome.Done(var merged) -> {
          parts.metrics().merged(plan, merged);
          failingTenants.worked(tenant);
        }
        case Outcome.LeftAlone(UUID block, String reason) -> {
          badBlocks.failed(block);
          log.info("block {} of tenant {} is not merged now: {}", block, tenant, reason);
        }
        case Outcome.NoRoom(long needed, long usable) -> {
          parts.metrics().failed();
          Duration pause = failingTenants.failed(tenant);
          log.error(
              "no room to merge blocks of tenant {}: {} bytes are needed below {}, {} are free;"
                  + " trying again in {}",
              tenant,
              needed,
              settings.scratch(),
              usable,
              pause);
          return false;
        }
      }
      return true;
    } catch (UnreadableBlockException bad) {
      endIfClosing();
      parts.metrics().failed();
      Duration pause = badBlocks.failed(bad.block());
      log.error(
          "tenant {}: a block is left alone for {}, since it can't be read", tenant, pause, bad);
      return true;
    } catch (ObjectNotFoundException gone) {
      log.info("tenant {}: a block is gone since it was listed: {}", tenant, gone.getMessage());
      toFinish.add(tenant); // the others that went into the merge may have to be retired
      plan.blocks().forEach(block -> badBlocks.failed(block.blockId()));
      return true;
    } catch (IOException | RuntimeException | Error failure) {
      // An Error too: a merge for which there is not enough memory must not be tried in each round.
      endIfClosing();
      parts.metrics().failed();
      toFinish.add(tenant);
      if (!(failure instanceof ObjectStoreException || failure instanceof LeaseLostException)) {
        // Whatever it is, it may be due to these blocks; others shall not wait for them.
        plan.blocks().forEach(block -> badBlocks.failed(block.blockId()));
      }
      Duration pause = failingTenants.failed(tenant);
      log.error(
          "merging blocks of tenant {} failed ({}), trying again in {}",
          tenant,
          plan.key(),
          pause,
          failure);
      return false;
    }
  }

  private Outcome merge(Tenant tenant, MergePlan plan) throws IOException {
    merging = true;
    try {
      return new MergeRun(settings, parts, lease, atRest).run(tenant, plan);
    } finally {
      merging = false;
    }
  }

  private static void endIfClosing() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("closed during a merge");
    }
  }
}
