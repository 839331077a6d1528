package dev.spoor.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.storage.BlockStore.Publication;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BloomFilter;
import dev.spoor.storage.block.Golden;
import dev.spoor.storage.blocklist.BlockListing;
import dev.spoor.storage.objectstore.FaultyObjectStore;
import dev.spoor.storage.objectstore.ListRequest;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import dev.spoor.storage.objectstore.ObjectNotFoundException;
import dev.spoor.storage.parquet.ParquetFooter;
import dev.spoor.storage.parquet.RangeReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BlockStoreTest {

  private static final Tenant ACME = new Tenant("acme");
  private static final Path FOLDER = Path.of("/blocks/one");

  private final MemoryObjectStore memory = new MemoryObjectStore();
  private final FaultyObjectStore objects = new FaultyObjectStore(memory);
  private final BlockStore blocks = new BlockStore(objects, new BlockCache(10 << 20));
  private final SimulatedDisk disk = new SimulatedDisk();

  private LocalBlock block;
  private UUID id;

  @BeforeEach
  void writeBlock() throws IOException {
    for (String name : List.of("data.parquet", "bloom-0", "index", "meta.json")) {
      disk.put(FOLDER.resolve(name), Golden.VPARQUET4.blockFile(name));
    }
    disk.put(FOLDER.resolve("flushed"), "2026-11-22T00:00:00Z".getBytes(UTF_8));
    block = LocalBlock.open(disk, FOLDER);
    id = block.meta().blockId();
  }

  @Test
  void theMetaIsSentLast() throws Exception {
    assertThat(blocks.publish(ACME, block)).isEqualTo(Publication.SENT);

    assertThat(objects.keysOf("put"))
        .containsExactly(key("data.parquet"), key("bloom-0"), key("index"), key("meta.json"));
    blocks.verify(ACME, block);
  }

  @Test
  void flagAndOwnIndexGoAlong() throws Exception {
    disk.put(FOLDER.resolve("nocompact.flg"), new byte[0]);
    disk.put(FOLDER.resolve("spoor-index"), "index".getBytes(UTF_8));
    blocks.publish(ACME, block);

    assertThat(objects.keysOf("put"))
        .containsExactly(
            key("data.parquet"),
            key("nocompact.flg"),
            key("bloom-0"),
            key("index"),
            key("spoor-index"),
            key("meta.json"));
    RangeReader index = blocks.open(ACME, block.meta()).spoorIndex().orElseThrow();
    assertThat(index.read(0, 5)).isEqualTo("index".getBytes(UTF_8));
  }

  @Test
  void whereverAPublicationFailsTheBlockIsUnseenAndTheNextTrySucceeds() throws Exception {
    for (String name : List.of("data.parquet", "bloom-0", "index", "meta.json")) {
      objects.failWhen(call -> call.operation().equals("put") && call.key().equals(key(name)));
      assertThatThrownBy(() -> blocks.publish(ACME, block)).hasMessageContaining(name);
      assertThat(blocks.blocks(ACME)).isEmpty();
    }
    objects.heal();

    assertThat(blocks.publish(ACME, block)).isEqualTo(Publication.SENT);
    blocks.verify(ACME, block);
    assertThat(blocks.blocks(ACME)).extracting(BlockListing::id).containsExactly(id);
  }

  @Test
  void aPublicationWhoseAnswerWasLostIsFoundDone() throws Exception {
    objects.failAfter(call -> call.key().equals(key("meta.json")));
    assertThatThrownBy(() -> blocks.publish(ACME, block)).hasMessageContaining("timeout");
    objects.heal();
    objects.forgetCalls();

    assertThat(blocks.publish(ACME, block)).isEqualTo(Publication.ALREADY_THERE);
    assertThat(objects.keysOf("put")).isEmpty();
  }

  @Test
  void aCompactedBlockDoesNotComeBack() throws Exception {
    blocks.publish(ACME, block);
    blocks.markCompacted(ACME, id);

    assertThat(blocks.publish(ACME, block)).isEqualTo(Publication.ALREADY_COMPACTED);
    assertThat(blocks.blocks(ACME).getFirst().live()).isFalse();
  }

  @Test
  void verifyNamesWhatIsMissingAndWhatDiffers() throws Exception {
    blocks.publish(ACME, block);
    memory.delete(key("bloom-0"));
    memory.put(key("index"), "short".getBytes(UTF_8));
    memory.put(key("meta.json"), "{}".getBytes(UTF_8));

    assertThatThrownBy(() -> blocks.verify(ACME, block))
        .isInstanceOf(IncompleteBlockException.class)
        .hasMessageContaining(id.toString())
        .hasMessageContaining("bloom-0 is missing")
        .hasMessageContaining("index has 5 bytes, not ")
        .hasMessageContaining("meta.json differs");
  }

  @Test
  void aPublicationOverADamagedBlockMendsIt() throws Exception {
    blocks.publish(ACME, block);
    memory.delete(key("bloom-0"));

    assertThat(blocks.publish(ACME, block)).isEqualTo(Publication.SENT);
    blocks.verify(ACME, block);
  }

  @Test
  void aStoredBlockIsReadAsItWasWritten() throws Exception {
    blocks.publish(ACME, block);
    StoredBlock stored = blocks.open(ACME, blocks.meta(ACME, id));

    RangeReader data = stored.data();
    assertThat(data.read(0, (int) data.size()))
        .isEqualTo(Golden.VPARQUET4.blockFile("data.parquet"));
    ParquetFooter footer = ParquetFooter.read(data, stored.name(), stored.meta().footerSize());
    assertThat(footer.rowGroups()).hasSize(stored.meta().totalRecords());
    assertThat(stored.index()).isPresent();
    assertThat(stored.spoorIndex()).isEmpty();
    TraceId last = stored.index().orElseThrow().lastIds().getLast();
    assertThat(BloomFilter.mightContain(stored.bloom(0), last)).isTrue();
  }

  @Test
  void openingAndReadingAsksNothingThatIsKnown() throws Exception {
    blocks.publish(ACME, block);
    objects.forgetCalls();
    for (int i = 0; i < 3; i++) {
      StoredBlock stored = blocks.open(ACME, block.meta());
      RangeReader data = stored.data();
      ParquetFooter.read(data, stored.name(), stored.meta().footerSize());
      stored.bloom(0);
      stored.index();
    }

    assertThat(objects.keysOf("head")).isEmpty();
    assertThat(objects.keysOf("read")).hasSize(1);
    assertThat(objects.keysOf("get")).containsExactly(key("bloom-0"), key("index"));
  }

  @Test
  void aBlockWhoseMetaKnowsNoSizeIsMeasured() throws Exception {
    blocks.publish(ACME, block);
    BlockMeta unsized = withoutSize(block.meta());

    assertThat(blocks.open(ACME, unsized).data().size()).isEqualTo(block.meta().size());
  }

  @Test
  void dataThatIsGoneIsNamed() throws Exception {
    blocks.publish(ACME, block);
    memory.delete(key("data.parquet"));

    RangeReader data = blocks.open(ACME, block.meta()).data();
    assertThatThrownBy(() -> data.read(0, 4))
        .isInstanceOf(ObjectNotFoundException.class)
        .hasMessageContaining(key("data.parquet"));
  }

  @Test
  void aRetiredBlockIsListedSoUntilItIsDeleted() throws Exception {
    blocks.publish(ACME, block);
    blocks.markCompacted(ACME, id);
    blocks.markCompacted(ACME, id);

    BlockListing retired = blocks.blocks(ACME).getFirst();
    assertThat(retired.live()).isFalse();
    assertThat(retired.compacted()).isPresent();
    assertThat(blocks.open(ACME, block.meta()).data().read(0, 4)).isEqualTo("PAR1".getBytes(UTF_8));

    blocks.delete(ACME, id);
    assertThat(keys()).isEmpty();
    assertThat(blocks.tenants()).isEmpty();
  }

  @Test
  void aDeletionThatWasCutShortIsDoneAgain() throws Exception {
    blocks.publish(ACME, block);
    for (String name :
        List.of("meta.json", "data.parquet", "bloom-0", "index", "meta.compacted.json")) {
      objects.failWhen(call -> call.operation().equals("delete") && call.key().equals(key(name)));
      assertThatThrownBy(() -> blocks.delete(ACME, id)).isInstanceOf(IOException.class);
      assertThat(blocks.blocks(ACME)).extracting(BlockListing::id).containsExactly(id);
    }
    objects.heal();
    blocks.delete(ACME, id);

    assertThat(keys()).isEmpty();
  }

  @Test
  void markingABlockThatIsNotThereSaysSo() {
    assertThatThrownBy(() -> blocks.markCompacted(ACME, id))
        .isInstanceOf(ObjectNotFoundException.class);
  }

  @Test
  void onlyTenantsAreTenants() throws Exception {
    memory.put("acme/x", new byte[0]);
    memory.put("no tenant/x", new byte[0]);
    memory.put("tempo_cluster_seed.json", new byte[0]);
    memory.put("work.json", new byte[0]);

    assertThat(blocks.tenants()).containsExactly(ACME);
  }

  @Test
  void onlyMetasOfBlocksMakeBlocks() throws Exception {
    String uuid = "3b971e50-147f-489c-84db-d79085df1415";
    for (String key :
        List.of(
            "acme/index.json.gz",
            "acme/meta.json",
            "acme/not-a-uuid/meta.json",
            "acme/3B971E50-147f-489c-84db-d79085df1415/meta.json",
            "acme/" + uuid.replace('3', '4') + "/data.parquet",
            "acme/" + uuid.replace('3', '5') + "/meta.json.bak",
            "acme/" + uuid.replace('3', '6') + "/deeper/meta.json",
            "acme/" + uuid + "/meta.json",
            "acme/" + uuid + "/meta.compacted.json")) {
      memory.put(key, new byte[0]);
    }

    List<BlockListing> found = blocks.blocks(ACME);
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().id()).hasToString(uuid);
    assertThat(found.getFirst().live()).isTrue();
    assertThat(found.getFirst().compacted()).isPresent();
  }

  private String key(String name) {
    return "acme/" + id + "/" + name;
  }

  private List<String> keys() throws IOException {
    List<String> keys = new ArrayList<>();
    memory.forEach(ListRequest.below(""), object -> keys.add(object.key()));
    return keys;
  }

  private static BlockMeta withoutSize(BlockMeta meta) {
    return BlockMeta.fresh(
        meta.format(),
        meta.blockId(),
        meta.tenantId(),
        meta.startTime(),
        meta.endTime(),
        meta.totalObjects(),
        0,
        meta.totalRecords(),
        meta.bloomShards(),
        meta.footerSize(),
        meta.dedicatedColumns());
  }
}
