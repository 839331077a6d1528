package dev.spoor.storage.blocklist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.Tenant;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.platform.threads.Ticks;
import dev.spoor.storage.block.BlockMeta;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class BlocklistPollerTest {

  private static final Tenant ACME = new Tenant("acme");

  private final FakeSource source = new FakeSource();
  private final SteppedTicks ticks = new SteppedTicks();
  private final Metrics metrics = new Metrics();
  private final BlocklistPoller poller =
      new BlocklistPoller(source, ticks, Clock.systemUTC(), new BlocklistMetrics(metrics));

  @Test
  void aFailedPollKeepsTheLastBlocklistAndIsCounted() throws Exception {
    BlockMeta block = ListingSourceTest.meta();
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
    BlockMeta own = ListingSourceTest.meta();
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
    BlockMeta own = ListingSourceTest.meta();
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
    BlockMeta one = ListingSourceTest.meta();
    BlockMeta two = ListingSourceTest.meta();
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
    BlockMeta block = ListingSourceTest.meta();
    source.holds(block);
    try (poller) {
      started();
      ticks.runOnce();

      assertThat(source.previous.of(ACME).live()).containsOnlyKeys(block.blockId());
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

  private static final class FakeSource implements BlocklistSource {

    private volatile Blocklist list = Blocklist.EMPTY;
    private volatile Blocklist previous = Blocklist.EMPTY;
    private volatile IOException failure;
    private volatile CountDownLatch pause = new CountDownLatch(0);
    private volatile CountDownLatch listed = new CountDownLatch(0);

    void holds(BlockMeta... blocks) {
      Map<UUID, BlockMeta> live = new TreeMap<>();
      for (BlockMeta block : blocks) {
        live.put(block.blockId(), block);
      }
      list =
          new Blocklist(Map.of(ACME, new TenantBlocks(live, Map.of(), Map.of())), new TreeSet<>());
    }

    @Override
    public Blocklist read(Blocklist before) throws IOException {
      previous = before;
      Blocklist read = list;
      listed.countDown();
      try {
        pause.await();
      } catch (InterruptedException stopped) {
        throw new IOException(stopped);
      }
      if (failure != null) {
        throw failure;
      }
      return read;
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
