package dev.spoor.ingester;

import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.Disk;
import dev.spoor.platform.disk.WritableFile;
import dev.spoor.storage.BlockStore;
import dev.spoor.storage.LocalBlock;
import dev.spoor.storage.block.BlockBuilder;
import dev.spoor.storage.block.BlockReader;
import dev.spoor.storage.block.BlockSpec;
import dev.spoor.storage.block.DedicatedColumn;
import dev.spoor.storage.block.DiskBlock;
import dev.spoor.storage.columns.PieceSizes;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.head.HeadSegmentHeader;
import dev.spoor.storage.head.HeadSegmentInfo;
import dev.spoor.storage.head.HeadSegmentLoss;
import dev.spoor.storage.head.HeadSegmentReader;
import dev.spoor.storage.head.HeadSegmentWriter;
import dev.spoor.storage.wal.IncompatibleVersionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The head segments and blocks in the ingester's folder:
///
/// ```
/// head/<tenant>/<first sequence>.head
/// head/<tenant>/<first sequence>.head.damaged                       what could be read of it is used
/// blocks/<tenant>/<uuid>/data.parquet, bloom-N, index, meta.json   one block
///                        flushed                                   when the store was seen to have it
/// blocks/<tenant>/<uuid>.sources                                    the head segments it was made of
/// ```
///
/// Safe for many threads.
final class IngesterFiles {

  private static final Logger log = LoggerFactory.getLogger(IngesterFiles.class);

  private static final String SOURCES = ".sources";
  private static final String DAMAGED = ".damaged";
  private static final String FLUSHED = "flushed";

  /// How long a reader stays open after its file went, for queries that still read it.
  private static final Duration GRACE = Duration.ofMinutes(2);

  private final Disk disk;
  private final Folders folders;
  private final Path headDirectory;
  private final Path blockDirectory;
  private final IngesterSettings settings;
  private final InstantSource clock;
  private final Quarantine quarantine;
  private final IngesterMetrics metrics;
  private final Deque<Retired> retired = new ArrayDeque<>();

  /// @param reader what nobody asks for any more, with its files if they are still there
  private record Retired(AutoCloseable reader, Instant since) {}

  IngesterFiles(
      Disk disk,
      IngesterSettings settings,
      InstantSource clock,
      Quarantine quarantine,
      IngesterMetrics metrics) {
    this.disk = disk;
    this.folders = new Folders(disk, settings.directory());
    this.headDirectory = settings.directory().resolve("head");
    this.blockDirectory = settings.directory().resolve("blocks");
    this.settings = settings;
    this.clock = clock;
    this.quarantine = quarantine;
    this.metrics = metrics;
  }

  /// Writes a head segment; it is safe when this returns.
  ///
  /// @param id of the segment, above that of all before
  /// @param repeated those of its traces of which a span may be in an earlier place as well
  HeadFile writeHead(
      Tenant tenant,
      long id,
      long firstSequence,
      long lastSequence,
      SpanColumnsCursor spans,
      RepeatedTraces repeated)
      throws IOException {
    Path directory = headDirectory.resolve(tenant.id());
    folders.create(directory);
    HeadSegmentHeader header =
        new HeadSegmentHeader(tenant, id, firstSequence, lastSequence, clock.instant());
    try (HeadSegmentWriter writer = new HeadSegmentWriter(disk)) {
      PieceSizes sizes = new PieceSizes();
      TimeSlack slack = new TimeSlack(clock.instant(), settings.timeSlack());
      HeadSegmentInfo info = writer.write(directory, header, measured(spans, sizes, slack));
      metrics.outsideSlack(tenant, slack.traces());
      return headFile(HeadSegmentReader.open(disk, info.file()), Optional.of(sizes)).with(repeated);
    }
  }

  private static SpanColumnsCursor measured(
      SpanColumnsCursor spans, PieceSizes sizes, TimeSlack slack) {
    return new SpanColumnsCursor() {
      @Override
      public @Nullable SpanColumns next() throws IOException {
        SpanColumns batch = spans.next();
        if (batch != null) {
          sizes.add(batch, batch.memoryBytes());
          slack.add(batch);
        }
        return batch;
      }

      @Override
      public void close() throws IOException {
        spans.close();
      }
    };
  }

  private static HeadFile headFile(HeadSegmentReader reader) {
    return headFile(reader, Optional.empty());
  }

  private static HeadFile headFile(HeadSegmentReader reader, Optional<PieceSizes> sizes) {
    HeadSegmentInfo info = reader.info();
    return new HeadFile(
        info.file(),
        reader,
        info.header().walFrom(),
        info.header().walTo(),
        info.bytes(),
        info.header().created(),
        sizes,
        RepeatedTraces.UNKNOWN);
  }

  /// Merges head segments into a block; it is safe when this returns, and remembers what it was
  /// made of, so that a crash before the head segments are gone makes nothing double.
  ///
  /// @param columns the tenant's own dedicated columns; none for those of the configuration
  HeldBlock writeBlock(Tenant tenant, List<HeadFile> heads, List<DedicatedColumn> columns)
      throws IOException {
    Path directory = blockDirectory.resolve(tenant.id());
    folders.create(directory);
    List<SpanColumnsCursor> cursors = new ArrayList<>();
    try {
      for (HeadFile head : heads) {
        cursors.add(head.reader().cursor());
      }
      UUID id = UUID.randomUUID();
      Path folder = directory.resolve(id.toString());
      BlockSpec spec = settings.blockSpec(id, tenant, columns, tracesIn(heads));
      writeSources(directory, id, heads);
      new BlockBuilder(settings.blockBuilder()).build(spec, cursors, disk, folder);
      return openBlock(
          folder,
          heads.stream().map(HeadFile::repeated).reduce(RepeatedTraces.NONE, RepeatedTraces::and));
    } finally {
      for (SpanColumnsCursor cursor : cursors) {
        cursor.close();
      }
    }
  }

  /// An upper bound: a trace may be in several head segments.
  private static long tracesIn(List<HeadFile> heads) {
    return heads.stream().mapToLong(head -> head.reader().info().traces()).sum();
  }

  /// Written before the block appears, so that whoever finds the block finds this too.
  private void writeSources(Path directory, UUID block, List<HeadFile> heads) throws IOException {
    StringBuilder names = new StringBuilder();
    heads.forEach(head -> names.append(head.file().getFileName()).append('\n'));
    write(directory.resolve(block + SOURCES), names.toString());
    disk.syncDirectory(directory);
  }

  private HeldBlock openBlock(Path directory, RepeatedTraces repeated) throws IOException {
    LocalBlock local = LocalBlock.open(disk, directory);
    DiskBlock content = DiskBlock.open(disk, directory, local.meta());
    Path flushed = directory.resolve(FLUSHED);
    Optional<Instant> flushedAt =
        disk.exists(flushed) ? Optional.of(disk.lastModified(flushed)) : Optional.empty();
    long bytes = 0;
    for (Path file : disk.list(directory)) {
      bytes += disk.size(file);
    }
    return new HeldBlock(
        directory,
        local.meta(),
        content,
        BlockReader.open(local.meta(), content),
        bytes,
        repeated,
        flushedAt);
  }

  /// Deletes head segments that are in a block now; those that were damaged are set aside. Their
  /// readers stay open for a while.
  void retire(Tenant tenant, List<HeadFile> heads) throws IOException {
    for (HeadFile head : heads) {
      if (head.isSalvaged()) {
        quarantine.keep(tenant, head.file());
      } else {
        disk.delete(head.file());
      }
      retire(head.reader());
    }
    if (!heads.isEmpty()) {
      disk.syncDirectory(parentOf(heads.getFirst().file()));
    }
  }

  synchronized void retire(AutoCloseable reader) {
    retired.add(new Retired(reader, clock.instant()));
  }

  /// Closes readers whose files went long enough ago.
  synchronized void closeRetired() {
    Instant before = clock.instant().minus(GRACE);
    while (!retired.isEmpty() && retired.peek().since().isBefore(before)) {
      close(retired.remove().reader());
    }
  }

  synchronized void close() {
    retired.forEach(gone -> close(gone.reader()));
    retired.clear();
  }

  private static void close(AutoCloseable reader) {
    try {
      reader.close();
    } catch (Exception failure) {
      log.warn("closing a reader or deleting its files failed", failure);
    }
  }

  /// Copies a block to the object store and makes sure that it is there.
  void publish(BlockStore store, Tenant tenant, HeldBlock block) throws IOException {
    LocalBlock local = LocalBlock.open(disk, block.directory());
    if (store.publish(tenant, local) != BlockStore.Publication.ALREADY_COMPACTED) {
      store.verify(tenant, local);
    }
  }

  /// Remembers that a block is in the object store.
  void markFlushed(HeldBlock block) throws IOException {
    Path marker = block.directory().resolve(FLUSHED);
    if (!disk.exists(marker)) {
      write(marker, clock.instant().toString());
      disk.syncDirectory(block.directory());
    }
  }

  /// Deletes local copies of blocks that the object store had for `timeout`.
  void clearFlushed(TenantIngester tenant, Duration timeout) throws IOException {
    Instant before = clock.instant().minus(timeout);
    clearFlushed(tenant, block -> block.flushedAt().filter(before::isAfter).isPresent());
  }

  /// Forgets local copies of blocks that the object store has. Their files go a while later.
  synchronized void clearFlushed(TenantIngester tenant, Predicate<HeldBlock> which)
      throws IOException {
    for (HeldBlock block : tenant.state().blocks()) {
      if (block.flushedAt().isPresent() && which.test(block)) {
        tenant.change(state -> state.withoutBlock(block.meta().blockId()));
        retire(() -> delete(block));
        metrics.blocksCleared.inc();
      }
    }
  }

  /// Some of its files are opened by name when they are needed, so that a query that began before
  /// needs the folder. A restart in between finds the block, and that it is stored.
  private void delete(HeldBlock block) throws IOException {
    block.content().close();
    Path going = block.directory().resolveSibling(block.directory().getFileName() + ".deleted");
    disk.rename(block.directory(), going);
    deleteTree(going);
    disk.delete(sourcesOf(block.directory()));
  }

  /// What was found for one tenant at the start.
  ///
  /// @param heads in the order of the log
  /// @param complete false when a head segment could not be read, so that the log should be
  ///   replayed as far as it reaches
  /// @param highestNumber that a file here has in its name, or knows of the log; 0 for none
  record Found(
      Tenant tenant,
      List<HeadFile> heads,
      List<HeldBlock> blocks,
      boolean complete,
      long highestNumber) {}

  /// Opens what is there. What can't be read is set aside.
  List<Found> restore() throws IOException {
    Set<String> tenants = new HashSet<>();
    tenants.addAll(names(headDirectory));
    tenants.addAll(names(blockDirectory));
    List<Found> found = new ArrayList<>();
    for (String tenant : tenants.stream().sorted().toList()) {
      if (Tenant.isValid(tenant)) {
        found.add(restore(new Tenant(tenant)));
      } else {
        log.warn("{} is no tenant's folder, leaving it alone", tenant);
      }
    }
    return found;
  }

  private Found restore(Tenant tenant) throws IOException {
    List<HeldBlock> blocks = new ArrayList<>();
    Set<String> inBlocks = new HashSet<>();
    for (Path directory : list(blockDirectory.resolve(tenant.id()))) {
      if (isSourcesOfBlock(directory)) {
        continue;
      }
      if (isUnfinished(directory)) {
        deleteTree(directory);
        continue;
      }
      try {
        blocks.add(openBlock(directory, RepeatedTraces.UNKNOWN));
        inBlocks.addAll(readSources(directory));
      } catch (IOException unreadable) {
        metrics.replayError(tenant);
        quarantine.move(tenant, directory, unreadable);
      }
    }
    FoundHeads heads = restoreHeads(tenant, inBlocks);
    LongStream numbers =
        LongStream.concat(
            heads.files().stream().mapToLong(IngesterFiles::highestNumber),
            inBlocks.stream().mapToLong(name -> numberIn(name).orElse(0)));
    return new Found(tenant, heads.files(), blocks, heads.complete(), numbers.max().orElse(0));
  }

  private static long highestNumber(HeadFile head) {
    return Math.max(head.lastSequence(), head.reader().info().header().id());
  }

  private record FoundHeads(List<HeadFile> files, boolean complete) {}

  private FoundHeads restoreHeads(Tenant tenant, Set<String> inBlocks) throws IOException {
    List<HeadFile> heads = new ArrayList<>();
    boolean complete = true;
    for (Path file : list(headDirectory.resolve(tenant.id()))) {
      String name = String.valueOf(file.getFileName());
      boolean damaged = name.endsWith(DAMAGED);
      if (damaged && inBlocks.contains(name)) {
        quarantine.keep(tenant, file);
      } else if (damaged) {
        complete = false;
        salvage(tenant, file).ifPresent(heads::add);
      } else if (inBlocks.contains(name) || !name.endsWith(".head")) {
        deleteTree(file);
      } else {
        try {
          heads.add(headFile(HeadSegmentReader.open(disk, file)));
        } catch (IncompatibleVersionException newer) {
          throw newer;
        } catch (IOException unreadable) {
          complete = false;
          salvage(tenant, file).ifPresent(heads::add);
        }
      }
    }
    heads.sort(Comparator.comparingLong(HeadFile::firstSequence));
    return new FoundHeads(heads, complete);
  }

  /// Reads all of a head segment.
  ///
  /// @return empty when it is as it should be, otherwise what is wrong
  Optional<IOException> damageOf(HeadFile head) {
    try {
      head.reader().verify();
      return Optional.empty();
    } catch (IOException damage) {
      return Optional.of(damage);
    }
  }

  /// Opens what can still be read of a damaged head segment, under a name that keeps it from being
  /// deleted; when that is nothing, the file is set aside at once.
  Optional<HeadFile> salvage(Tenant tenant, Path file) throws IOException {
    Path kept = file;
    if (!String.valueOf(file.getFileName()).endsWith(DAMAGED)) {
      kept = file.resolveSibling(file.getFileName() + DAMAGED);
      disk.rename(file, kept);
      disk.syncDirectory(parentOf(file));
    }
    HeadSegmentReader reader = HeadSegmentReader.salvage(disk, kept, headerByName(tenant, kept));
    HeadSegmentLoss loss = reader.loss().orElseThrow();
    metrics.replayError(tenant);
    metrics.headDamaged(loss.bytes(), loss.spans());
    if (reader.info().stripes().isEmpty()) {
      reader.close();
      quarantine.move(tenant, kept, new IOException(loss.reason()));
      return Optional.empty();
    }
    log.error(
        "corrupt: head segment {} of tenant {}: {} spans are readable and stay in use, {}",
        kept,
        tenant,
        reader.info().spans(),
        loss);
    quarantine.report(tenant, "%s: %s".formatted(kept.getFileName(), loss));
    return Optional.of(headFile(reader));
  }

  /// What its name tells about a head segment.
  private HeadSegmentHeader headerByName(Tenant tenant, Path file) throws IOException {
    OptionalLong number = numberIn(String.valueOf(file.getFileName()));
    if (number.isEmpty()) {
      log.warn("{} has no name of a head segment", file);
    }
    long id = number.orElse(0);
    return new HeadSegmentHeader(tenant, Math.max(0, id), id, id, disk.lastModified(file));
  }

  /// The number that the name of a head segment begins with.
  private static OptionalLong numberIn(String name) {
    try {
      return OptionalLong.of(Long.parseLong(name.replaceFirst("\\..*", "")));
    } catch (NumberFormatException otherName) {
      return OptionalLong.empty();
    }
  }

  /// Sources of a block that is there are read with it; others go with what else is unfinished.
  private boolean isSourcesOfBlock(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.endsWith(SOURCES)
        && disk.exists(path.resolveSibling(name.substring(0, name.length() - SOURCES.length())));
  }

  private static Path sourcesOf(Path block) {
    return block.resolveSibling(block.getFileName() + SOURCES);
  }

  /// A block that was being written: the builder gives it its name at the end.
  private static boolean isUnfinished(Path directory) {
    try {
      UUID.fromString(String.valueOf(directory.getFileName()));
      return false;
    } catch (IllegalArgumentException notYetNamed) {
      return true;
    }
  }

  private List<String> readSources(Path directory) throws IOException {
    Path file = sourcesOf(directory);
    if (!disk.exists(file)) {
      return List.of();
    }
    try (var readable = disk.open(file)) {
      ByteBuffer content = ByteBuffer.allocate((int) Math.min(readable.size(), 1 << 20));
      readable.read(content, 0);
      return new String(content.array(), 0, content.position(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    }
  }

  private void write(Path path, String content) throws IOException {
    try (WritableFile file = disk.create(path)) {
      file.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
      file.sync();
    }
  }

  private void deleteTree(Path path) throws IOException {
    if (disk.isDirectory(path)) {
      for (Path child : disk.list(path)) {
        deleteTree(child);
      }
    }
    disk.delete(path);
  }

  private List<String> names(Path directory) throws IOException {
    return list(directory).stream().map(path -> String.valueOf(path.getFileName())).toList();
  }

  private List<Path> list(Path directory) throws IOException {
    return disk.exists(directory) ? disk.list(directory) : List.of();
  }

  private static Path parentOf(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of("") : parent;
  }
}
