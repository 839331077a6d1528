package dev.spoor.frontend;

import dev.spoor.contract.RecentSnapshot;
import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.RealDisk;
import dev.spoor.storage.BlockCache;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.block.BlockBuilder;
import dev.spoor.storage.block.BlockBuilderConfig;
import dev.spoor.storage.block.BlockFiles;
import dev.spoor.storage.block.BlockMeta;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.block.BlockSink;
import dev.spoor.storage.block.BlockSpanSource;
import dev.spoor.storage.block.BlockSpec;
import dev.spoor.storage.blocklist.Blocklist;
import dev.spoor.storage.blocklist.TenantBlocks;
import dev.spoor.storage.columns.ColumnsSpanSource;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.columns.SpanMerger;
import dev.spoor.storage.head.HeadSegmentHeader;
import dev.spoor.storage.head.HeadSegmentReader;
import dev.spoor.storage.head.HeadSegmentWriter;
import dev.spoor.storage.objectstore.MemoryObjectStore;
import dev.spoor.storage.objectstore.ObjectStore;
import dev.spoor.traceql.fetch.SpanSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/// Everywhere that spans can be: live batches, head segments and local blocks of an ingester, and
/// blocks in a store. Files go to a temporary folder until this is closed.
final class Places implements RecentSnapshot, AutoCloseable {

  static final Tenant TENANT = Tenant.SINGLE;

  private final Disk disk = new RealDisk();
  private final Path folder;
  private final List<SpanColumns> live = new ArrayList<>();
  private final List<HeadSegmentReader> heads = new ArrayList<>();
  private final Map<BlockMeta, BlockReader> local = new HashMap<>();
  private final Map<UUID, BlockMeta> stored = new HashMap<>();
  private final MemoryObjectStore localObjects = new MemoryObjectStore();
  private final MemoryObjectStore objects = new MemoryObjectStore();

  Places() throws IOException {
    folder = Files.createTempDirectory("places");
  }

  void addLive(SpanColumns spans) {
    live.add(spans);
  }

  void addHead(SpanColumns spans) throws IOException {
    HeadSegmentHeader header =
        new HeadSegmentHeader(TENANT, heads.size(), 0, 1, Instant.ofEpochMilli(1));
    try (HeadSegmentWriter writer = new HeadSegmentWriter(disk);
        SpanMerger merged = SpanMerger.of(List.of(spans))) {
      writer.write(folder, header, merged);
    }
    heads.add(HeadSegmentReader.open(disk, folder.resolve(header.fileName())));
  }

  void addLocalBlock(SpanColumns spans) throws IOException {
    BlockMeta meta = build(spans, localObjects, 1 << 20);
    BlockStore store = new BlockStore(localObjects, new BlockCache(0));
    local.put(meta, BlockReader.open(meta, store.open(TENANT, meta)));
  }

  BlockMeta addStoredBlock(SpanColumns spans, int rowGroupSpans) throws IOException {
    BlockMeta meta = build(spans, objects, rowGroupSpans);
    stored.put(meta.blockId(), meta);
    return meta;
  }

  private static BlockMeta build(SpanColumns spans, ObjectStore to, int rowGroupSpans)
      throws IOException {
    BlockBuilderConfig defaults = BlockBuilderConfig.DEFAULTS;
    BlockBuilderConfig config =
        new BlockBuilderConfig(
            defaults.profile(),
            1,
            defaults.rowGroupBytes(),
            rowGroupSpans,
            defaults.bloomFalsePositive(),
            defaults.bloomShardBytes());
    BlockSpec spec = BlockSpec.fresh(UUID.randomUUID(), TENANT, 1000);
    ObjectSink sink = new ObjectSink(to, TENANT.id() + "/" + spec.blockId() + "/");
    BlockMeta meta =
        new BlockBuilder(config).build(spec, List.of(SpanColumnsCursor.of(spans)), sink).meta();
    to.put(sink.folder + BlockFiles.DATA, sink.data.toByteArray());
    to.put(sink.folder + BlockFiles.SPOOR_INDEX, sink.index.toByteArray());
    return meta;
  }

  /// The objects of the stored blocks.
  ObjectStore objects() {
    return objects;
  }

  /// The stored blocks, read by way of this store.
  StoredBlocks stored(ObjectStore through) {
    return stored(through, new BlockCache(1 << 20));
  }

  StoredBlocks stored(ObjectStore through, BlockCache cache) {
    Blocklist list = list();
    return new StoredBlocks(new BlockStore(through, cache), () -> Optional.of(list));
  }

  /// The list of the blocks that are stored now.
  Blocklist list() {
    return new Blocklist(
        Map.of(TENANT, new TenantBlocks(stored, Map.of(), Map.of())),
        new TreeSet<>(),
        Instant.EPOCH,
        Map.of());
  }

  @Override
  public List<SpanSource> sources() {
    List<SpanSource> sources = new ArrayList<>();
    if (!live.isEmpty()) {
      sources.add(ColumnsSpanSource.ofBatches("live", live));
    }
    heads.forEach(head -> sources.add(head.spanSource()));
    local.values().forEach(block -> sources.add(BlockSpanSource.of(block)));
    return sources;
  }

  @Override
  public Pieces look(TraceId id) {
    Iterator<SpanColumns> batches = List.copyOf(live).iterator();
    Iterator<HeadSegmentReader> segments = List.copyOf(heads).iterator();
    Iterator<BlockReader> blocks = List.copyOf(local.values()).iterator();
    return () -> {
      if (batches.hasNext()) {
        return batches.next();
      }
      Optional<SpanColumns> piece = Optional.empty();
      while (piece.isEmpty() && segments.hasNext()) {
        piece = segments.next().find(id.high(), id.low());
      }
      while (piece.isEmpty() && blocks.hasNext()) {
        piece = blocks.next().findTrace(id);
      }
      return piece.orElse(null);
    };
  }

  @Override
  public List<SpanSource> pieces() {
    List<SpanSource> sources = new ArrayList<>();
    live.forEach(batch -> sources.add(ColumnsSpanSource.ofBatch("live", batch)));
    heads.forEach(head -> sources.add(head.spanSource()));
    local.values().forEach(block -> sources.add(BlockSpanSource.of(block)));
    return sources;
  }

  /// Says so of every fifth trace, whether or not it is so.
  @Override
  public boolean mayRepeat(TraceId id) throws IOException {
    if (id.low() % 5 == 0) {
      return true;
    }
    Set<List<Long>> seen = new HashSet<>();
    for (SpanColumns piece : find(id)) {
      int trace = piece.find(id.high(), id.low());
      if (trace < 0) {
        continue;
      }
      for (int span = piece.firstSpan(trace); span < piece.endSpan(trace); span++) {
        if (!seen.add(List.of(piece.spanId(span), (long) piece.kind(span)))) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public int places(TraceId id) throws IOException {
    int places = live.stream().anyMatch(batch -> batch.find(id.high(), id.low()) >= 0) ? 1 : 0;
    for (HeadSegmentReader head : heads) {
      places += head.mayHold(id.high(), id.low()) ? 1 : 0;
    }
    for (BlockReader block : local.values()) {
      places += block.mayHold(id) ? 1 : 0;
    }
    return places;
  }

  @Override
  public Set<UUID> blocks() {
    Set<UUID> ids = new TreeSet<>();
    local.keySet().forEach(meta -> ids.add(meta.blockId()));
    return ids;
  }

  @Override
  public List<String> unreadable() {
    return List.of();
  }

  @Override
  public void close() throws IOException {
    for (HeadSegmentReader head : heads) {
      head.close();
    }
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /// Puts the files of a block into a store.
  private static final class ObjectSink implements BlockSink {

    private final ObjectStore store;
    private final String folder;
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final ByteArrayOutputStream index = new ByteArrayOutputStream();

    ObjectSink(ObjectStore store, String folder) {
      this.store = store;
      this.folder = folder;
    }

    @Override
    public void data(byte[] bytes, int offset, int length) {
      data.write(bytes, offset, length);
    }

    @Override
    public void spoorIndex(byte[] bytes, int offset, int length) {
      index.write(bytes, offset, length);
    }

    @Override
    public void bloom(int shard, byte[] bytes) throws IOException {
      store.put(folder + BlockFiles.bloom(shard), bytes);
    }

    @Override
    public void index(byte[] bytes) throws IOException {
      store.put(folder + BlockFiles.INDEX, bytes);
    }

    @Override
    public void meta(byte[] bytes) throws IOException {
      store.put(folder + BlockFiles.META, bytes);
    }
  }
}
