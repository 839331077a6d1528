package dev.spoor.ingester;

import dev.spoor.contract.DiscardReason;
import dev.spoor.contract.RecentSnapshot;
import dev.spoor.contract.Rejection;
import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.overrides.TenantLimits;
import dev.spoor.platform.disk.DiskFullException;
import dev.spoor.storage.columns.PieceSizes;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsBuilder;
import dev.spoor.storage.columns.SpanMerger;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.otlp.SpanBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The spans of one tenant on their way from the log to the object store.
///
/// What was acknowledged is in exactly these places, in this order: the tail, live batches, head
/// segments, local blocks; and [#snapshot] sees all of them.
final class TenantIngester {

  private static final Logger log = LoggerFactory.getLogger(TenantIngester.class);

  private static final long SHRED_BYTES = 2 << 20;
  private static final long SHRED_MILLIS = 500;

  /// Of pushes that are shredded together, and of a part of a push that is larger.
  private static final long BATCH_BYTES = 8 << 20;

  private static final int SMALL_BATCH_SPANS = 2_048;
  private static final long SMALL_BATCH_BYTES = 1 << 20;
  private static final int SMALL_BATCHES = 16;
  private static final long FORGET_MILLIS = 60_000;

  /// Small, since merging head segments into a block holds a stripe of each in memory.
  private static final int SPANS_PER_STRIPE = 2_048;

  private static final long BYTES_PER_STRIPE = 4 << 20;

  /// About what a usual span takes in a block at least; of larger ones the head segments tell.
  private static final long BLOCK_BYTES_PER_SPAN = 80;

  private final Tenant tenant;
  private final IngesterContext context;

  private final ReentrantLock admission = new ReentrantLock();

  /// Guarded by `admission`.
  private final LiveTraces traces = new LiveTraces();

  /// Guarded by `admission`.
  private long tracesTold;

  private final Tail tail = new Tail();

  /// Pushes up to this number are from the log. Written before pushes are taken.
  private volatile long replayedUpTo = -1;

  private final MemoryBudget.Share memory;

  private final UnsavedPushes unsaved;

  /// Held while pushes move from the tail into a batch, so that nobody sees them in neither.
  private final ReentrantLock shredding = new ReentrantLock();

  /// Guarded by `shredding`.
  private final SeenSpans seen = new SeenSpans();

  /// Replayed pushes up to this number are counted to their traces. Guarded by `shredding`.
  private long countedUpTo = -1;

  /// A push that is too large for one batch, and was not taken apart to its end. Guarded by
  /// `shredding`.
  private @Nullable Parts begun;

  /// Held while batches move into a head segment. Whoever wants `shredding` too takes that first.
  private final ReentrantLock cutting = new ReentrantLock();

  /// Of the head segment that was written last, or a higher number. Guarded by `cutting`.
  private long lastHead;

  /// Held while head segments move into a block, which takes longer.
  private final ReentrantLock completing = new ReentrantLock();

  private final ReentrantLock stateChange = new ReentrantLock();

  /// Written under `stateChange`.
  private volatile TenantState state = TenantState.EMPTY;

  TenantIngester(Tenant tenant, IngesterContext context) {
    this.tenant = tenant;
    this.context = context;
    this.memory = context.memory().new Share(!tenant.equals(Tenant.SINGLE));
    this.unsaved = new UnsavedPushes(tenant, context);
  }

  Tenant tenant() {
    return tenant;
  }

  /// Takes over what a start found.
  ///
  /// @param highestNumber that a file has in its name, or knows of the log
  void restored(List<HeadFile> heads, List<HeldBlock> blocks, long highestNumber) {
    blocks.forEach(block -> change(now -> now.withBlock(block)));
    heads.forEach(head -> change(now -> now.withHead(head)));
    cutting.lock();
    try {
      lastHead = highestNumber;
    } finally {
      cutting.unlock();
    }
  }

  TenantState state() {
    return state;
  }

  /// What its live spans take.
  MemoryBudget.Share memory() {
    return memory;
  }

  void change(UnaryOperator<TenantState> step) {
    stateChange.lock();
    try {
      state = step.apply(state);
    } finally {
      stateChange.unlock();
    }
  }

  /// What of a push is within the limits of its traces.
  ///
  /// @param batch what may be stored
  /// @param rejections what may not
  record Admission(SpanBatch batch, List<Rejection> rejections) {}

  /// Counts the spans of a push to their traces.
  Admission admit(SpanBatch batch, TenantLimits limits) {
    return admit(batch, limits.ingestion().liveTraces(), limits.global().maxBytesPerTrace());
  }

  private Admission admit(SpanBatch batch, int maxTraces, long maxBytes) {
    long now = context.clock().millis();
    BitSet tooLarge = new BitSet();
    BitSet tooMany = new BitSet();
    admission.lock();
    try {
      int from = 0;
      for (int run = 0; run < batch.runCount(); run++) {
        long high = batch.runTraceIdHigh(run);
        long low = batch.runTraceIdLow(run);
        int to = batch.runEnd(run);
        switch (traces.admit(high, low, bytes(batch, from, to), now, maxTraces, maxBytes)) {
          case ADMITTED -> {}
          case TOO_MANY_TRACES -> tooMany.set(from, to);
          case TRACE_TOO_LARGE -> {
            for (int span = from; span < to; span++) { // some of them may be small enough
              if (traces.admit(high, low, batch.spanLength(span), now, maxTraces, maxBytes)
                  != LiveTraces.Verdict.ADMITTED) {
                tooLarge.set(span);
              }
            }
          }
        }
        from = to;
      }
    } finally {
      admission.unlock();
    }
    if (tooLarge.isEmpty() && tooMany.isEmpty()) {
      return new Admission(batch, List.of());
    }
    return partOf(batch, tooLarge, tooMany, maxTraces, maxBytes);
  }

  private static long bytes(SpanBatch batch, int from, int to) {
    long bytes = 0;
    for (int span = from; span < to; span++) {
      bytes += batch.spanLength(span);
    }
    return bytes;
  }

  private Admission partOf(
      SpanBatch batch, BitSet tooLarge, BitSet tooMany, int maxTraces, long maxBytes) {
    List<Rejection> rejections = new ArrayList<>();
    if (!tooMany.isEmpty()) {
      rejections.add(
          new Rejection(
              DiscardReason.LIVE_TRACES_EXCEEDED,
              tooMany.cardinality(),
              "LIVE_TRACES_EXCEEDED: max live traces exceeded for tenant %s: per-user traces limit (local: %d) exceeded"
                  .formatted(tenant, maxTraces)));
    }
    if (!tooLarge.isEmpty()) {
      rejections.add(
          new Rejection(
              DiscardReason.TRACE_TOO_LARGE,
              tooLarge.cardinality(),
              "TRACE_TOO_LARGE: max size of trace (%d bytes) exceeded for tenant %s, first trace %s"
                  .formatted(maxBytes, tenant, batch.traceId(tooLarge.nextSetBit(0)))));
    }
    BitSet dropped = (BitSet) tooLarge.clone();
    dropped.or(tooMany);
    try {
      return new Admission(OtlpDecoder.decode(batch.without(dropped)), rejections);
    } catch (MalformedProtoException impossible) {
      throw new IllegalStateException("a filtered body is malformed", impossible);
    }
  }

  /// Takes back what [#admit] counted, when the push could not be logged.
  void takeBack(SpanBatch batch) {
    admission.lock();
    try {
      int from = 0;
      for (int run = 0; run < batch.runCount(); run++) {
        int to = batch.runEnd(run);
        traces.takeBack(
            batch.runTraceIdHigh(run), batch.runTraceIdLow(run), bytes(batch, from, to));
        from = to;
      }
    } finally {
      admission.unlock();
    }
  }

  /// A push is in the log. Runs on the log's writer thread; from here on queries find it.
  ///
  /// @param weight for which there is room in the memory budget
  void logged(long sequence, Bytes body, long weight) {
    tail.add(new Logged(sequence, body, context.clock().millis(), weight));
  }

  /// A push was found in the log: its spans are not yet counted to their traces.
  void replayed(long sequence, Bytes body) {
    replayedUpTo = sequence;
    Logged push = new Logged(sequence, body, context.clock().millis(), Logged.UNKNOWN);
    memory.add(push.charged());
    tail.add(push);
  }

  /// Everything that was acknowledged before the call.
  RecentSnapshot snapshot() {
    shred();
    return snapshotOfNow();
  }

  private TenantSnapshot snapshotOfNow() {
    return TenantSnapshot.of(state, context.unreadableOf(tenant));
  }

  /// Shreds what has gathered, when it is worth it.
  void shredIfRipe() {
    if (tail.isRipe(context.clock().millis(), SHRED_BYTES, SHRED_MILLIS)) {
      shred();
    }
  }

  /// Moves all pushes of the tail into a live batch. What fails leaves them in the tail.
  void shred() {
    shredding.lock();
    try {
      List<Logged> pushes = tail.all();
      for (int from = 0; from < pushes.size(); ) {
        int to = endOfBatch(pushes, from);
        if (to > from) {
          move(pushes.subList(from, to));
          from = to;
        } else {
          shredInParts(pushes.get(from++));
          tail.removeOldest(1);
        }
        cutIfExhausted();
      }
      if (!pushes.isEmpty()) {
        mergeSmallBatches();
      }
    } finally {
      shredding.unlock();
    }
  }

  /// @param pushes the oldest of the tail
  private void move(List<Logged> pushes) {
    LiveBatch batch = shredded(pushes);
    change(now -> now.withBatch(batch));
    tail.removeOldest(pushes.size());
    // Of those that can't be read and are not set aside, UnsavedPushes counts its own.
    long charged = pushes.stream().mapToLong(Logged::charged).sum();
    memory.add(batch.columns().memoryBytes() - charged);
  }

  /// As many pushes as go into one batch; after a replay there may be a great many. None when the
  /// first is too large by itself.
  private static int endOfBatch(List<Logged> pushes, int from) {
    long bytes = 0;
    int to = from;
    while (to < pushes.size()) {
      bytes += PushWeight.of(pushes.get(to));
      if (bytes > BATCH_BYTES) {
        break;
      }
      to++;
    }
    return to;
  }

  /// Counts the spans that the log gave back to their traces, whatever the limits, so that a trace
  /// does not begin at 0 again.
  private void countReplayed(List<Logged> pushes) {
    for (Logged push : pushes) {
      if (push.sequence() <= replayedUpTo && push.sequence() > countedUpTo) {
        try {
          SpanBatch batch = OtlpDecoder.decode(push.body());
          countedUpTo = push.sequence(); // first: if the rest fails, it is tried again
          admit(batch, 0, 0);
        } catch (MalformedProtoException unreadable) {
          log.debug("a push of tenant {} can't be counted", tenant, unreadable); // set aside below
        }
      }
    }
  }

  /// Makes several batches of a push. All but the last say that the push is not in them: it is safe
  /// when the last one is.
  private void shredInParts(Logged push) {
    countReplayed(List.of(push));
    Parts parts = begun != null && begun.push == push ? begun : new Parts(push);
    begun = parts;
    SpanShredder shredder = parts.shredder();
    try {
      shredder.shred(push.body());
    } catch (RuntimeException | MalformedProtoException failure) {
      log.error("a push of tenant {} cannot be shredded, setting it aside", tenant, failure);
      parts.end();
      setAside(push);
      begun = null;
      return;
    }
    parts.addLast(shredder.lastPart());
    context.metrics().truncated(tenant, shredder.truncatedAttributes());
    begun = null;
  }

  /// The batches that a push becomes. When there is no memory to go on with, it is taken apart from
  /// its begin later, into the same parts: those that became batches already are passed over.
  private final class Parts {

    private final Logged push;
    private final int maxAttributeBytes;

    /// Of what the budget was told of the push: what is not yet in batches.
    private long charged;

    /// How many parts became batches.
    private int there;

    /// How many this attempt made.
    private int made;

    Parts(Logged push) {
      this.push = push;
      this.charged = push.charged();
      this.maxAttributeBytes = context.maxAttributeBytes(tenant);
    }

    SpanShredder shredder() {
      made = 0;
      return new SpanShredder(maxAttributeBytes, BATCH_BYTES, this::add);
    }

    void add(SpanColumns part) {
      add(part, push.sequence() - 1, 0);
      cutIfExhausted();
    }

    void addLast(SpanColumns part) {
      add(part, push.sequence(), push.body().length());
      end();
    }

    void end() {
      memory.remove(charged);
      charged = 0;
    }

    private void add(SpanColumns part, long lastSequence, long loggedBytes) {
      if (made++ < there) {
        return;
      }
      LiveBatch batch =
          new LiveBatch(
              part,
              push.sequence(),
              lastSequence,
              push.arrivedMillis(),
              loggedBytes,
              repeatedIn(part, push.sequence()));
      change(now -> now.withBatch(batch));
      there++;
      long moved = Math.min(charged, part.memoryBytes());
      charged -= moved;
      memory.add(part.memoryBytes() - moved);
    }
  }

  /// Pushes are refused long before, so this is for a log that has more in it than fits.
  private void cutIfExhausted() {
    if (!context.memory().isExhausted()) {
      return;
    }
    cutting.lock();
    try {
      cut(Cut.ALL);
    } catch (IOException | RuntimeException failure) { // says nothing of the push at hand
      log.error("failed to cut traces of tenant {}, they stay in memory", tenant, failure);
    } finally {
      cutting.unlock();
    }
  }

  private LiveBatch shredded(List<Logged> pushes) {
    countReplayed(pushes);
    SpanColumns columns;
    try {
      columns = columnsOf(pushes);
    } catch (RuntimeException | MalformedProtoException failure) {
      columns = withoutUnreadable(pushes, failure);
    }
    Logged last = pushes.getLast();
    return new LiveBatch(
        columns,
        pushes.getFirst().sequence(),
        last.sequence(),
        last.arrivedMillis(),
        pushes.stream().mapToLong(push -> push.body().length()).sum(),
        repeatedIn(columns, last.sequence()));
  }

  private long liveColumnsBytes() {
    return state.batches().stream().mapToLong(batch -> batch.columns().memoryBytes()).sum();
  }

  /// Those of which a span may have come before; all of them, when that can't be told. It is no
  /// reason to keep spans out of their batch.
  private RepeatedTraces repeatedIn(SpanColumns columns, long lastSequence) {
    long seenBytes = seen.memoryBytes();
    RepeatedTraces repeated;
    try {
      TenantSnapshot earlier = snapshotOfNow();
      repeated =
          seen.add(
              columns,
              lastSequence,
              earlier::isKnownToRepeat,
              (id, before, exactly) -> mayHold(earlier, id, before, exactly));
    } catch (RuntimeException | Error failure) {
      log.error(
          "cannot tell which spans of tenant {} came before, taking any for one that did",
          tenant,
          failure);
      seen.forget(); // it may have a part of these spans
      repeated = RepeatedTraces.UNKNOWN;
    }
    memory.add(seen.memoryBytes() - seenBytes);
    if (context.memory().isTight() && seen.memoryBytes() > liveColumnsBytes()) {
      forgetSeen();
    }
    return repeated;
  }

  private static boolean mayHold(TenantSnapshot earlier, TraceId id, long before, boolean exactly) {
    try {
      return earlier.holds(id, before, exactly);
    } catch (IOException | RuntimeException unreadable) {
      return true; // whoever queries the place is told
    }
  }

  private SpanColumns columnsOf(List<Logged> pushes) throws MalformedProtoException {
    SpanColumnsBuilder builder = new SpanColumnsBuilder();
    SpanShredder shredder = new SpanShredder(builder, context.maxAttributeBytes(tenant));
    for (Logged push : pushes) {
      shredder.shred(push.body());
    }
    context.metrics().truncated(tenant, shredder.truncatedAttributes());
    return builder.build();
  }

  /// Nothing that the receiver accepted, or that the log gave back whole, should fail here. If it
  /// does it must neither be lost nor stop queries of the rest.
  private SpanColumns withoutUnreadable(List<Logged> pushes, Exception failure) {
    log.error("a push of tenant {} cannot be shredded, setting it aside", tenant, failure);
    List<Logged> readable = new ArrayList<>();
    for (Logged push : pushes) {
      try {
        columnsOf(List.of(push));
        readable.add(push);
      } catch (RuntimeException | MalformedProtoException unreadable) {
        setAside(push);
      }
    }
    try {
      return columnsOf(readable);
    } catch (MalformedProtoException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void setAside(Logged push) {
    unsaved.setAside(push);
    context.metrics().replayError(tenant);
  }

  /// Queries shred what there is, however little, so small batches gather: make one of many. It
  /// counts as old as the oldest of them, so that merging never puts off the cut.
  private void mergeSmallBatches() {
    if (state.batches().size() < SMALL_BATCHES || !cutting.tryLock()) {
      return;
    }
    try {
      List<LiveBatch> batches = state.batches();
      int first = batches.size();
      while (first > 0 && isSmall(batches.get(first - 1).columns())) {
        first--;
      }
      List<LiveBatch> small = batches.subList(first, batches.size());
      if (small.size() < SMALL_BATCHES) {
        return;
      }
      List<SpanColumns> columns = small.stream().map(LiveBatch::columns).toList();
      SpanColumns one = merged(columns);
      LiveBatch merged =
          new LiveBatch(
              one,
              small.getFirst().firstSequence(),
              small.getLast().lastSequence(),
              small.getFirst().lastArrivedMillis(),
              small.stream().mapToLong(LiveBatch::loggedBytes).sum(),
              repeated(small));
      long before = columns.stream().mapToLong(SpanColumns::memoryBytes).sum();
      change(now -> now.merged(small, merged));
      memory.add(one.memoryBytes() - before);
    } finally {
      cutting.unlock();
    }
  }

  private static boolean isSmall(SpanColumns columns) {
    return columns.spanCount() < SMALL_BATCH_SPANS && columns.memoryBytes() < SMALL_BATCH_BYTES;
  }

  private static RepeatedTraces repeated(List<LiveBatch> batches) {
    return batches.stream()
        .map(LiveBatch::repeated)
        .reduce(RepeatedTraces.NONE, RepeatedTraces::and);
  }

  private static SpanColumns merged(List<SpanColumns> batches) {
    try (SpanMerger merger = SpanMerger.of(batches, Integer.MAX_VALUE)) {
      SpanColumns all = merger.next();
      return all == null ? new SpanColumnsBuilder().build() : all;
    } catch (IOException impossible) {
      throw new IllegalStateException("batches in memory cannot fail to be read", impossible);
    }
  }

  /// The number of the oldest push that is only in the log and in memory, or `Long.MAX_VALUE`.
  long firstUnsafeSequence() {
    shredding.lock();
    try {
      List<LiveBatch> batches = state.batches();
      long first = batches.isEmpty() ? tail.firstSequence() : batches.getFirst().firstSequence();
      return Math.min(first, unsaved.firstSequence());
    } finally {
      shredding.unlock();
    }
  }

  /// Whether everything is in blocks. Spans only move on while this looks, so that it misses none.
  boolean isAllInBlocks() {
    if (!tail.isEmpty() || unsaved.firstSequence() != Long.MAX_VALUE) {
      return false;
    }
    TenantState now = state;
    return now.batches().isEmpty() && now.heads().isEmpty();
  }

  /// Why nothing is cut; empty while all is well.
  Optional<String> stuck() {
    return unsaved.problem();
  }

  /// Ends idle traces and tells how many are live.
  void expireTraces() {
    long now = context.clock().millis();
    admission.lock();
    try {
      traces.expire(
          now,
          context.config().traceIdlePeriod().toMillis(),
          context.config().traceLivePeriod().toMillis(),
          FORGET_MILLIS);
      context.metrics().live(tenant, traces.count(), traces.bytes(), traces.created() - tracesTold);
      tracesTold = traces.created();
    } finally {
      admission.unlock();
    }
  }

  /// How much of the live batches goes into a head segment now.
  enum Cut {
    /// Those whose youngest push is older than `trace_idle_period`.
    IDLE,
    ALL
  }

  /// Writes live batches as a head segment and lets go of them when it is safe. They become several
  /// when of one trace there is too much for one.
  ///
  /// A head segment says that all pushes of its range are safe. So there is none as long as one of
  /// them is neither in columns nor set aside.
  ///
  /// @return whether there was something to cut
  /// @throws IOException when the head segment can't be written; the batches stay where they are
  boolean cutTraces(Cut what) throws IOException {
    if (what == Cut.ALL) {
      shred();
    }
    cutting.lock();
    try {
      return cut(what);
    } finally {
      cutting.unlock();
    }
  }

  private boolean cut(Cut what) throws IOException {
    unsaved.tryAgain();
    List<LiveBatch> ripe = ripeBatches(what);
    for (List<LiveBatch> rest = ripe; !rest.isEmpty(); ) {
      List<LiveBatch> some = context.merging().fitting(rest, TenantIngester::sizesOf);
      cut(some);
      rest = rest.subList(some.size(), rest.size());
    }
    return !ripe.isEmpty();
  }

  private void cut(List<LiveBatch> batches) throws IOException {
    List<SpanColumns> columns = batches.stream().map(LiveBatch::columns).toList();
    long id = nextHead(batches.getFirst().firstSequence());
    HeadFile head =
        context
            .reserve()
            .write(
                "a head segment",
                () ->
                    context
                        .files()
                        .writeHead(
                            tenant,
                            id,
                            batches.getFirst().firstSequence(),
                            batches.getLast().lastSequence(),
                            SpanMerger.of(columns, SPANS_PER_STRIPE, BYTES_PER_STRIPE),
                            repeated(batches)));
    change(now -> now.cut(batches, head));
    memory.remove(columns.stream().mapToLong(SpanColumns::memoryBytes).sum());
  }

  /// A number that no head segment had: blocks remember by it what they are made of.
  private long nextHead(long firstSequence) {
    lastHead = Math.max(firstSequence, lastHead + 1);
    return lastHead;
  }

  private static PieceSizes sizesOf(LiveBatch batch) {
    PieceSizes sizes = new PieceSizes();
    sizes.add(batch.columns(), batch.columns().memoryBytes());
    return sizes;
  }

  /// Bytes of pushes in live batches, which a start would have to replay.
  long liveLoggedBytes() {
    return state.batches().stream().mapToLong(LiveBatch::loggedBytes).sum();
  }

  private List<LiveBatch> ripeBatches(Cut what) {
    List<LiveBatch> batches = state.batches();
    if (what == Cut.ALL) {
      return batches;
    }
    long now = context.clock().millis();
    int ripe = 0;
    while (ripe < batches.size() && isIdle(now - batches.get(ripe).lastArrivedMillis())) {
      ripe++;
    }
    return batches.subList(0, ripe);
  }

  /// What arrived in the future did so before the clock was set back.
  private boolean isIdle(long age) {
    return age >= context.config().traceIdlePeriod().toMillis() || age < 0;
  }

  /// Whether the head segments are old or large enough for a block, or from before the clock was
  /// set back.
  boolean isBlockDue() {
    TenantState now = state;
    if (now.heads().isEmpty()) {
      return false;
    }
    long age = context.clock().millis() - now.heads().getFirst().created().toEpochMilli();
    long bytes = Math.max(now.headBytes(), now.headSpans() * BLOCK_BYTES_PER_SPAN);
    return bytes >= context.config().maxBlockBytes()
        || age >= context.config().maxBlockDuration().toMillis()
        || age < 0;
  }

  /// Merges all head segments into a block, and lets go of them when it is safe. They become
  /// several blocks when of one trace there is too much for one, or when merging all would need too
  /// much memory.
  ///
  /// @param finished is given each block; none when there was no head segment
  /// @throws IOException when a block can't be written; its head segments stay where they are
  void cutBlocks(Consumer<HeldBlock> finished) throws IOException {
    completing.lock();
    try {
      List<HeadFile> heads = state.heads();
      if (heads.isEmpty()) {
        return;
      }
      long last = heads.getLast().lastSequence();
      for (; !heads.isEmpty(); heads = headsUpTo(last)) {
        try {
          completeBlock(context.merging().fitting(heads, HeadFile::sizes), finished);
        } catch (DiskFullException full) {
          throw full; // says nothing of the head segments
        } catch (IOException failure) {
          if (!salvageDamaged(heads)) {
            throw failure;
          }
        }
      }
    } finally {
      completing.unlock();
    }
  }

  /// Without those that are cut meanwhile, so that this comes to an end.
  private List<HeadFile> headsUpTo(long sequence) {
    return state.heads().stream().filter(head -> head.lastSequence() <= sequence).toList();
  }

  private void completeBlock(List<HeadFile> heads, Consumer<HeldBlock> finished)
      throws IOException {
    HeldBlock block =
        context
            .reserve()
            .write(
                "a block",
                () -> context.files().writeBlock(tenant, heads, context.dedicatedColumns(tenant)));
    change(now -> now.completed(heads, block));
    finished.accept(block); // before anything else can fail, since nobody asks again
    forget(heads);
    forgetSeenIfIdle();
  }

  private void forgetSeenIfIdle() {
    shredding.lock();
    try {
      if (state.batches().isEmpty() && state.heads().isEmpty()) {
        forgetSeen();
      }
    } finally {
      shredding.unlock();
    }
  }

  /// Safe at any time: what is forgotten is looked for in the places.
  private void forgetSeen() {
    memory.remove(seen.memoryBytes());
    seen.forget();
    memory.add(seen.memoryBytes());
  }

  /// Looks for damaged head segments and lets what can be read of them take their place.
  ///
  /// @return whether there were any
  private boolean salvageDamaged(List<HeadFile> heads) throws IOException {
    boolean any = false;
    for (HeadFile head : heads) {
      if (!head.isSalvaged() && context.files().damageOf(head).isPresent()) {
        Optional<HeadFile> readable =
            context
                .files()
                .salvage(tenant, head.file())
                .map(salvaged -> salvaged.with(head.repeated()));
        change(now -> now.salvaged(head, readable));
        context.files().retire(head.reader());
        any = true;
      }
    }
    return any;
  }

  /// A head segment that cannot be deleted now is deleted at the next start: the block names it.
  private void forget(List<HeadFile> heads) {
    try {
      context.files().retire(tenant, heads);
    } catch (IOException failure) {
      log.warn("could not delete head segments that are in a block now", failure);
    }
  }
}
