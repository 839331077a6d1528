package dev.spoor.ingester;

import dev.spoor.contract.DiscardReason;
import dev.spoor.contract.IngesterOperations;
import dev.spoor.contract.PushOutcome;
import dev.spoor.contract.RecentSnapshot;
import dev.spoor.contract.RecentSpans;
import dev.spoor.contract.SpanIntake;
import dev.spoor.ingester.TenantIngester.Admission;
import dev.spoor.ingester.TenantIngester.Cut;
import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.DiskFullException;
import dev.spoor.platform.errors.ErrorKind;
import dev.spoor.platform.errors.ServiceException;
import dev.spoor.platform.lifecycle.Component;
import dev.spoor.platform.threads.Threads;
import dev.spoor.storage.wal.AppendCallback;
import dev.spoor.storage.wal.Checkpoint;
import dev.spoor.storage.wal.CheckpointEntry;
import dev.spoor.storage.wal.Wal;
import dev.spoor.storage.wal.WalHealth;
import dev.spoor.storage.wal.WalMetrics;
import dev.spoor.storage.wal.WalRecord;
import dev.spoor.storage.wal.WalRecovery;
import dev.spoor.storage.wal.WalRefusedException;
import dev.spoor.storage.wal.WalSettings;
import dev.spoor.wire.otlp.SpanBatch;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps spans from their acknowledgement until the object store has them.
///
/// A push is acknowledged when its record is in the log and synced; from then on [#snapshot] has
/// it, whatever state it goes through: tail, live batch, head segment, local block. Each state lets
/// go only after the next one is safe on disk.
public final class Ingester implements SpanIntake, RecentSpans, IngesterOperations, Component {

  private static final Logger log = LoggerFactory.getLogger(Ingester.class);

  private static final long SHRED_TICK_MILLIS = 50;

  /// So much is replayed in about a second, however cold the machine.
  private static final long LONG_REPLAY_BYTES = 96L << 20;

  private static final Optional<String> STARTING = Optional.of("the ingester is starting");

  /// So long it is waited for pushes under way, which a disk may hold up.
  private static final Duration PUSH_PATIENCE = Duration.ofSeconds(5);

  /// So long it is waited for uploads before those that failed are tried again.
  private static final Duration UPLOAD_PATIENCE = Duration.ofMinutes(1);

  private static final Duration STORE_PAUSE = Duration.ofSeconds(1);

  private static final String REPLAYING = "the WAL is being replayed";
  private static final String COVERAGE = "tenant/";

  private final IngesterSettings settings;
  private final Disk disk;
  private final IngesterContext context;
  private final BlockFlusher flusher;
  private final Map<Tenant, TenantIngester> tenants = new ConcurrentHashMap<>();
  private final ReentrantLock checkpointing = new ReentrantLock();
  private final Thread shredder = Threads.forever("ingester-shredder", this::shredRound);
  private final Thread cutter = Threads.forever("ingester-cutter", this::cutRound);
  private final Thread completer = Threads.forever("ingester-completer", this::completeRound);

  /// Set once by `start`.
  private volatile @Nullable Wal wal;

  /// What of the log there is before that.
  private volatile @Nullable WalRecovery recovering;

  /// Why pushes are refused; empty while they are taken. Written by `start`, `stopTaking` and
  /// `close`.
  private final AtomicReference<Optional<String>> closedTo = new AtomicReference<>(STARTING);

  /// Pushes that were let in and are not answered yet.
  private final AtomicInteger underWay = new AtomicInteger();

  /// Written by `close`.
  private volatile boolean closed;

  /// Written by the log's writer thread, and by replay before that one exists.
  private volatile long lastLogged;

  /// Guarded by `checkpointing`.
  private long lastLowWaterMark = -1;

  /// Whether the last two checkpoints have the same mark, so that the log is as short as it gets.
  /// Guarded by `checkpointing`.
  private boolean settled;

  /// Guarded by `checkpointing`.
  private Instant lastCheckpoint = Instant.EPOCH;

  private volatile boolean replayed;

  /// What starts without recovery set aside, and none has read since. Written by `start`.
  private volatile long unreadBytes;

  /// Tenants of whom a head segment is damaged: all that the log still has of them is replayed.
  /// Used by `start` alone.
  private final Set<Tenant> replayedWhole = new HashSet<>();

  /// Used by `start` alone.
  private boolean toldFull;

  /// Used by the cutter alone.
  private final Map<TenantIngester, Retry> cutRetries = new HashMap<>();

  /// Used by the completer alone.
  private final Map<TenantIngester, Retry> completeRetries = new HashMap<>();

  /// A permit says that the cutter should not wait for its next round.
  private final Semaphore cutIsDue = new Semaphore(0);

  public Ingester(IngesterSettings settings, IngesterParts parts) {
    this.settings = settings;
    this.disk = parts.disk();
    Quarantine quarantine = new Quarantine(disk, settings.directory());
    IngesterFiles files =
        new IngesterFiles(disk, settings, parts.clock(), quarantine, parts.metrics());
    this.context =
        new IngesterContext(
            settings.config(),
            settings.maxAttributeBytes(),
            parts.overrides(),
            parts.clock(),
            MemoryBudget.ofHeap(settings.heapBytes()),
            settings.merging(),
            files,
            new Reserve(this::releaseReserve),
            quarantine,
            parts.metrics());
    this.flusher = new BlockFlusher(settings, files, parts);
    parts.metrics().held(this::bytesOnDisk, this::flushedBytes);
  }

  /// Locks the folder, replays what is there, and then takes pushes.
  ///
  /// @throws IOException when the folder is used by another process, written by a newer release, or
  ///   can't be read at all
  @Override
  public void start() throws IOException {
    WalSettings walSettings = settings.walSettings();
    WalMetrics metrics = context.metrics();
    context.files().checkVersions();
    try (WalRecovery recovery = Wal.open(walSettings, disk, metrics, context.clock())) {
      recovering = recovery;
      wal = recovered(recovery);
    } finally {
      recovering = null;
    }
    replayed = true;
    firstCheckpoint();
    flusher.start();
    for (TenantIngester tenant : tenants.values()) {
      tenant.state().blocks().forEach(block -> flusher.add(tenant, block));
    }
    shredder.start();
    cutter.start();
    completer.start();
    closedTo.compareAndSet(STARTING, Optional.empty()); // unless it is to take none any more
  }

  /// On a full disk there may be none: what is there can be queried all the same.
  private void firstCheckpoint() {
    try {
      checkpoint(true);
    } catch (IOException failure) {
      log.error("no checkpoint at the start; it is tried again after the next cut", failure);
    }
  }

  private Wal recovered(WalRecovery recovery) throws IOException {
    long highest = Math.max(restoreFiles(), highestCovered(recovery));
    if (settings.config().wal().recover()) {
      replay(recovery, highest);
    } else {
      leaveUnread(recovery);
    }
    unreadBytes = recovery.unreadBytes();
    context.metrics().unread(unreadBytes);
    Wal opened = recovery.start(highest);
    lastLogged = Math.max(lastLogged, opened.lastSequence());
    opened.countAlso(this::bytesOnDisk);
    return opened;
  }

  /// The highest number that the checkpoint knows. After a power cut the log itself may know less.
  private static long highestCovered(WalRecovery recovery) {
    return recovery.checkpoint().map(Checkpoint::entries).orElse(List.of()).stream()
        .mapToLong(CheckpointEntry::lastSequence)
        .max()
        .orElse(0);
  }

  /// @return the highest number of the log that a file knows
  private long restoreFiles() throws IOException {
    long highest = 0;
    for (IngesterFiles.Found found : context.files().restore()) {
      highest = Math.max(highest, found.highestNumber());
      TenantIngester tenant = of(found.tenant());
      if (!found.complete()) {
        replayedWhole.add(found.tenant());
      }
      tenant.restored(found.heads(), found.blocks(), found.highestNumber());
    }
    return highest;
  }

  private void replay(WalRecovery recovery, long above) throws IOException {
    Covered covered = covered(recovery);
    recovery.replay(
        above,
        record -> {
          lastLogged = Math.max(lastLogged, record.sequence());
          if (!covered.has(record)) {
            replay(record);
          }
        });
  }

  /// Sets aside what is in the log and nowhere else, so that the log can go on without it.
  private void leaveUnread(WalRecovery recovery) throws IOException {
    Covered covered = covered(recovery);
    long unread = recovery.setAsideUnread(record -> !covered.has(record));
    if (recovery.unreadBytes() > 0) {
      log.warn(
          "wal: {} pushes in the log are not recovered and not found, since ingester.wal.recover is"
              + " false; they are kept in {}, which has {} bytes now, until a start with it on",
          unread,
          settings.directory().resolve("unread"),
          recovery.unreadBytes());
    }
  }

  /// What of the log is safe elsewhere: up to which number the pushes of each tenant are.
  ///
  /// @param byTenant as checkpoint and head segments say
  private record Covered(Map<Tenant, Long> byTenant) {

    boolean has(WalRecord record) {
      return record.sequence() <= byTenant.getOrDefault(record.tenant(), -1L);
    }
  }

  private Covered covered(WalRecovery recovery) {
    Map<Tenant, Long> byTenant = new HashMap<>();
    for (CheckpointEntry entry : recovery.checkpoint().map(Checkpoint::entries).orElse(List.of())) {
      if (entry.name().startsWith(COVERAGE)) {
        Tenant tenant = new Tenant(entry.name().substring(COVERAGE.length()));
        byTenant.merge(tenant, entry.lastSequence(), Math::max);
      }
    }
    for (TenantIngester tenant : tenants.values()) {
      for (HeadFile head : tenant.state().heads()) {
        byTenant.merge(tenant.tenant(), head.lastSequence(), Math::max);
      }
    }
    byTenant.keySet().removeAll(replayedWhole);
    return new Covered(byTenant);
  }

  /// Pushes go to the tails as they are, so that the start is over soon; whoever comes first, the
  /// shredder or a query, takes them apart.
  private void replay(WalRecord record) throws IOException {
    TenantIngester tenant = of(record.tenant());
    tenant.replayed(record.sequence(), record.payload());
    if (toldFull ? context.memory().isExhausted() : context.memory().isTight()) {
      try {
        makeRoom(tenant);
      } catch (DiskFullException full) {
        keepInMemory(full);
      }
    }
  }

  /// Of the tenant who has most, since a cut of any other would be of a few pushes, and the next
  /// one as well.
  private void makeRoom(TenantIngester latest) throws IOException {
    TenantIngester largest =
        Collections.max(
            tenants.values(), Comparator.comparingLong(tenant -> tenant.memory().bytes()));
    largest.shred();
    if (context.memory().isTight() && !largest.cutTraces(Cut.ALL)) {
      latest.shred();
      latest.cutTraces(Cut.ALL);
    }
  }

  /// Up to where pushes are refused there is room for what was acknowledged.
  private void keepInMemory(DiskFullException full) throws DiskFullException {
    if (context.memory().isExhausted()) {
      throw full;
    }
    if (!toldFull) {
      toldFull = true;
      log.error("the disk is full: what is replayed stays in memory as long as it fits", full);
    }
  }

  @Override
  public CompletableFuture<PushOutcome> push(Tenant tenantId, SpanBatch batch) {
    underWay.incrementAndGet(); // first, since who closes it counts those that are under way
    boolean logged = false;
    try {
      Optional<PushOutcome.Refused> refusal = closedTo();
      if (refusal.isPresent()) {
        return CompletableFuture.completedFuture(refusal.get());
      }
      TenantIngester tenant = of(tenantId);
      if (!tenant.memory().hasRoom()) {
        return CompletableFuture.completedFuture(memoryPressure(tenant, 0));
      }
      Admission admission = tenant.admit(batch, context.overrides().limitsOf(tenantId));
      if (admission.batch().isEmpty()) {
        return CompletableFuture.completedFuture(new PushOutcome.Stored(admission.rejections()));
      }
      long weight = PushWeight.of(admission.batch());
      if (!tenant.memory().reserve(weight)) {
        tenant.takeBack(admission.batch());
        return CompletableFuture.completedFuture(memoryPressure(tenant, weight));
      }
      context.metrics().received(tenantId, batch.byteSize());
      CompletableFuture<PushOutcome> outcome = new CompletableFuture<>();
      try {
        openWal()
            .append(
                tenantId,
                admission.batch().body(),
                new OnceLogged(tenant, admission, weight, outcome));
        logged = true; // or refused: the callback is told
      } finally {
        if (!logged) {
          tenant.memory().remove(weight);
          tenant.takeBack(admission.batch());
        }
      }
      return outcome;
    } finally {
      if (!logged) {
        underWay.decrementAndGet();
      }
    }
  }

  /// Makes a logged push visible, and only then answers.
  private final class OnceLogged implements AppendCallback {

    private final TenantIngester tenant;
    private final Admission admission;
    private final long weight;
    private final CompletableFuture<PushOutcome> outcome;

    OnceLogged(
        TenantIngester tenant,
        Admission admission,
        long weight,
        CompletableFuture<PushOutcome> outcome) {
      this.tenant = tenant;
      this.admission = admission;
      this.weight = weight;
      this.outcome = outcome;
    }

    @Override
    public void appended(long sequence) {
      try {
        tenant.logged(sequence, admission.batch().body(), weight);
        lastLogged = sequence;
      } catch (Throwable failure) {
        // No query would find it, and the log may let go of it: so it is not acknowledged.
        refused(ErrorKind.UNAVAILABLE, "the push was logged and could not be kept: " + failure);
        throw failure;
      }
      underWay.decrementAndGet();
      outcome.complete(new PushOutcome.Stored(admission.rejections()));
    }

    @Override
    public void refused(WalRefusedException refusal) {
      refused(
          refusal.isRetryable() ? ErrorKind.UNAVAILABLE : ErrorKind.INVALID,
          String.valueOf(refusal.getMessage()));
    }

    private void refused(ErrorKind kind, String why) {
      underWay.decrementAndGet();
      tenant.memory().remove(weight);
      tenant.takeBack(admission.batch());
      outcome.complete(new PushOutcome.Refused(kind, DiscardReason.INGESTER_UNAVAILABLE, why));
    }
  }

  /// Whether pushes are logged. Without the log a push is acknowledged from memory, and a crash
  /// loses what was not yet cut.
  private boolean logs() {
    return settings.config().wal().enabled();
  }

  private Optional<PushOutcome.Refused> closedTo() {
    return closedTo
        .get()
        .map(reason ->
            new PushOutcome.Refused(
                ErrorKind.UNAVAILABLE, DiscardReason.INGESTER_UNAVAILABLE, reason));
  }

  private PushOutcome.Refused memoryPressure(TenantIngester tenant, long more) {
    MemoryBudget memory = context.memory();
    return new PushOutcome.Refused(
        ErrorKind.RESOURCE_EXHAUSTED,
        DiscardReason.INGESTER_UNAVAILABLE,
        "memory pressure: %d bytes of live spans, %d of them of this tenant, the limit is %d; try again later"
            .formatted(
                memory.usedBytes() + more, tenant.memory().bytes() + more, memory.hardBytes()));
  }

  @Override
  public RecentSnapshot snapshot(Tenant tenant) {
    if (!replayed) {
      throw new ServiceException(
          ErrorKind.UNAVAILABLE, REPLAYING + ", recent traces are not known yet");
    }
    TenantIngester known = tenants.get(tenant);
    return known == null
        ? TenantSnapshot.of(TenantState.EMPTY, context.unreadableOf(tenant))
        : known.snapshot();
  }

  /// The tenants of whom there is something here.
  public Collection<Tenant> tenants() {
    return List.copyOf(tenants.keySet());
  }

  /// Whether it still reads what an earlier process left.
  public boolean isStarting() {
    return !replayed;
  }

  /// Why this ingester is not ready; empty when it is.
  @Override
  public Optional<String> notReady() {
    if (!replayed) {
      return Optional.of("Ingester not ready: replaying the WAL");
    }
    return failure().or(closedTo::get).map(reason -> "Ingester not ready: " + reason);
  }

  /// Why nothing will be taken until a restart; empty while there is hope.
  public Optional<String> failure() {
    Wal open = wal;
    return open != null && open.health() instanceof WalHealth.Failed(String reason)
        ? Optional.of(reason)
        : Optional.empty();
  }

  /// Why spans stay in memory and in the log; empty while they move on.
  private Optional<String> stuck() {
    return tenants.values().stream().flatMap(tenant -> tenant.stuck().stream()).findFirst();
  }

  @Override
  public String logStatus() {
    Wal open = wal;
    String health =
        open == null
            ? "replaying"
            : switch (open.health()) {
              case WalHealth.Healthy _ -> "taking records";
              case WalHealth.Full(String reason) -> "full: " + reason;
              case WalHealth.Failed(String reason) -> "failed: " + reason;
              case WalHealth.Closed _ -> "closed";
            };
    String mode =
        logs()
            ? "sync=" + settings.config().wal().sync().name().toLowerCase(java.util.Locale.ROOT)
            : "disabled, pushes are acknowledged from memory";
    return "%s, %s%s%s"
        .formatted(
            mode,
            health,
            unreadBytes > 0
                ? "; %d bytes in unread/ were not recovered".formatted(unreadBytes)
                : "",
            stuck().map(reason -> "; nothing is cut: " + reason).orElse(""));
  }

  /// Cuts everything into blocks and queues them for upload; uploads that wait after a failure are
  /// tried again at once.
  ///
  /// @param only the tenant, or all
  /// @return false when that tenant has nothing here
  /// @throws IOException when something could not be cut; the rest was, all the same
  @Override
  public boolean flush(Optional<Tenant> only) throws IOException {
    if (!replayed) {
      throw new ServiceException(ErrorKind.UNAVAILABLE, "nothing is flushed: " + REPLAYING);
    }
    if (only.isPresent() && !tenants.containsKey(only.get())) {
      return false;
    }
    flusher.hurry(); // before new blocks begin, which would be in a hurry twice
    List<Throwable> failures = new ArrayList<>();
    for (TenantIngester tenant : tenants.values()) {
      if (only.isEmpty() || only.get().equals(tenant.tenant())) {
        try {
          cutTraces(tenant, Cut.ALL);
          completeBlocks(tenant);
        } catch (Throwable failure) { // the others are flushed all the same
          failures.add(failure);
        }
      }
    }
    try {
      checkpoint(true);
    } catch (IOException | RuntimeException failure) {
      failures.add(failure);
    }
    if (!failures.isEmpty()) {
      throw notFlushed(failures);
    }
    return true;
  }

  private static IOException notFlushed(List<Throwable> failures) {
    Throwable first = failures.getFirst();
    String reason = first instanceof IOException ? first.getMessage() : first.toString();
    IOException all = new IOException("not everything was flushed: " + reason, first);
    failures.stream().skip(1).forEach(all::addSuppressed);
    return all;
  }

  /// Waits until all blocks are in the object store.
  ///
  /// @return false when the time was over before
  @Override
  public boolean awaitFlushed(Duration timeout) throws InterruptedException {
    return flusher.awaitEmpty(timeout);
  }

  /// Blocks that wait for their upload or are being uploaded.
  @Override
  public int blocksToFlush() {
    return flusher.pending();
  }

  @Override
  public void stopTaking(String reason) {
    closedTo.set(Optional.of(reason));
    long end = System.nanoTime() + PUSH_PATIENCE.toNanos();
    try {
      while (underWay.get() > 0 && System.nanoTime() < end) {
        Thread.sleep(1);
      }
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean storeAll(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      flushWhatCanBe();
      flusher.awaitEmpty(shorter(UPLOAD_PATIENCE, end - System.nanoTime()));
      if (closed) {
        throw new InterruptedException("the ingester was closed");
      }
      if (replayed && onTheirWay().isEmpty()) {
        return notStored().isEmpty();
      }
      if (System.nanoTime() >= end) {
        return false;
      }
      Thread.sleep(shorter(STORE_PAUSE, end - System.nanoTime()));
    }
  }

  private void flushWhatCanBe() {
    if (!replayed) {
      return;
    }
    try {
      flush(Optional.empty());
    } catch (IOException | RuntimeException failure) {
      log.error("not everything could be cut and stored yet, trying again", failure);
    }
  }

  private static Duration shorter(Duration most, long nanos) {
    return Duration.ofNanos(Math.max(0, Math.min(most.toNanos(), nanos)));
  }

  @Override
  public Optional<String> notStored() {
    if (!replayed) {
      return Optional.of(REPLAYING);
    }
    List<String> left = onTheirWay();
    if (unreadBytes > 0) {
      left.add("%d bytes in unread/ were not recovered".formatted(unreadBytes));
    }
    return left.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", left));
  }

  /// Looks in the order in which spans move, so that none gets past.
  private List<String> onTheirWay() {
    List<String> left = new ArrayList<>();
    int pushes = underWay.get();
    long live = tenants.values().stream().filter(tenant -> !tenant.isAllInBlocks()).count();
    long blocks = tenants.values().stream().mapToLong(this::blocksNotStored).sum();
    if (pushes > 0) {
      left.add("%d pushes are under way".formatted(pushes));
    }
    if (live > 0) {
      left.add("spans of %d tenants are in no block".formatted(live));
    }
    if (blocks > 0) {
      left.add("%d blocks wait".formatted(blocks));
    }
    return left;
  }

  /// None where blocks are to stay.
  private long blocksNotStored(TenantIngester tenant) {
    return settings.config().flushObjectStorage()
        ? tenant.state().blocks().stream().filter(block -> block.flushedAt().isEmpty()).count()
        : 0;
  }

  /// Cuts what is live, so that the next start has little to replay, and gives the folder back.
  @Override
  public void close() {
    stopTaking("the ingester is stopping");
    closed = true;
    Threads.stop(shredder);
    Threads.stop(cutter);
    Threads.stop(completer);
    Wal open = wal;
    if (open != null) {
      leave(open);
    }
    flusher.close();
    context.files().close();
  }

  private void leave(Wal open) {
    for (TenantIngester tenant : tenants.values()) {
      try {
        cutTraces(tenant, Cut.ALL);
      } catch (Throwable failure) {
        log.warn(
            "could not cut live traces of tenant {} while stopping; the next start replays the WAL",
            tenant.tenant(),
            failure);
      }
    }
    try {
      checkpoint(true);
      checkpoint(true); // with the second one the log goes too, and what was unread
    } catch (IOException | RuntimeException failure) {
      log.warn("no last checkpoint; the next start replays more of the WAL", failure);
    }
    try {
      open.close();
    } catch (IOException failure) {
      log.error("closing the WAL failed", failure);
    }
  }

  private TenantIngester of(Tenant tenant) {
    return tenants.computeIfAbsent(tenant, t -> new TenantIngester(t, context));
  }

  private boolean releaseReserve() {
    Wal open = wal;
    if (open != null) {
      return open.releaseReserve();
    }
    WalRecovery recovery = recovering;
    return recovery != null && recovery.releaseReserve();
  }

  private Wal openWal() {
    Wal open = wal;
    if (open == null) {
      throw new IllegalStateException("the ingester was not started");
    }
    return open;
  }

  private void shredRound() throws InterruptedException {
    Thread.sleep(SHRED_TICK_MILLIS);
    for (TenantIngester tenant : tenants.values()) {
      try {
        tenant.shredIfRipe();
      } catch (Throwable failure) {
        log.error("failed to shred pushes of tenant {}, they stay", tenant.tenant(), failure);
      }
    }
    if (isCutDue()) {
      wakeCutter();
    }
  }

  /// Whether the cutter should not wait for its period: live spans take much memory, or a start
  /// would have to replay much.
  private boolean isCutDue() {
    long live = tenants.values().stream().mapToLong(TenantIngester::liveLoggedBytes).sum();
    return context.memory().isTight() || live > LONG_REPLAY_BYTES;
  }

  /// In an early round, a tenant of whom nothing could be cut waits for its period.
  private void cutRound() throws InterruptedException, IOException {
    boolean early = !pause(settings.config().flushCheckPeriod());
    boolean cut = false;
    for (TenantIngester tenant : tenants.values()) {
      Retry retry = cutRetries.computeIfAbsent(tenant, _ -> new Retry(everyRound()));
      if (early && !retry.isDue(System.nanoTime())) {
        continue;
      }
      try {
        tenant.expireTraces();
        cut |= cutTraces(tenant, early && isCutDue() ? Cut.ALL : Cut.IDLE);
        retry.succeeded();
      } catch (Throwable failure) {
        retry.failed(System.nanoTime());
        log.error(
            "failed to cut traces of tenant {}, they stay in memory and in the log",
            tenant.tenant(),
            failure);
      }
    }
    context.metrics().memory(context.memory().usedBytes());
    checkpoint(cut);
  }

  private BlockFlusher.Backoff everyRound() {
    Duration period = settings.config().flushCheckPeriod();
    return new BlockFlusher.Backoff(period, period);
  }

  private void completeRound() throws InterruptedException, IOException {
    Thread.sleep(Math.min(1_000, settings.config().flushCheckPeriod().toMillis()));
    boolean completed = false;
    for (TenantIngester tenant : tenants.values()) {
      try {
        context.files().clearFlushed(tenant, settings.config().completeBlockTimeout());
      } catch (Throwable failure) {
        log.error("local copies of tenant {} stay for now", tenant.tenant(), failure);
      }
      completed |= completeIfDue(tenant);
    }
    context.files().closeRetired();
    if (completed) {
      checkpoint(true);
    }
  }

  private boolean completeIfDue(TenantIngester tenant) {
    Retry retry = completeRetries.computeIfAbsent(tenant, _ -> new Retry(settings.flushBackoff()));
    try {
      if (!tenant.isBlockDue() || !retry.isDue(System.nanoTime())) {
        return false;
      }
      completeBlocks(tenant);
      retry.succeeded();
      return true;
    } catch (Throwable failure) {
      Duration pause = retry.failed(System.nanoTime());
      log.error(
          "failed to complete blocks of tenant {} (attempt {}), its head segments stay, trying again"
              + " in {} s",
          tenant.tenant(),
          retry.failures(),
          pause.toSeconds(),
          failure);
      return false;
    }
  }

  /// Lets go of local copies of stored blocks whose spans are in other stored blocks by now. Else a
  /// query would find these spans in both places, and take the trouble to count them once.
  public void forget(Tenant tenant, Collection<UUID> blocks) {
    TenantIngester holder = tenants.get(tenant);
    if (holder == null) {
      return;
    }
    try {
      context.files().clearFlushed(holder, block -> blocks.contains(block.meta().blockId()));
    } catch (IOException failure) {
      log.warn("local copies of merged blocks of tenant {} stay for now", tenant, failure);
    }
  }

  /// Counts a failure; the caller tells of it, and goes on with the other tenants.
  private boolean cutTraces(TenantIngester tenant, Cut what) throws IOException {
    boolean done = false;
    try {
      boolean cut = tenant.cutTraces(what);
      done = true;
      return cut;
    } finally {
      if (!done) {
        context.metrics().failedFlushes.inc();
      }
    }
  }

  /// As above.
  private void completeBlocks(TenantIngester tenant) throws IOException {
    boolean done = false;
    try {
      tenant.cutBlocks(block -> flusher.add(tenant, block));
      done = true;
    } finally {
      if (!done) {
        context.metrics().failedFlushes.inc();
      }
    }
  }

  /// Waits for the period to pass, or for somebody who says that a cut is due.
  ///
  /// @return false when it was the latter
  private boolean pause(Duration period) throws InterruptedException {
    boolean woken = cutIsDue.tryAcquire(period.toMillis(), TimeUnit.MILLISECONDS);
    return !woken;
  }

  private void wakeCutter() {
    if (cutIsDue.availablePermits() == 0) {
      cutIsDue.release();
    }
  }

  /// Writes down what need not be replayed. The log keeps what the checkpoint before needs; so when
  /// nothing new came, there is a second one with the same mark, and the log goes too.
  ///
  /// @param due true to write it in any case, false when `checkpoint_duration` has passed
  private void checkpoint(boolean due) throws IOException {
    checkpointing.lock();
    try {
      Instant now = context.clock().instant();
      Duration period = settings.config().wal().checkpointDuration();
      long lowWaterMark = lowWaterMark();
      boolean moved = lowWaterMark != lastLowWaterMark;
      boolean late = lastCheckpoint.plus(period).isBefore(now);
      if (moved ? due || late : !settled) {
        openWal().checkpoint(lowWaterMark, coverage());
        settled = !moved;
        lastLowWaterMark = lowWaterMark;
        lastCheckpoint = now;
      } else {
        openWal().truncate();
      }
    } finally {
      checkpointing.unlock();
    }
  }

  /// Up to which number everything is safe outside the log. What is logged while this looks around
  /// has a higher number than `last`.
  private long lowWaterMark() {
    long last = lastLogged;
    long unsafe = Long.MAX_VALUE;
    for (TenantIngester tenant : tenants.values()) {
      unsafe = Math.min(unsafe, tenant.firstUnsafeSequence());
    }
    return Math.min(last, unsafe - 1);
  }

  /// For each tenant up to which number its pushes are safe; so that one tenant's old pushes in the
  /// log don't bring back what another has long in blocks.
  private List<CheckpointEntry> coverage() {
    long last = lastLogged;
    List<CheckpointEntry> entries = new ArrayList<>();
    for (TenantIngester tenant : tenants.values()) {
      long safe = Math.min(last, tenant.firstUnsafeSequence() - 1);
      entries.add(new CheckpointEntry(COVERAGE + tenant.tenant().id(), 0, safe));
    }
    return entries;
  }

  private long bytesOnDisk() {
    long bytes = 0;
    for (TenantIngester tenant : tenants.values()) {
      TenantState state = tenant.state();
      bytes += state.headBytes() + state.unflushedBytes();
    }
    return bytes;
  }

  private long flushedBytes() {
    long bytes = 0;
    for (TenantIngester tenant : tenants.values()) {
      bytes += tenant.state().flushedBytes();
    }
    return bytes;
  }
}
