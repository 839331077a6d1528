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
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The head segments and blocks in the ingester's folder:
///
/// ```
/// head/<tenant>/<first>-<last sequence>.head
/// head/<tenant>/<first>-<last sequence>.head.damaged                what could be read of it is used
/// blocks/<tenant>/<uuid>/data.parquet, bloom-N, index, meta.json   one block
///                        flushed                                   when the store was seen to have it
/// blocks/<tenant>/<uuid>.sources                                    the head segments it was made of
/// ```
///
/// A start deletes what is unfinished of ours, by its suffix. Anything else belongs to somebody
/// else, and is left alone. Safe for many threads.
final class IngesterFiles {

  private static final Logger log = LoggerFactory.getLogger(IngesterFiles.class);

  private static final String SOURCES = ".sources";
  private static final String HEAD = ".head";
  private static final String DAMAGED = ".head.damaged";
  private static final String UNFINISHED_HEAD = ".head.tmp";
  private static final String UNFINISHED_BLOCK = ".building";
  private static final String GOING = ".deleted";
  private static final String FLUSHED = "flushed";

  /// First and last number of the log.
  private static final Pattern HEAD_NAME = Pattern.compile("(\\d{1,18})-(\\d{1,18})\\.head");

  private static final Pattern UUID_NAME =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

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

  /// Blocks that were written since the start, or read as a whole: they are as they should be.
  private final Set<UUID> sound = ConcurrentHashMap.newKeySet();

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
      HeadFile head = headFile(opened(info.file()), Optional.of(sizes)).with(repeated);
      metrics.outsideSlack(tenant, slack.traces());
      return head;
    }
  }

  /// One that can't be opened does not stay: its spans are written again, under another name.
  private HeadSegmentReader opened(Path file) throws IOException {
    try {
      return HeadSegmentReader.open(disk, file);
    } catch (IOException | RuntimeException | Error failure) {
      cleared(failure, () -> disk.delete(file));
      throw failure;
    }
  }

  private interface Clearing {
    void run() throws IOException;
  }

  /// Clears something away after a failure, as far as that is possible; a start does it otherwise.
  private static void cleared(Throwable failure, Clearing clearing) {
    try {
      clearing.run();
    } catch (IOException | RuntimeException second) {
      failure.addSuppressed(second);
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
      try {
        writeSources(directory, id, heads);
        new BlockBuilder(settings.blockBuilder()).build(spec, cursors, disk, folder);
        HeldBlock block =
            openBlock(
                folder,
                heads.stream()
                    .map(HeadFile::repeated)
                    .reduce(RepeatedTraces.NONE, RepeatedTraces::and));
        sound.add(id);
        return block;
      } catch (IOException | RuntimeException | Error failure) {
        cleared(failure, () -> discard(folder));
        throw failure;
      }
    } finally {
      for (SpanColumnsCursor cursor : cursors) {
        cursor.close();
      }
    }
  }

  /// Takes away what there is of a block that is not to be: else each further attempt would leave
  /// another one, and the next start would take a finished one for a block beside that which came
  /// of a later attempt. What it was made of is told as long as it is there.
  private void discard(Path folder) throws IOException {
    Path unfinished = folder.resolveSibling(folder.getFileName() + UNFINISHED_BLOCK);
    if (disk.exists(folder)) {
      disk.rename(folder, unfinished);
    }
    if (disk.exists(unfinished)) {
      deleteTree(unfinished);
    }
    disk.delete(sourcesOf(folder));
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
    Path flushed = directory.resolve(FLUSHED);
    Optional<Instant> flushedAt =
        disk.exists(flushed) ? Optional.of(disk.lastModified(flushed)) : Optional.empty();
    long bytes = 0;
    for (Path file : disk.list(directory)) {
      bytes += disk.size(file);
    }
    DiskBlock content = DiskBlock.open(disk, directory, local.meta());
    try {
      return new HeldBlock(
          directory,
          local.meta(),
          content,
          BlockReader.open(local.meta(), content),
          bytes,
          repeated,
          flushedAt);
    } catch (IOException | RuntimeException | Error failure) {
      cleared(failure, content::close);
      throw failure;
    }
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

  /// Copies a block to the object store and makes sure that it is there. One of an earlier run is
  /// read before, as a whole.
  ///
  /// @throws DamagedBlockException when it is not what was written; then nothing was sent
  void publish(BlockStore store, Tenant tenant, HeldBlock block) throws IOException {
    if (!sound.contains(block.meta().blockId())) {
      verify(block);
    }
    LocalBlock local = LocalBlock.open(disk, block.directory());
    if (store.publish(tenant, local) != BlockStore.Publication.ALREADY_COMPACTED) {
      store.verify(tenant, local);
    }
  }

  private void verify(HeldBlock block) throws DamagedBlockException {
    try {
      block.reader().verify();
      sound.add(block.meta().blockId());
    } catch (IOException damage) {
      throw new DamagedBlockException(damage);
    }
  }

  /// A block that stays as it is and where it is: what can be read of it is found, and nobody takes
  /// it for whole.
  void keepDamaged(Tenant tenant, HeldBlock block, DamagedBlockException damage) {
    metrics.blockDamaged();
    metrics.replayError(tenant);
    quarantine.report(
        tenant, "block %s: %s".formatted(block.meta().blockId(), damage.getMessage()));
    log.error(
        "corrupt: block {} of tenant {} in {} is damaged: it stays in use as far as it can be read,"
            + " and is not uploaded",
        block.meta().blockId(),
        tenant,
        block.directory(),
        damage);
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
    sound.remove(block.meta().blockId());
    Path going = block.directory().resolveSibling(block.directory().getFileName() + GOING);
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

  /// Looks whether a newer release wrote something of what is there, before anything is changed.
  ///
  /// @throws IncompatibleVersionException when one did
  void checkVersions() throws IOException {
    for (Path tenant : tenantsIn(headDirectory)) {
      for (Path file : list(tenant)) {
        if (nameOf(file).endsWith(HEAD) || nameOf(file).endsWith(DAMAGED)) {
          check(file, () -> HeadSegmentReader.checkVersion(disk, file));
        }
      }
    }
    for (Path tenant : tenantsIn(blockDirectory)) {
      for (Path directory : list(tenant)) {
        if (isUuid(nameOf(directory))) {
          check(directory, () -> checkBlockVersion(directory));
        }
      }
    }
  }

  private interface VersionCheck {
    void run() throws IOException;
  }

  /// What can't be read is not newer for that reason; whoever reads it whole deals with it.
  private static void check(Path what, VersionCheck check) throws IncompatibleVersionException {
    try {
      check.run();
    } catch (IncompatibleVersionException newer) {
      throw newer;
    } catch (IOException unreadable) {
      log.debug("the version of {} can't be read", what, unreadable);
    }
  }

  private void checkBlockVersion(Path directory) throws IOException {
    String format = LocalBlock.open(disk, directory).meta().format();
    if (BlockReader.isNewer(format)) {
      throw new IncompatibleVersionException(directory, format, BlockReader.NEWEST);
    }
  }

  private List<Path> tenantsIn(Path directory) throws IOException {
    return list(directory).stream()
        .filter(tenant -> Tenant.isValid(nameOf(tenant)) && disk.isDirectory(tenant))
        .toList();
  }

  /// Opens what is there. What can't be read is set aside.
  List<Found> restore() throws IOException {
    Set<String> tenants = new TreeSet<>();
    for (Path directory : List.of(headDirectory, blockDirectory)) {
      List<Path> ofTenants = tenantsIn(directory);
      ofTenants.forEach(tenant -> tenants.add(nameOf(tenant)));
      list(directory).stream()
          .filter(path -> !ofTenants.contains(path))
          .forEach(IngesterFiles::leaveAlone);
    }
    List<Found> found = new ArrayList<>();
    for (String tenant : tenants) {
      found.add(restore(new Tenant(tenant)));
    }
    return found;
  }

  private Found restore(Tenant tenant) throws IOException {
    List<HeldBlock> blocks = new ArrayList<>();
    Set<String> inBlocks = new HashSet<>();
    for (Path path : list(blockDirectory.resolve(tenant.id()))) {
      switch (kindInBlocks(path)) {
        case SOURCES_OF_BLOCK -> {}
        case UNFINISHED -> deleteTree(path);
        case SOMEBODY_ELSES -> leaveAlone(path);
        case BLOCK -> {
          try {
            blocks.add(restoreBlock(path));
            inBlocks.addAll(readSources(path));
          } catch (IOException unreadable) {
            metrics.replayError(tenant);
            metrics.blockDamaged();
            quarantine.move(tenant, path, unreadable);
          }
        }
      }
    }
    FoundHeads heads = restoreHeads(tenant, inBlocks);
    LongStream numbers =
        LongStream.concat(
            heads.files().stream().mapToLong(IngesterFiles::highestNumber),
            inBlocks.stream().mapToLong(IngesterFiles::highestIn));
    return new Found(tenant, heads.files(), blocks, heads.complete(), numbers.max().orElse(0));
  }

  /// Without its footer nothing of a block can be read.
  private HeldBlock restoreBlock(Path directory) throws IOException {
    HeldBlock block = openBlock(directory, RepeatedTraces.UNKNOWN);
    try {
      block.content().footer();
      return block;
    } catch (IOException unreadable) {
      block.content().close();
      throw unreadable;
    }
  }

  private static long highestNumber(HeadFile head) {
    return Math.max(head.lastSequence(), head.reader().info().header().id());
  }

  private record FoundHeads(List<HeadFile> files, boolean complete) {}

  private FoundHeads restoreHeads(Tenant tenant, Set<String> inBlocks) throws IOException {
    List<HeadFile> heads = new ArrayList<>();
    boolean complete = true;
    for (Path file : list(headDirectory.resolve(tenant.id()))) {
      String name = nameOf(file);
      boolean damaged = name.endsWith(DAMAGED);
      if (!damaged && !name.endsWith(HEAD) && !name.endsWith(UNFINISHED_HEAD)) {
        leaveAlone(file);
      } else if (damaged && inBlocks.contains(name)) {
        quarantine.keep(tenant, file);
      } else if (damaged) {
        complete = false;
        salvage(tenant, file).ifPresent(heads::add);
      } else if (inBlocks.contains(name) || name.endsWith(UNFINISHED_HEAD)) {
        disk.delete(file);
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
    String name = nameOf(file);
    if (!name.endsWith(DAMAGED)) {
      kept = file.resolveSibling(name.substring(0, name.length() - HEAD.length()) + DAMAGED);
      if (disk.exists(file) || !disk.exists(kept)) { // or an attempt before failed after this
        disk.rename(file, kept);
      }
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
    Matcher name = HEAD_NAME.matcher(nameOf(file));
    if (!name.lookingAt()) {
      log.warn("{} has no name of a head segment", file);
      return new HeadSegmentHeader(tenant, 0, 0, 0, disk.lastModified(file));
    }
    long first = Long.parseLong(name.group(1));
    long last = Long.parseLong(name.group(2));
    return new HeadSegmentHeader(tenant, first, first, last, disk.lastModified(file));
  }

  /// The highest number that the name of a head segment tells: its own, or of the log.
  private static long highestIn(String headName) {
    Matcher name = HEAD_NAME.matcher(headName);
    return name.lookingAt()
        ? Math.max(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)))
        : 0;
  }

  /// What something in the folder of a tenant's blocks is.
  private enum InBlocks {
    BLOCK,
    SOURCES_OF_BLOCK,
    /// Was being written or deleted, or belongs to no block.
    UNFINISHED,
    SOMEBODY_ELSES
  }

  private InBlocks kindInBlocks(Path path) {
    String name = nameOf(path);
    if (isUuid(name)) {
      return disk.isDirectory(path) ? InBlocks.BLOCK : InBlocks.SOMEBODY_ELSES;
    }
    for (String suffix : List.of(SOURCES, UNFINISHED_BLOCK, GOING)) {
      String block = name.substring(0, Math.max(0, name.length() - suffix.length()));
      if (name.endsWith(suffix) && isUuid(block)) {
        boolean ofBlock = suffix.equals(SOURCES) && disk.exists(path.resolveSibling(block));
        return ofBlock ? InBlocks.SOURCES_OF_BLOCK : InBlocks.UNFINISHED;
      }
    }
    return InBlocks.SOMEBODY_ELSES;
  }

  private static void leaveAlone(Path path) {
    log.warn("{} is nothing of ours, leaving it alone", path);
  }

  private static Path sourcesOf(Path block) {
    return block.resolveSibling(block.getFileName() + SOURCES);
  }

  private static boolean isUuid(String name) {
    return UUID_NAME.matcher(name).matches();
  }

  private static String nameOf(Path path) {
    return String.valueOf(path.getFileName());
  }

  private List<String> readSources(Path directory) throws IOException {
    Path file = sourcesOf(directory);
    if (!disk.exists(file)) {
      return List.of();
    }
    try (var readable = disk.open(file)) {
      ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(readable.size()));
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

  private List<Path> list(Path directory) throws IOException {
    return disk.isDirectory(directory) ? disk.list(directory) : List.of();
  }

  private static Path parentOf(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of("") : parent;
  }
}
