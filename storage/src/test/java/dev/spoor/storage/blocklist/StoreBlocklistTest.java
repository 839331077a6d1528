package dev.spoor.storage.blocklist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Tenant;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.blocklist.StoreBlocklist.Tolerance;
import dev.spoor.storage.objectstore.FaultyObjectStore;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StoreBlocklistTest {

  private static final Tenant ACME = new Tenant("acme");
  private static final Tenant OTHER = new Tenant("other");

  private final MemoryObjectStore memory = new MemoryObjectStore();
  private final FaultyObjectStore objects = new FaultyObjectStore(memory);
  private final Metrics metrics = new Metrics();
  private final Clock clock = Clock.systemUTC();
  private final StoreBlocklist source =
      new StoreBlocklist(
          objects,
          new TenantListing(objects, 10, Duration.ZERO, clock),
          new Tolerance(1, 1),
          1,
          clock,
          new BlocklistMetrics(metrics, clock));

  @Test
  void liveAndCompactedBlocksAreToldApart() throws Exception {
    BlockMeta live = put(ACME, "meta.json");
    BlockMeta retired = put(ACME, "meta.compacted.json");
    BlockMeta of = put(OTHER, "meta.json");

    Blocklist list = source.read(Blocklist.EMPTY);

    assertThat(list.of(ACME).live()).containsOnlyKeys(live.blockId());
    assertThat(list.of(ACME).compacted()).containsOnlyKeys(retired.blockId());
    assertThat(list.of(OTHER).live().get(of.blockId())).isEqualTo(of);
    assertThat(list.unknown()).isEmpty();
  }

  @Test
  void aMetaThatIsKnownIsNotReadAgain() throws Exception {
    put(ACME, "meta.json");
    put(ACME, "meta.compacted.json");
    Blocklist first = source.read(Blocklist.EMPTY);
    objects.forgetCalls();
    BlockMeta fresh = put(ACME, "meta.json");

    Blocklist second = source.read(first);

    assertThat(objects.keysOf("get")).containsExactly("acme/" + fresh.blockId() + "/meta.json");
    assertThat(second.of(ACME).live()).hasSize(2);
    assertThat(second.of(ACME).compacted()).hasSize(1);
  }

  @Test
  void aBlockThatWasCompactedSinceItIsKnownChangesSides() throws Exception {
    BlockMeta meta = put(ACME, "meta.json");
    Blocklist first = source.read(Blocklist.EMPTY);
    memory.put(folder(ACME, meta) + "meta.compacted.json", meta.toJson());
    assertThat(source.read(first).of(ACME).live()).hasSize(1);
    memory.delete(folder(ACME, meta) + "meta.json");

    Blocklist second = source.read(first);
    assertThat(second.of(ACME).live()).isEmpty();
    assertThat(second.of(ACME).compacted().get(meta.blockId()).meta()).isEqualTo(meta);
  }

  @Test
  void aBlockThatIsCompactedDuringThePollIsNotLost() throws Exception {
    BlockMeta meta = put(ACME, "meta.json");
    String folder = folder(ACME, meta);
    objects.failWhen(call -> {
      if (call.equals(new FaultyObjectStore.Call("get", folder + "meta.json"))) {
        memory.put(folder + "meta.compacted.json", meta.toJson());
        memory.delete(folder + "meta.json");
      }
      return false;
    });

    assertThat(source.read(Blocklist.EMPTY).of(ACME).compacted()).containsKey(meta.blockId());
  }

  @Test
  void aBlockThatIsDeletedDuringThePollIsGone() throws Exception {
    BlockMeta meta = put(ACME, "meta.json");
    String key = folder(ACME, meta) + "meta.json";
    objects.failWhen(call -> {
      memory.delete(call.operation().equals("get") ? key : "acme/nothing");
      return false;
    });

    assertThat(source.read(Blocklist.EMPTY).of(ACME).isEmpty()).isTrue();
  }

  @Test
  void anUnusableMetaBreaksItsBlockAloneAndIsNeverDeleted() throws Exception {
    BlockMeta good = put(ACME, "meta.json");
    List<byte[]> unusable =
        List.of(
            new byte[0],
            "{".getBytes(UTF_8),
            "[1]".getBytes(UTF_8),
            "{\"format\":7}".getBytes(UTF_8),
            good.toJson(),
            new byte[TenantListing.META_LIMIT + 1]);
    for (byte[] bytes : unusable) {
      memory.put("acme/" + UUID.randomUUID() + "/meta.json", bytes);
    }

    TenantBlocks blocks = source.read(Blocklist.EMPTY).of(ACME);

    assertThat(blocks.live()).containsOnlyKeys(good.blockId());
    assertThat(blocks.broken()).hasSize(unusable.size());
    assertThat(blocks.broken().values())
        .allSatisfy(
            broken -> assertThat(broken.reason()).contains(broken.blockId() + "/meta.json"));
    assertThat(objects.keysOf("delete")).isEmpty();
  }

  @Test
  void aMendedMetaIsFoundByTheNextPoll() throws Exception {
    BlockMeta meta = meta();
    memory.put(folder(ACME, meta) + "meta.json", "{".getBytes(UTF_8));
    Blocklist first = source.read(Blocklist.EMPTY);
    memory.put(folder(ACME, meta) + "meta.json", meta.toJson());

    TenantBlocks mended = source.read(first).of(ACME);
    assertThat(mended.broken()).isEmpty();
    assertThat(mended.live()).containsOnlyKeys(meta.blockId());
  }

  @Test
  void aTenantThatFailsKeepsItsBlocksAndTheOthersGoOn() throws Exception {
    put(ACME, "meta.json");
    put(OTHER, "meta.json");
    Blocklist first = source.read(Blocklist.EMPTY);
    put(ACME, "meta.json");
    put(OTHER, "meta.json");
    objects.failWhen(call -> call.equals(new FaultyObjectStore.Call("list", "acme/")));

    Blocklist second = source.read(first);

    assertThat(second.of(ACME)).isEqualTo(first.of(ACME));
    assertThat(second.of(OTHER).live()).hasSize(2);
    assertThat(scrape()).contains("tempodb_blocklist_poll_errors_total{tenant=\"acme\"} 2.0");
  }

  @Test
  void aTenantWithSomethingUnforeseenKeepsNoOtherFromBeingRead() throws Exception {
    put(ACME, "meta.json");
    put(OTHER, "meta.json");
    Blocklist first = source.read(Blocklist.EMPTY);
    put(OTHER, "meta.json");
    objects.failWhen(call -> {
      if (call.equals(new FaultyObjectStore.Call("list", "acme/"))) {
        throw new IllegalStateException("unforeseen");
      }
      return false;
    });

    Blocklist second = source.read(first);

    assertThat(second.of(ACME)).isEqualTo(first.of(ACME));
    assertThat(second.of(OTHER).live()).hasSize(2);
  }

  @Test
  void aTenantThatNeverSucceededIsUnknownAndNotEmpty() throws Exception {
    put(ACME, "meta.json");
    objects.failWhen(call -> call.operation().equals("get"));

    assertThat(source.read(Blocklist.EMPTY).unknown()).containsExactly(ACME);
  }

  @Test
  void tooManyFailedTenantsAreAFailure() throws Exception {
    put(ACME, "meta.json");
    put(OTHER, "meta.json");
    objects.failWhen(call -> call.operation().equals("get"));

    assertThatThrownBy(() -> source.read(Blocklist.EMPTY))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("connection refused");
  }

  @Test
  void aPassingErrorIsTriedAgain() throws Exception {
    BlockMeta meta = put(ACME, "meta.json");
    int[] failures = {1};
    objects.failWhen(call -> call.operation().equals("get") && failures[0]-- > 0);

    assertThat(source.read(Blocklist.EMPTY).of(ACME).live()).containsKey(meta.blockId());
  }

  private String scrape() {
    return new String(metrics.scrape(null).body(), UTF_8);
  }

  private BlockMeta put(Tenant tenant, String name) {
    BlockMeta meta = meta();
    memory.put(folder(tenant, meta) + name, meta.toJson());
    return meta;
  }

  private static String folder(Tenant tenant, BlockMeta meta) {
    return tenant + "/" + meta.blockId() + "/";
  }

  static BlockMeta meta() {
    Instant start = Instant.parse("2026-11-22T00:00:00Z");
    return BlockMeta.fresh(
        "vParquet4",
        UUID.randomUUID(),
        "acme",
        start,
        start.plusSeconds(60),
        10,
        1_000,
        1,
        1,
        100,
        List.of());
  }
}
