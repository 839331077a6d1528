package dev.spoor.storage.blocklist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Tenant;
import dev.spoor.platform.metrics.Metrics;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.TenantIndex;
import dev.spoor.storage.blocklist.TenantIndexReader.Settings;
import dev.spoor.storage.objectstore.FaultyObjectStore;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import dev.spoor.storage.objectstore.ObjectNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TenantIndexReaderTest {

  private static final Tenant ACME = new Tenant("acme");
  private static final String PROTOBUF = "acme/index.pb.zst";
  private static final String JSON = "acme/index.json.gz";

  private final MemoryObjectStore memory = new MemoryObjectStore();
  private final FaultyObjectStore objects = new FaultyObjectStore(memory);
  private final Metrics metrics = new Metrics();
  private Instant now = Instant.parse("2026-11-22T08:00:00Z");
  private final BlocklistMetrics blocklistMetrics = new BlocklistMetrics(metrics, () -> now);

  private final TenantIndexReader builder = reader(true, Duration.ZERO, true);
  private final TenantIndexReader reader = reader(false, Duration.ZERO, true);

  @Test
  void whatTheBuilderListsTheOthersRead() throws Exception {
    BlockMeta live = put("meta.json");
    BlockMeta retired = put("meta.compacted.json");
    TenantBlocks listed = builder.read(ACME, TenantBlocks.NONE).blocks();
    objects.forgetCalls();

    TenantBlocks read = reader.read(ACME, TenantBlocks.NONE).blocks();

    assertThat(read.live()).containsOnlyKeys(live.blockId()).isEqualTo(listed.live());
    assertThat(read.compacted()).containsOnlyKeys(retired.blockId());
    assertThat(operations()).containsExactly("get " + PROTOBUF, "get " + JSON);
  }

  @Test
  void bothFormsOfTheIndexAreCompleteAndMoveWithTheTime() throws Exception {
    BlockMeta live = put("meta.json");
    BlockMeta retired = put("meta.compacted.json");
    builder.read(ACME, TenantBlocks.NONE);
    Instant first = protobuf().createdAt();
    now = now.plusSeconds(300);
    builder.read(ACME, TenantBlocks.NONE);

    assertThat(protobuf()).isEqualTo(json());
    assertThat(protobuf().blocks()).containsExactly(live);
    assertThat(protobuf().compacted())
        .extracting(block -> block.meta().blockId())
        .containsExactly(retired.blockId());
    assertThat(protobuf().createdAt()).isEqualTo(first.plusSeconds(300));
  }

  @Test
  void theRequestsOfAPollAreThoseThatAreStated() throws Exception {
    StoreBlocklist building = polling(builder);
    StoreBlocklist reading = polling(reader);
    put("meta.json");
    put("meta.json");
    Blocklist first = building.read(Blocklist.EMPTY);
    assertThat(operations()).as("tenants, objects, new metas, index").hasSize(1 + 1 + 2 + 2);
    objects.forgetCalls();

    building.read(first);
    assertThat(operations())
        .as("tenants, objects, index")
        .containsExactly("list ", "list acme/", "put " + PROTOBUF, "put " + JSON);
    objects.forgetCalls();

    reading.read(Blocklist.EMPTY);
    assertThat(operations())
        .as("tenants, index")
        .containsExactly("list ", "get " + PROTOBUF, "get " + JSON);
  }

  @Test
  void theNewerOfTwoFormsCounts() throws Exception {
    put("meta.json");
    builder.read(ACME, TenantBlocks.NONE);
    BlockMeta later = StoreBlocklistTest.meta();
    TenantIndex newer = new TenantIndex(now.plusSeconds(60), List.of(later), List.of());
    memory.put(JSON, newer.toJson());

    assertThat(reader.read(ACME, TenantBlocks.NONE).blocks().live())
        .containsOnlyKeys(later.blockId());
  }

  @Test
  void oneDamagedFormIsReportedAndTheOtherOneUsed() throws Exception {
    BlockMeta live = put("meta.json");
    builder.read(ACME, TenantBlocks.NONE);
    for (String damaged : List.of(PROTOBUF, JSON)) {
      byte[] good = memory.get(damaged, 1 << 20);
      memory.put(damaged, "garbage".getBytes(UTF_8));

      assertThat(reader.read(ACME, TenantBlocks.NONE).blocks().live())
          .containsOnlyKeys(live.blockId());
      memory.put(damaged, good);
    }
    assertThat(scrape())
        .contains("tempodb_blocklist_tenant_index_errors_total{tenant=\"acme\"} 2.0");
  }

  @Test
  void anIndexThatIsGoneOrDamagedIsMadeAnew() throws Exception {
    BlockMeta live = put("meta.json");
    assertThat(reader.read(ACME, TenantBlocks.NONE).blocks().live())
        .containsOnlyKeys(live.blockId());
    assertThat(protobuf().blocks()).containsExactly(live);
    assertThat(scrape()).contains("tempodb_blocklist_tenant_index_builder{tenant=\"acme\"} 1.0");

    memory.put(PROTOBUF, "garbage".getBytes(UTF_8));
    memory.put(JSON, "garbage".getBytes(UTF_8));
    assertThat(reader.read(ACME, TenantBlocks.NONE).blocks().live())
        .containsOnlyKeys(live.blockId());
    assertThat(json().blocks()).containsExactly(live);

    reader.read(ACME, TenantBlocks.NONE);
    assertThat(scrape()).contains("tempodb_blocklist_tenant_index_builder{tenant=\"acme\"} 0.0");
  }

  @Test
  void withoutFallbackAnUnusableIndexFailsTheTenant() {
    put("meta.json");
    TenantIndexReader strict = reader(false, Duration.ZERO, false);

    assertThatThrownBy(() -> strict.read(ACME, TenantBlocks.NONE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("tenant acme has no index");
    assertThat(objects.keysOf("list")).isEmpty();
    assertThat(scrape())
        .contains("tempodb_blocklist_tenant_index_errors_total{tenant=\"acme\"} 1.0");
  }

  @Test
  void anIndexThatIsTooOldIsNotUsed() throws Exception {
    put("meta.json");
    builder.read(ACME, TenantBlocks.NONE);
    BlockMeta later = put("meta.json");
    now = now.plus(Duration.ofMinutes(10));
    TenantIndexReader patient = reader(false, Duration.ofMinutes(10), true);
    assertThat(patient.read(ACME, TenantBlocks.NONE).blocks().live()).hasSize(1);

    now = now.plusMillis(1);
    assertThat(patient.read(ACME, TenantBlocks.NONE).blocks().live())
        .hasSize(2)
        .containsKey(later.blockId());
  }

  @Test
  void theAgeOfTheIndexGrowsBetweenPolls() throws Exception {
    put("meta.json");
    builder.read(ACME, TenantBlocks.NONE);
    reader.read(ACME, TenantBlocks.NONE);
    now = now.plusSeconds(90);

    assertThat(scrape())
        .contains("tempodb_blocklist_tenant_index_age_seconds{tenant=\"acme\"} 90.0");
  }

  @Test
  void aTenantWithoutBlocksHasNoIndex() throws Exception {
    BlockMeta meta = put("meta.json");
    builder.read(ACME, TenantBlocks.NONE);
    memory.delete("acme/" + meta.blockId() + "/meta.json");

    builder.read(ACME, TenantBlocks.NONE);

    assertThatThrownBy(() -> memory.head(PROTOBUF)).isInstanceOf(ObjectNotFoundException.class);
    assertThatThrownBy(() -> memory.head(JSON)).isInstanceOf(ObjectNotFoundException.class);
  }

  @Test
  void aBuilderThatCannotWriteStillKnowsTheBlocks() throws Exception {
    BlockMeta live = put("meta.json");
    objects.failWhen(call -> call.operation().equals("put"));

    assertThat(builder.read(ACME, TenantBlocks.NONE).blocks().live())
        .containsOnlyKeys(live.blockId());
    assertThat(scrape())
        .contains("tempodb_blocklist_tenant_index_errors_total{tenant=\"acme\"} 1.0");
  }

  @Test
  void whatIsLeftOfATenantWithoutBlocksGoesWhenAllOfItIsOld() throws Exception {
    now = Instant.now();
    TenantIndexReader tidy = clearing(Duration.ofHours(12));
    String left = "acme/" + UUID.randomUUID() + "/data.parquet";
    memory.put(left, new byte[3]);

    builder.read(ACME, TenantBlocks.NONE);
    tidy.read(ACME, TenantBlocks.NONE);
    assertThat(memory.folders("")).as("it is young").containsExactly("acme");

    now = now.plus(Duration.ofHours(13));
    builder.read(ACME, TenantBlocks.NONE);
    assertThat(memory.folders("")).as("nobody wants it deleted").containsExactly("acme");

    tidy.read(ACME, TenantBlocks.NONE);
    assertThat(memory.folders("")).isEmpty();
  }

  @Test
  void aTenantWithABlockOrSomethingUnknownIsNotEmpty() throws Exception {
    now = Instant.now().plus(Duration.ofDays(100));
    TenantIndexReader tidy = clearing(Duration.ofHours(12));
    String left = "acme/" + UUID.randomUUID() + "/data.parquet";
    for (String other :
        List.of(
            "acme/" + UUID.randomUUID() + "/meta.compacted.json", "acme/somebody/overrides.json")) {
      memory.put(left, new byte[3]);
      memory.put(other, new byte[3]);

      tidy.read(ACME, TenantBlocks.NONE);

      assertThat(memory.get(left, 3)).hasSize(3);
      memory.delete(other);
    }
  }

  @Test
  void aFlaggedBlockIsListedAndKnownAsSuch() throws Exception {
    BlockMeta flagged = put("meta.json");
    put("meta.json");
    String flag = "acme/" + flagged.blockId() + "/nocompact.flg";
    memory.put(flag, new byte[0]);
    memory.put("acme/" + UUID.randomUUID() + "/nocompact.flg", new byte[0]);

    TenantBlocks blocks = builder.read(ACME, TenantBlocks.NONE).blocks();
    assertThat(blocks.live()).hasSize(2).containsKey(flagged.blockId());
    assertThat(blocks.flagged()).contains(flagged.blockId());
    assertThat(protobuf().blocks()).hasSize(2);

    memory.delete(flag);
    assertThat(builder.read(ACME, blocks).blocks().flagged()).doesNotContain(flagged.blockId());
  }

  private TenantIndexReader clearing(Duration age) {
    return reader(new Settings(tenant -> true, Duration.ZERO, true, Optional.of(age)));
  }

  private TenantIndexReader reader(boolean builds, Duration staleAfter, boolean fallback) {
    return reader(new Settings(tenant -> builds, staleAfter, fallback, Optional.empty()));
  }

  private TenantIndexReader reader(Settings settings) {
    return new TenantIndexReader(
        objects,
        new TenantListing(objects, 10, Duration.ZERO, () -> now),
        settings,
        () -> now,
        blocklistMetrics);
  }

  private StoreBlocklist polling(TenantReader tenants) {
    return new StoreBlocklist(
        objects, tenants, new StoreBlocklist.Tolerance(0, 0), 1, () -> now, blocklistMetrics);
  }

  private List<String> operations() {
    List<String> operations = new ArrayList<>();
    objects.calls().forEach(call -> operations.add(call.operation() + " " + call.key()));
    return operations;
  }

  private TenantIndex protobuf() throws IOException {
    return TenantIndex.parseProtobuf(memory.get(PROTOBUF, 1 << 20), PROTOBUF);
  }

  private TenantIndex json() throws IOException {
    return TenantIndex.parseJson(memory.get(JSON, 1 << 20), JSON);
  }

  private BlockMeta put(String name) {
    BlockMeta meta = StoreBlocklistTest.meta();
    memory.put("acme/" + meta.blockId() + "/" + name, meta.toJson());
    return meta;
  }

  private String scrape() {
    return new String(metrics.scrape(null).body(), UTF_8);
  }
}
