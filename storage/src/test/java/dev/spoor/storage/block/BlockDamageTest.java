package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.spoor.model.Tenant;
import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.parquet.BlockSchema;
import dev.spoor.storage.parquet.Chunk;
import dev.spoor.storage.parquet.ColumnCursor;
import dev.spoor.storage.parquet.ParquetFooter;
import dev.spoor.storage.parquet.RangeReader;
import dev.spoor.storage.parquet.ReadCost;
import dev.spoor.storage.parquet.RowGroup;
import dev.spoor.storage.parquet.RowGroupReader;
import dev.spoor.traceql.Field;
import dev.spoor.traceql.Scope;
import dev.spoor.traceql.Value;
import dev.spoor.traceql.fetch.BatchCursor;
import dev.spoor.traceql.fetch.Condition;
import dev.spoor.traceql.fetch.Condition.Operator;
import dev.spoor.traceql.fetch.FetchRequest;
import dev.spoor.traceql.fetch.SpanBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Every byte of a small block of ours is flipped, and every file cut off at every length: reading
/// it fails and says where, or gives what it gave before.
///
/// Unnoticed, since nothing depends on them, are: the `PAR1` at the start of data.parquet, which
/// nobody reads (readers look for the one at the end), and the bytes that say that a checksum
/// follows. Without these a file is one that never had a checksum, and everything else in it is
/// sound.
class BlockDamageTest {

  private static final String NAME = "tiny block";

  /// What says in a footer that it has a checksum, and how far that is from the end of the file.
  private static final int FOOTER_SEAL = 8;

  private static final int FOOTER_SEAL_TO_END = FOOTER_SEAL + 4 + 1 + 8;

  private static final BlockBuilderConfig TINY = tiny();

  private static final BuiltBlocks BLOCK = build();
  private static final byte[] DATA = BLOCK.sink().dataBytes();
  private static final ParquetFooter FOOTER = soundFooter();
  private static final BlockMeta META = BLOCK.built().meta();

  private static Level level;

  @BeforeAll
  static void bearAThousandWarnings() {
    level = logger().getLevel();
    logger().setLevel(Level.OFF);
  }

  @AfterAll
  static void warnAgain() {
    logger().setLevel(level);
  }

  @Test
  void everyFlippedByteOfAPageIsNoticedAndNamed() throws IOException {
    ParquetFooter footer = FOOTER;
    int checked = 4;
    for (RowGroup group : footer.rowGroups()) {
      for (Chunk chunk : group.chunks()) {
        assertThat(chunk.offset()).isEqualTo(checked);
        read(DATA, footer, group, chunk);
        for (int at = checked; at < chunk.offset() + chunk.length(); at++) {
          for (int flip : flips(at)) {
            byte[] broken = flipped(DATA, at, flip);
            try {
              read(broken, footer, group, chunk);
            } catch (IOException expected) {
              assertNames(expected, NAME, "column " + chunk.leaf().path(), "page at byte ");
              continue;
            }
            throw new AssertionError("byte %d of %s".formatted(at, chunk.leaf().path()));
          }
        }
        checked += (int) chunk.length();
      }
    }
    assertThat(checked).isEqualTo(indexesBegin(footer)).isGreaterThan(10_000);
  }

  @Test
  void everyFlippedByteBesidePagesIsNoticedAndNamed() throws IOException {
    List<String> sound = spans(DATA);
    int footerBegins = DATA.length - 8 - FOOTER.length();
    Set<Integer> unnoticed = new TreeSet<>();
    for (int at = 0; at < DATA.length; at = at == 3 ? indexesBegin(FOOTER) : at + 1) {
      for (int flip : flips(at)) {
        byte[] broken = flipped(DATA, at, flip);
        try {
          (at < footerBegins ? openWithFooter(broken) : open(broken)).verify();
          assertThat(spans(broken)).as("byte " + at).isEqualTo(sound);
          unnoticed.add(at);
        } catch (IOException expected) {
          assertNames(expected, NAME);
        }
      }
    }
    Set<Integer> harmless = new TreeSet<>(Set.of(0, 1, 2, 3));
    for (int i = 0; i < FOOTER_SEAL; i++) {
      harmless.add(DATA.length - FOOTER_SEAL_TO_END + i);
    }
    assertThat(harmless).containsAll(unnoticed);
    assertThat(unnoticed).contains(0, 1, 2, 3);
  }

  @Test
  void dataThatIsCutOffAnywhereIsRefused() {
    for (int length = 0; length < DATA.length; length++) {
      try {
        footer(Arrays.copyOf(DATA, length));
      } catch (IOException expected) {
        assertNames(expected, NAME);
        continue;
      }
      throw new AssertionError(length + " bytes");
    }
  }

  @Test
  void everyFlippedOrMissingByteOfTheMetaIsNoticedOrHarmless() throws IOException {
    byte[] meta = BLOCK.sink().meta;
    int unnoticed = 0;
    for (int at = 0; at < meta.length; at++) {
      for (int flip : flips(at)) {
        unnoticed += metaIsRead(flipped(meta, at, flip)) ? 1 : 0;
      }
      assertThat(metaIsRead(Arrays.copyOf(meta, at))).as("%d bytes", at).isFalse();
    }
    assertThat(unnoticed).as("the name of the checksum").isLessThan(2 * "spoorChecksum".length());
  }

  /// False when it was refused.
  private static boolean metaIsRead(byte[] json) {
    try {
      assertThat(BlockMeta.parse(json, "tenant/meta.json")).isEqualTo(META);
      return true;
    } catch (IOException expected) {
      assertNames(expected, "tenant/meta.json");
      return false;
    }
  }

  @Test
  void everyFlippedOrMissingByteOfABloomFilterIsNoticedOrHarmless() throws IOException {
    byte[] bloom = BLOCK.sink().blooms.getFirst();
    List<TraceId> ids = Arrays.asList(open(DATA).traceIds(0));
    Set<Integer> unnoticed = new TreeSet<>();
    for (int at = 0; at < bloom.length; at++) {
      for (int flip : flips(at)) {
        if (bloomIsRead(flipped(bloom, at, flip), ids)) {
          unnoticed.add(at);
        }
      }
      boolean isWhole = at >= bloom.length - 8;
      assertThat(bloomIsRead(Arrays.copyOf(bloom, at), ids)).as("%d bytes", at).isEqualTo(isWhole);
    }
    assertThat(unnoticed)
        .as("what says that there is a checksum")
        .isEqualTo(Set.of(bloom.length - 8, bloom.length - 7, bloom.length - 6, bloom.length - 5));
  }

  private static boolean bloomIsRead(byte[] bytes, List<TraceId> ids) throws IOException {
    try {
      byte[] shard = Checksums.checkedBloom(bytes, "bloom-0");
      for (TraceId id : ids) {
        assertThat(BloomFilter.mightContain(shard, id)).isTrue();
      }
      return true;
    } catch (IOException expected) {
      assertNames(expected, "bloom");
      return false;
    }
  }

  /// Without it the block is read as if it had none.
  @Test
  void everyFlippedOrMissingByteOfTheIndexOfValuesIsHarmless() throws IOException {
    byte[] index = BLOCK.sink().spoorIndexBytes();
    List<Condition> conditions =
        List.of(
            equal("a", new Value.Str("x")),
            equal("http.status_code", new Value.Int(1)),
            equal("b", new Value.Str("nobody")));
    List<Integer> sound = new ArrayList<>();
    for (Condition condition : conditions) {
      sound.add(found(Optional.empty(), condition));
      assertThat(found(Optional.of(index), condition)).isEqualTo(sound.getLast());
    }
    for (int at = 0; at < index.length; at++) {
      int which = at % conditions.size();
      Condition condition = conditions.get(which);
      byte[] broken = flipped(index, at, 1 << at % 8);
      if (values(broken).isPresent()) {
        assertThat(found(Optional.of(broken), condition))
            .as("byte " + at)
            .isEqualTo(sound.get(which));
      }
      assertThat(values(Arrays.copyOf(index, at))).as("%d bytes", at).isEmpty();
    }
  }

  /// Empty is as if the block had none.
  private static Optional<ValueIndex> values(byte[] index) throws IOException {
    return ValueIndex.open(RangeReader.of(index), "spoor-index", FOOTER, DATA.length);
  }

  /// The row group of a trace is known from the footer; the object `index` is not read.
  @Test
  void aDamagedIndexOfRowGroupsIsNotNeeded() throws IOException {
    BlockReader block =
        BlockReader.open(
            META,
            MemoryBlockParts.of(
                NAME,
                DATA,
                BLOCK.sink().blooms.toArray(new byte[0][]),
                Optional.of(new RowGroupIndex(List.of(new TraceId(0, 0))))));
    for (TraceId id : block.traceIds(0)) {
      assertThat(block.findTrace(id)).isPresent();
    }
  }

  private static int[] flips(int at) {
    return new int[] {1 << at % 8, 0xFF};
  }

  private static byte[] flipped(byte[] bytes, int at, int flip) {
    byte[] broken = bytes.clone();
    broken[at] ^= (byte) flip;
    return broken;
  }

  /// Reads all of a column.
  private static void read(byte[] data, ParquetFooter footer, RowGroup group, Chunk chunk)
      throws IOException {
    try (RowGroupReader reader =
        new RowGroupReader(RangeReader.of(data), footer, group.index(), new ReadCost())) {
      ColumnCursor column = reader.open(chunk.leaf(), 0, group.rows());
      column.dictionary();
      column.move(0, group.rows());
    }
  }

  private static List<String> spans(byte[] data) throws IOException {
    BlockReader block = open(data);
    List<String> lines = new ArrayList<>();
    for (int group = 0; group < block.rowGroups(); group++) {
      lines.addAll(SpanText.of(block.rows(group, 0, block.rows(group))));
      for (TraceId id : block.traceIds(group)) {
        SpanColumns trace = block.findTrace(id).orElseThrow();
        lines.add(id + " has " + trace.spanCount());
      }
    }
    return lines;
  }

  private static int found(Optional<byte[]> index, Condition condition) throws IOException {
    MemoryBlockParts files = files(DATA);
    BlockParts parts =
        new BlockParts() {
          @Override
          public RangeReader data() {
            return files.data();
          }

          @Override
          public ParquetFooter footer() {
            return files.footer();
          }

          @Override
          public byte[] bloom(int shard) {
            return files.bloom(shard);
          }

          @Override
          public Optional<ValueIndex> values() throws IOException {
            return index.isEmpty() ? Optional.empty() : BlockDamageTest.values(index.get());
          }

          @Override
          public Optional<RowGroupIndex> index() {
            return files.index();
          }
        };
    FetchRequest request =
        new FetchRequest(List.of(condition), true, true, Long.MIN_VALUE, Long.MAX_VALUE, Set.of());
    int found = 0;
    try (BatchCursor cursor = BlockSpanSource.of(BlockReader.open(META, parts)).fetch(request)) {
      for (SpanBatch batch = cursor.next(); batch != null; batch = cursor.next()) {
        found += batch.matching(condition).size();
      }
    }
    return found;
  }

  private static Condition equal(String attribute, Value value) {
    return Condition.of(new Field.Attribute(Scope.SPAN, attribute), Operator.EQUAL, value);
  }

  private static BlockReader open(byte[] data) throws IOException {
    return BlockReader.open(META, files(data));
  }

  /// With the sound footer, which takes its time to be read.
  private static BlockReader openWithFooter(byte[] data) throws IOException {
    byte[][] blooms = BLOCK.sink().blooms.toArray(new byte[0][]);
    return BlockReader.open(
        META, new MemoryBlockParts(NAME, data, FOOTER, blooms, Optional.empty()));
  }

  private static MemoryBlockParts files(byte[] data) throws IOException {
    return MemoryBlockParts.of(
        NAME, data, BLOCK.sink().blooms.toArray(new byte[0][]), Optional.empty());
  }

  private static ParquetFooter footer(byte[] data) throws IOException {
    return ParquetFooter.read(RangeReader.of(data), NAME, 0);
  }

  /// They stand behind the last page.
  private static int indexesBegin(ParquetFooter footer) {
    Chunk last = footer.rowGroups().getLast().chunks().getLast();
    return (int) (last.offset() + last.length());
  }

  private static void assertNames(IOException failure, String... parts) {
    for (String part : parts) {
      if (!String.valueOf(failure.getMessage()).contains(part)) {
        throw new AssertionError("'%s' does not name '%s'".formatted(failure.getMessage(), part));
      }
    }
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(ValueIndex.class);
  }

  private static BlockBuilderConfig tiny() {
    BlockBuilderConfig defaults = BlockBuilderConfig.DEFAULTS;
    return new BlockBuilderConfig(
        BlockSchema.Profile.SMALL, 1, defaults.rowGroupBytes(), 1 << 20, 0.01, 64);
  }

  private static ParquetFooter soundFooter() {
    try {
      return footer(DATA);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static BuiltBlocks build() {
    try {
      return BuiltBlocks.of(
          TINY, BlockSpec.fresh(BuiltBlocks.ID, Tenant.SINGLE, 8), RandomSpans.batches(5, 1, 9, 4));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
