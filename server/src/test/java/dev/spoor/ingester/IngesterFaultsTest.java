package dev.spoor.ingester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.contract.PushOutcome;
import dev.spoor.ingester.IngesterOnDisk.Setup;
import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.platform.disk.SimulatedDisk.Fault;
import dev.spoor.platform.disk.SimulatedDisk.Kind;
import dev.spoor.platform.disk.SimulatedDisk.Operation;
import dev.spoor.storage.objectstore.FaultyObjectStore;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import dev.spoor.storage.wal.WalSettings;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.otlp.SpanBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Cutting, completing or storing fails, in expected ways and in others: nothing is dropped, the
/// failure is counted, other tenants go on, and all is well again without a restart.
class IngesterFaultsTest {

  private static final TraceId FIRST = new TraceId(1, 1);
  private static final TraceId SECOND = new TraceId(2, 2);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Path HEADS = IngesterOnDisk.FOLDER.resolve("head");

  private final SimulatedDisk disk = new SimulatedDisk();
  private final FaultyObjectStore store = new FaultyObjectStore(new MemoryObjectStore());

  @Test
  void pushesAreKeptWhenLookingForRepeatedSpansFails() throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      spoor.push(FIRST, 1, 3);
      spoor.ingester.flush(Optional.empty());
      assertThat(spoor.ingester.awaitFlushed(PATIENCE)).isTrue();
      spoor.push(FIRST, 4, 2);
      spoor.push(SECOND, 4);

      disk.observeOpening(file -> {
        if (file.getFileName().toString().startsWith("bloom-")) {
          throw new StackOverflowError("no look into a block, for a test");
        }
      });
      spoor.ingester.snapshot(IngesterOnDisk.TENANT);
      disk.observeOpening(file -> {});

      assertThat(spoor.spansOf(FIRST)).isEqualTo(5);
      assertThat(spoor.ingester.snapshot(IngesterOnDisk.TENANT).mayRepeat(FIRST)).isTrue();
      spoor.push(SECOND, 4, 2);
      assertThat(spoor.spansOf(SECOND)).as("with one that came twice").isEqualTo(6);
      assertThat(spoor.ingester.snapshot(IngesterOnDisk.TENANT).mayRepeat(SECOND)).isTrue();
      spoor.ingester.flush(Optional.empty());
    }
    try (IngesterOnDisk again = new IngesterOnDisk(disk, store)) {
      assertThat(again.spansOf(FIRST)).isEqualTo(5);
      assertThat(again.spansOf(SECOND)).isEqualTo(5);
    }
  }

  /// What a tenant's folder says to each operation; `b` comes before `a` or after it.
  @ParameterizedTest
  @CsvSource({"head, a", "head, b", "blocks, a", "blocks, b"})
  void oneTenantsBugKeepsNoOtherFromTheStore(String folder, String unlucky) throws Exception {
    Path odd = IngesterOnDisk.FOLDER.resolve(folder).resolve(unlucky);
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store, Setup.HURRIED)) {
      disk.observe(operation -> {
        if (operation.path().startsWith(odd)) {
          throw new IllegalStateException("a bug, for a test");
        }
      });
      spoor.push(new Tenant("a"), IngesterOnDisk.export(FIRST, 3));
      spoor.push(new Tenant("b"), IngesterOnDisk.export(FIRST, 3));

      eventually("the other's block is stored", () -> stored(spoor) == 1);
      eventually("failures are counted", () -> failures(spoor) > 2);
      assertThat(spoor.spansOf(new Tenant(unlucky), FIRST)).isEqualTo(3);

      disk.observe(operation -> {});
      eventually("both are stored", () -> stored(spoor) == 2);
      assertThat(spoor.spansOf(new Tenant(unlucky), FIRST)).isEqualTo(3);
    }
  }

  @Test
  void aBlockIsUploadedAgainAfterAnError() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      store.failWhen(call -> {
        if (attempts.incrementAndGet() == 1) {
          throw new StackOverflowError("in the client of the store, for a test");
        }
        return false;
      });
      spoor.push(FIRST, 3);
      spoor.ingester.flush(Optional.empty());

      assertThat(spoor.ingester.awaitFlushed(PATIENCE)).isTrue();
      assertThat(stored(spoor)).isEqualTo(1);
      assertThat(failures(spoor)).isEqualTo(1);
    }
  }

  @Test
  void aBlockThatCannotBeWrittenIsTriedAgainAfterAPauseOrWhenAsked() throws Exception {
    Tenant other = new Tenant("other");
    Setup patient = Setup.HURRIED.backoff(Duration.ofHours(1));
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store, patient)) {
      disk.failWhen(
          operation -> isBuilding(operation) && !operation.path().toString().contains("other"),
          Fault.ENOSPC);
      spoor.push(FIRST, 3);
      eventually("a block fails", () -> failures(spoor) == 1);
      for (int block = 1; block <= 3; block++) {
        spoor.push(other, IngesterOnDisk.export(new TraceId(3, block), 1));
        long blocks = block;
        eventually("a round later another is stored", () -> stored(spoor) == blocks);
      }
      assertThat(failures(spoor)).as("attempts meanwhile").isEqualTo(1);
      assertThat(spoor.spansOf(FIRST)).isEqualTo(3);

      disk.heal();
      spoor.ingester.flush(Optional.empty());
      eventually("it is stored", () -> stored(spoor) == 4);
      assertThat(spoor.spansOf(FIRST)).isEqualTo(3);
    }
  }

  @Test
  void aFullDiskIsCutToWithTheReserveWhichComesBack() throws Exception {
    WalSettings small = IngesterOnDisk.walSettings();
    WalSettings settings =
        new WalSettings(
            small.directory(),
            small.nodeId(),
            small.config(),
            1 << 20,
            1 << 20,
            small.queueBytes(),
            Duration.ofMillis(5));
    Path reserve = IngesterOnDisk.FOLDER.resolve("reserve");
    disk.put(Path.of("/others"), new byte[16 << 20]);
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store, Setup.BY_HAND.wal(settings))) {
      for (int push = 0; push < 40; push++) {
        spoor.push(new TraceId(3, push), 40); // some segments of the log
      }
      spoor.push(FIRST, 3);
      assertThat(disk.exists(reserve)).isTrue();
      long log = logBytes();
      disk.capacity(used() + 100);

      spoor.ingester.flush(Optional.empty());
      spoor.ingester.flush(Optional.empty()); // the checkpoint that lets the log go

      assertThat(disk.exists(reserve)).isFalse();
      assertThat(disk.files().keySet()).noneMatch(file -> file.startsWith(HEADS));
      assertThat(logBytes()).isLessThan(log / 2);
      assertThat(failures(spoor)).isZero();
      assertThat(spoor.spansOf(FIRST)).isEqualTo(3);
      assertThat(spoor.ingester.awaitFlushed(PATIENCE)).isTrue();

      disk.capacity(used() + (16 << 20));
      eventually("the reserve comes back", () -> disk.exists(reserve));
    }
  }

  /// More than fits into memory is in the log, so that a start has to cut.
  @Test
  void aFullDiskIsReplayedToWithTheReserve() throws Exception {
    WalSettings small = IngesterOnDisk.walSettings();
    WalSettings settings =
        new WalSettings(
            small.directory(),
            small.nodeId(),
            small.config(),
            1 << 20,
            1 << 20,
            small.queueBytes(),
            Duration.ofMillis(5));
    disk.put(Path.of("/others"), new byte[16 << 20]);
    SimulatedDisk left;
    try (IngesterOnDisk before = new IngesterOnDisk(disk, store, Setup.BY_HAND.wal(settings))) {
      for (int push = 0; push < 40; push++) {
        before.push(new TraceId(3, push), 1000);
      }
      left = disk.copy();
    }
    left.capacity(used(left) + 100);

    Setup tight = Setup.BY_HAND.wal(settings).heap(5_000_000); // 2 MB of live spans
    try (IngesterOnDisk after = new IngesterOnDisk(left, store, tight)) {
      for (int push = 0; push < 40; push++) {
        assertThat(after.spansOf(new TraceId(3, push))).as("push %d", push).isEqualTo(1000);
      }
    }
  }

  @Test
  void aStartOnAFullDiskWithoutAReserveAnswersQueries() throws Exception {
    SimulatedDisk left;
    try (IngesterOnDisk before = new IngesterOnDisk(disk, store)) {
      before.push(FIRST, 3);
      left = disk.copy();
    }
    left.delete(IngesterOnDisk.FOLDER.resolve("reserve"));
    left.capacity(used(left));

    try (IngesterOnDisk after = new IngesterOnDisk(left, store)) {
      assertThat(after.spansOf(FIRST)).isEqualTo(3);
      left.capacity(Long.MAX_VALUE);
    }
  }

  /// One tenant has most of what is live, another one's pushes follow.
  @Test
  void aStartWithMuchToReplayCutsWhoHasMost() throws Exception {
    Tenant large = new Tenant("large");
    Tenant chatty = new Tenant("chatty");
    SimulatedDisk left;
    try (IngesterOnDisk before = new IngesterOnDisk(disk, store)) {
      long logged = 0;
      for (int push = 0; logged < 996_000; push++) { // of the million until something is cut
        Bytes body = IngesterOnDisk.export(new TraceId(3, push), logged < 900_000 ? 1000 : 30);
        before.push(large, body);
        logged += body.length();
      }
      for (int push = 0; push < 100; push++) {
        before.push(chatty, IngesterOnDisk.export(new TraceId(4, push), 60));
      }
      left = disk.copy();
    }
    try (IngesterOnDisk after =
        new IngesterOnDisk(left, store, Setup.BY_HAND.heap(5_000_000))) { // 1 MB until it is cut
      long heads =
          left.files().keySet().stream()
              .filter(file -> file.startsWith(HEADS.resolve(chatty.id())))
              .count();
      assertThat(heads).isLessThan(5);
      for (int push = 0; push < 100; push++) {
        assertThat(after.spansOf(chatty, new TraceId(4, push))).isEqualTo(60);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"data.parquet", ".head"})
  void whatCannotBeOpenedAfterItWasWrittenLeavesNothingBehind(String name) throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      spoor.push(FIRST, 3);
      disk.observeOpening(file -> {
        if (file.toString().endsWith(name)) {
          throw new StackOverflowError("no memory to open it, for a test");
        }
      });
      for (int attempt = 0; attempt < 3; attempt++) {
        assertThatThrownBy(() -> spoor.ingester.flush(Optional.empty()))
            .isInstanceOf(IOException.class);
      }
      assertThat(disk.files().keySet())
          .noneMatch(file -> file.startsWith(IngesterOnDisk.FOLDER.resolve("blocks")));
      assertThat(disk.files().keySet().stream().filter(file -> file.startsWith(HEADS)).count())
          .isEqualTo(name.equals(".head") ? 0 : 1);
      assertThat(spoor.spansOf(FIRST)).isEqualTo(3);

      disk.observeOpening(file -> {});
      spoor.ingester.flush(Optional.empty());
      assertThat(spoor.ingester.awaitFlushed(PATIENCE)).isTrue();
      assertThat(stored(spoor)).isEqualTo(1);
    }
    try (IngesterOnDisk again = new IngesterOnDisk(disk, store)) {
      assertThat(again.spansOf(FIRST)).isEqualTo(3);
    }
  }

  @Test
  void aHeadSegmentWhoseFolderCannotBeSyncedDoesNotStay() throws Exception {
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store)) {
      spoor.push(FIRST, 3);
      spoor.ingester.flush(Optional.empty()); // makes the folder
      spoor.push(SECOND, 2);
      disk.failWhen(
          operation ->
              operation.kind() == Kind.SYNC_DIRECTORY && operation.path().startsWith(HEADS),
          Fault.EIO);
      assertThatThrownBy(() -> spoor.ingester.flush(Optional.empty()))
          .isInstanceOf(IOException.class);

      assertThat(disk.files().keySet()).noneMatch(file -> file.startsWith(HEADS));
      disk.heal();
      assertThat(spoor.spansOf(SECOND)).isEqualTo(2);
    }
  }

  /// A push ends where the log can't take it, or where nobody could find it: not acknowledged, and
  /// not under way for ever.
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void aPushThatMeetsABugIsRefusedAndOver(boolean afterLogging) throws Exception {
    AtomicBoolean fails = new AtomicBoolean();
    AtomicInteger looks = new AtomicInteger();
    InstantSource clock =
        () -> {
          boolean isWriter = Thread.currentThread().getName().equals("wal-writer");
          // The ingester looks at the clock first, the log after it.
          if (fails.get()
              && isWriter == afterLogging
              && (isWriter || looks.incrementAndGet() == 2)) {
            throw new IllegalStateException("a bug, for a test");
          }
          return Instant.now();
        };
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store, Setup.BY_HAND, clock)) {
      spoor.push(FIRST, 3);
      fails.set(true);
      SpanBatch batch = OtlpDecoder.decode(IngesterOnDisk.export(SECOND, 2));
      if (afterLogging) {
        assertThat(spoor.ingester.push(IngesterOnDisk.TENANT, batch).get(1, TimeUnit.MINUTES))
            .isInstanceOf(PushOutcome.Refused.class);
      } else {
        assertThatThrownBy(() -> spoor.ingester.push(IngesterOnDisk.TENANT, batch))
            .isInstanceOf(IllegalStateException.class);
      }
      fails.set(false);

      spoor.ingester.flush(Optional.empty());
      assertThat(spoor.ingester.awaitFlushed(PATIENCE)).isTrue();
      assertThat(spoor.ingester.notStored()).isEmpty();
      assertThat(spoor.spansOf(FIRST)).isEqualTo(3);
    }
  }

  @Test
  void spansThatAreLargerThanUsualMakeABlockBySize() throws Exception {
    Setup bySize = Setup.HURRIED.cutting(Duration.ofMillis(1), Duration.ofHours(1));
    Random random = new Random(7);
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, store, bySize)) {
      for (int push = 0; push * 100_000L <= IngesterOnDisk.BLOCK_BYTES; push++) {
        spoor.push(IngesterOnDisk.incompressible(new TraceId(4, push), 100, random));
      }
      eventually("a block is stored", () -> stored(spoor) > 0);
    }
  }

  // ---- helpers

  private static void eventually(String what, BooleanSupplier condition)
      throws InterruptedException {
    IngesterOnDisk.eventually(what, condition);
  }

  private static double failures(IngesterOnDisk spoor) {
    return spoor.metric("tempo_ingester_failed_flushes_total");
  }

  private static double stored(IngesterOnDisk spoor) {
    return spoor.metric("tempo_ingester_blocks_flushed_total");
  }

  private static boolean isBuilding(Operation operation) {
    return operation.kind() == Kind.WRITE && operation.path().toString().contains(".building");
  }

  private long used() {
    return used(disk);
  }

  private static long used(SimulatedDisk disk) {
    return disk.files().values().stream().mapToLong(content -> content.length).sum();
  }

  private long logBytes() {
    return disk.files().entrySet().stream()
        .filter(file -> file.getKey().getFileName().toString().matches("\\d{8}"))
        .mapToLong(file -> file.getValue().length)
        .sum();
  }

  /// Nothing is pushed any more, as when the disk is full: the log must go all the same.
  @Test
  void aCoveredSegmentThatCouldNotBeRemovedGoesWithoutFurtherPushes() throws Exception {
    SimulatedDisk disk = new SimulatedDisk();
    Path segment = IngesterOnDisk.FOLDER.resolve("00000001");
    AtomicInteger attempts = new AtomicInteger();
    disk.failWhen(
        operation ->
            operation.kind() == Kind.DELETE
                && operation.path().equals(segment)
                && attempts.incrementAndGet() > 0,
        Fault.EIO);
    try (IngesterOnDisk spoor = new IngesterOnDisk(disk, new MemoryObjectStore(), Setup.HURRIED)) {
      spoor.push(new TraceId(1, 1), 3);
      IngesterOnDisk.eventually("it is tried again and again", () -> attempts.get() >= 5);
      assertThat(disk.exists(segment)).isTrue();
      disk.heal();
      IngesterOnDisk.eventually("it goes", () -> !disk.exists(segment));
    }
  }
}
