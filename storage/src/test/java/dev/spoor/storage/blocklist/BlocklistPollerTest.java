package dev.spoor.storage.blocklist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Tenant;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.Ticks;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.blocklist.TenantReader.Reading;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BlocklistPollerTest {

  private static final Tenant ACME = new Tenant("acme");

  private final SteppingClock clock = new SteppingClock();
  private final FakeSource source = new FakeSource();
  private final SteppedTicks ticks = new SteppedTicks();
  private final Metrics metrics = new Metrics();
  private final BlocklistPoller poller =
      new BlocklistPoller(
          source, ticks, clock, new BlocklistMetrics(metrics, clock), Duration.ZERO);

  @Test
  void aFailedPollKeepsTheLastBlocklistAndIsCounted() throws Exception {
    BlockMeta block = StoreBlocklistTest.meta();
    source.holds(block);
    try (poller) {
      started();
      source.failure = new IOException("bucket unreachable");
      ticks.runOnce();

      assertThat(poller.latest().orElseThrow().of(ACME).live()).containsOnlyKeys(block.blockId());
      assertThat(scrape()).contains("tempodb_blocklist_poll_errors_total{tenant=\"\"} 1.0");
      assertThat(scrape()).contains("tempodb_blocklist_length{tenant=\"acme\"} 1.0");
    }
  }

  @Test
  void startsWithoutTheStoreAndSaysThatTheListIsUnknown() throws Exception {
    source.failure = new IOException("no such bucket");
    try (poller) {
      started();
      assertThat(poller.latest()).isEmpty();

      source.failure = null;
      ticks.runOnce();
      assertThat(poller.latest()).isPresent();
    }
  }

  @Test
  void ownBlocksAreThereAtOnceAndStayWhenAnOlderListingEnds() throws Exception {
    BlockMeta own = StoreBlocklistTest.meta();
    try (poller) {
      started();
      source.pause = new CountDownLatch(1);
      CountDownLatch listed = source.listed = new CountDownLatch(1);
      ticks.release();
      listed.await();
      poller.added(ACME, own);
      assertThat(live()).containsKey(own.blockId());
      source.pause.countDown();
      ticks.awaitRound();
      assertThat(live()).containsKey(own.blockId());

      ticks.runOnce();
      assertThat(live()).doesNotContainKey(own.blockId());
    }
  }

  @Test
  void ownBlocksAreInTheFirstListToo() throws Exception {
    BlockMeta own = StoreBlocklistTest.meta();
    source.failure = new IOException("not yet");
    try (poller) {
      started();
      poller.added(ACME, own);
      assertThat(poller.latest()).isEmpty();
      source.failure = null;
      source.holds(own);
      ticks.runOnce();

      assertThat(live()).containsOnlyKeys(own.blockId());
    }
  }

  @Test
  void compactedAndDeletedBlocksChangeTheListAtOnce() throws Exception {
    BlockMeta one = StoreBlocklistTest.meta();
    BlockMeta two = StoreBlocklistTest.meta();
    source.holds(one, two);
    try (poller) {
      started();
      poller.compacted(ACME, List.of(one.blockId()));
      assertThat(live()).containsOnlyKeys(two.blockId());
      assertThat(poller.latest().orElseThrow().of(ACME).compacted())
          .containsOnlyKeys(one.blockId());

      poller.deleted(ACME, one.blockId());
      assertThat(poller.latest().orElseThrow().of(ACME).compacted()).isEmpty();
    }
  }

  @Test
  void eachPollKnowsTheListOfBefore() throws Exception {
    BlockMeta block = StoreBlocklistTest.meta();
    source.holds(block);
    try (poller) {
      started();
      ticks.runOnce();

      assertThat(source.previous.of(ACME).live()).containsOnlyKeys(block.blockId());
    }
  }

  @Test
  void ownBlocksStayUntilAnIndexIsReadThatWasMadeLater() throws Exception {
    BlockMeta own = StoreBlocklistTest.meta();
    source.indexAge = Duration.ofMinutes(5);
    try (poller) {
      started();
      poller.added(ACME, own);
      ticks.runOnce();
      assertThat(live()).containsKey(own.blockId());

      source.indexAge = Duration.ZERO;
      ticks.runOnce();
      assertThat(live()).doesNotContainKey(own.blockId());
    }
  }

  @Test
  void aListThatIsTooOldIsReadAgainWhenSomebodyNeedsToKnow() throws Exception {
    source.indexAge = Duration.ofMinutes(20);
    BlockMeta fresh = StoreBlocklistTest.meta();
    try (poller) {
      started();
      source.holds(fresh);

      assertThat(poller.refresh(ACME, Duration.ofMinutes(30))).isFalse();
      assertThat(source.listings.get()).isZero();
      assertThat(poller.refresh(ACME, Duration.ofMinutes(15))).isTrue();
      assertThat(live()).containsKey(fresh.blockId());
      assertThat(poller.refresh(ACME, Duration.ofMinutes(15))).isFalse();
      assertThat(source.listings.get()).isEqualTo(1);
    }
  }

  @Test
  void anOlderIndexDoesNotTakeBackWhatWasListedApart() throws Exception {
    source.indexAge = Duration.ofMinutes(20);
    BlockMeta fresh = StoreBlocklistTest.meta();
    try (poller) {
      started();
      source.holds(fresh);
      poller.refresh(ACME, Duration.ofMinutes(15));
      source.holds();
      ticks.runOnce();

      assertThat(live()).containsKey(fresh.blockId());
    }
  }

  @Test
  void aSlowListingDoesNotTakeBackWhatALaterPollHasSeen() throws Exception {
    source.indexAge = Duration.ofMinutes(20);
    source.hanging = Optional.of(ACME);
    BlockMeta own = StoreBlocklistTest.meta();
    try (poller) {
      started();
      Thread slow = Thread.ofVirtual().start(() -> refreshed(ACME));
      source.hangs.await();
      poller.added(ACME, own);
      source.holds(own);
      source.indexAge = Duration.ZERO;
      ticks.runOnce();
      assertThat(live()).containsKey(own.blockId());

      source.holds(); // as the listing saw it, which began before
      source.goOn.countDown();
      slow.join();
      assertThat(live()).containsKey(own.blockId());
    }
  }

  @Test
  void aListThatIsTooOldAndCannotBeReadIsAnError() throws Exception {
    source.indexAge = Duration.ofMinutes(20);
    try (poller) {
      started();
      source.failure = new IOException("bucket unreachable");

      assertThatThrownBy(() -> poller.refresh(ACME, Duration.ofMinutes(15)))
          .hasMessage("bucket unreachable");
    }
  }

  @Test
  void aTenantWhoseListingHangsKeepsNoOtherWaiting() throws Exception {
    source.indexAge = Duration.ofMinutes(20);
    source.hanging = Optional.of(ACME);
    try (poller) {
      started();
      Thread acme = Thread.ofVirtual().start(() -> refreshed(ACME));
      source.hangs.await();

      assertThat(poller.refresh(new Tenant("other"), Duration.ZERO)).isTrue();

      source.goOn.countDown();
      acme.join();
      assertThat(source.listings.get()).isEqualTo(2);
    }
  }

  @Test
  void allWhoWaitShareTheListingThatBeginsNext() throws Exception {
    source.indexAge = Duration.ofMinutes(20);
    source.hanging = Optional.of(ACME);
    try (poller) {
      started();
      List<Thread> waiting = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        waiting.add(Thread.ofPlatform().start(() -> refreshed(ACME)));
        if (i == 0) {
          source.hangs.await();
        }
      }
      for (Thread one : waiting) {
        while (one.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
      }
      source.goOn.countDown();
      for (Thread one : waiting) {
        one.join();
      }

      assertThat(source.listings.get()).isEqualTo(2);
    }
  }

  @Test
  void aClockThatWasSetBackDoesNotFreezeTheList() throws Exception {
    BlockMeta old = StoreBlocklistTest.meta();
    BlockMeta fresh = StoreBlocklistTest.meta();
    source.holds(old);
    try (poller) {
      started();
      clock.setBack(Duration.ofHours(1));
      source.holds(old, fresh);

      assertThat(poller.refresh(ACME, Duration.ofMinutes(15))).as("nobody knows its age").isTrue();
      clock.setBack(Duration.ofHours(1));
      source.holds(fresh);
      ticks.runOnce();
      assertThat(live()).containsOnlyKeys(fresh.blockId());
    }
  }

  @Test
  void ownBlocksOfBeforeTheClockWasSetBackDoNotStayForEver() throws Exception {
    BlockMeta own = StoreBlocklistTest.meta();
    try (poller) {
      started();
      poller.added(ACME, own);
      clock.setBack(Duration.ofHours(1));
      ticks.runOnce();
      ticks.runOnce();

      assertThat(live()).as("another process deleted it").doesNotContainKey(own.blockId());
    }
  }

  @Test
  void blocksThatThisProcessDidNotPublishTellOfOthers() throws Exception {
    BlockMeta first = StoreBlocklistTest.meta();
    BlockMeta own = StoreBlocklistTest.meta();
    source.holds(first);
    try (poller) {
      started();
      poller.added(ACME, own);
      source.holds(first, own);
      ticks.runOnce();
      assertThat(poller.hasOthers()).isFalse();

      BlockMeta listedEarly = StoreBlocklistTest.meta();
      source.holds(first, own, listedEarly);
      ticks.runOnce();
      assertThat(poller.hasOthers()).isTrue();
      poller.added(ACME, listedEarly);
      assertThat(poller.hasOthers()).isFalse();

      source.holds(first, own, listedEarly, StoreBlocklistTest.meta());
      ticks.runOnce();
      assertThat(poller.hasOthers()).isTrue();
      clock.setBack(Duration.ofHours(-25));
      ticks.runOnce();
      assertThat(poller.hasOthers()).as("a day later").isFalse();
    }
  }

  private void refreshed(Tenant tenant) {
    try {
      assertThat(poller.refresh(tenant, Duration.ZERO)).isTrue();
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private void started() throws InterruptedException {
    poller.start();
    ticks.awaitRound();
  }

  private Map<UUID, BlockMeta> live() {
    return poller.latest().orElseThrow().of(ACME).live();
  }

  private String scrape() {
    return new String(metrics.scrape(null).body(), UTF_8);
  }

  private final class FakeSource implements BlocklistSource {

    private volatile Map<Tenant, TenantBlocks> tenants = Map.of();
    private volatile Blocklist previous = Blocklist.EMPTY;
    private volatile IOException failure;
    private volatile Duration indexAge = Duration.ZERO;
    private final AtomicInteger listings = new AtomicInteger();
    private volatile Optional<Tenant> hanging = Optional.empty();
    private final CountDownLatch hangs = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile CountDownLatch pause = new CountDownLatch(0);
    private volatile CountDownLatch listed = new CountDownLatch(0);

    void holds(BlockMeta... blocks) {
      Map<UUID, BlockMeta> live = new TreeMap<>();
      for (BlockMeta block : blocks) {
        live.put(block.blockId(), block);
      }
      tenants = Map.of(ACME, new TenantBlocks(live, Map.of(), Map.of()));
    }

    @Override
    public Blocklist read(Blocklist before) throws IOException {
      previous = before;
      Blocklist read =
          new Blocklist(tenants, new TreeSet<>(), clock.instant(), Map.of(ACME, asOf()));
      listed.countDown();
      await(pause);
      if (failure != null) {
        throw failure;
      }
      return read;
    }

    @Override
    public Reading list(Tenant tenant, TenantBlocks before) throws IOException {
      Instant begin = clock.instant();
      listings.incrementAndGet();
      if (hanging.filter(tenant::equals).isPresent()) {
        hangs.countDown();
        await(goOn);
      }
      if (failure != null) {
        throw failure;
      }
      return new Reading(tenants.getOrDefault(tenant, TenantBlocks.NONE), begin);
    }

    private static void await(CountDownLatch latch) throws IOException {
      try {
        latch.await();
      } catch (InterruptedException stopped) {
        throw new IOException(stopped);
      }
    }

    /// Of an index that is as old as the test says.
    private Instant asOf() {
      return clock.instant().minus(indexAge);
    }
  }

  /// Each look at it is a second later, unless the test sets it back.
  private static final class SteppingClock implements InstantSource {

    private Instant now = Instant.parse("2026-11-22T00:00:00Z");

    @Override
    public synchronized Instant instant() {
      now = now.plusSeconds(1);
      return now;
    }

    synchronized void setBack(Duration time) {
      now = now.minus(time);
    }
  }

  /// Ticks that come when the test says so.
  private static final class SteppedTicks implements Ticks {

    private final Semaphore rounds = new Semaphore(0);
    private final Semaphore go = new Semaphore(0);

    @Override
    public void awaitNext() throws InterruptedException {
      rounds.release();
      go.acquire();
    }

    void release() {
      go.release();
    }

    /// Waits until a round ended.
    void awaitRound() throws InterruptedException {
      rounds.acquire();
    }

    void runOnce() throws InterruptedException {
      release();
      awaitRound();
    }
  }
}
