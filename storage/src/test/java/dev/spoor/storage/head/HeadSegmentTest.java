package dev.spoor.storage.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.PowerCutException;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.storage.columns.ColumnGroup;
import dev.spoor.storage.columns.NaiveTraces;
import dev.spoor.storage.columns.RandomSpans;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.columns.SpanMerger;
import dev.spoor.storage.columns.SpanSourceChecks;
import dev.spoor.storage.columns.SpanText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HeadSegmentTest {

  private static final Path FOLDER = Path.of("/acme");
  private static final HeadSegmentHeader HEADER =
      new HeadSegmentHeader(
          new Tenant("acme"), 42, 1000, 2000, Instant.parse("2026-01-02T03:04:05.678Z"));

  private final SimulatedDisk disk = diskWithFolder();

  @Property(tries = 150)
  void readsBackWhatWasWritten(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 200) int spans,
      @ForAll @IntRange(min = 1, max = 100) int spansPerStripe)
      throws IOException {
    SpanColumns input = new RandomSpans(seed, 30).batch(spans);
    List<String> expected = linesOf(SpanMerger.of(List.of(input), spansPerStripe));

    HeadSegmentInfo written = write(SpanMerger.of(List.of(input), spansPerStripe));

    try (HeadSegmentReader reader = HeadSegmentReader.open(disk, written.file())) {
      assertThat(reader.info()).isEqualTo(written);
      assertThat(written.header()).isEqualTo(HEADER);
      assertThat(written.spans()).isEqualTo(expected.size());
      assertThat(linesOf(reader.cursor())).isEqualTo(expected);
      reader.verify();
    }
  }

  @Property(tries = 20)
  void findsEachTraceAndNoOther(@ForAll long seed) throws IOException {
    SpanColumns input = all(SpanMerger.of(List.of(new RandomSpans(seed, 40).batch(150)))).get(0);
    HeadSegmentInfo written = write(SpanMerger.of(List.of(input), 10));

    try (HeadSegmentReader reader = HeadSegmentReader.open(disk, written.file())) {
      for (int trace = 0; trace < input.traceCount(); trace++) {
        Optional<SpanColumns> found =
            reader.find(input.traceIdHigh(trace), input.traceIdLow(trace));
        assertThat(SpanText.of(found.orElseThrow()))
            .isEqualTo(SpanText.of(input).subList(input.firstSpan(trace), input.endSpan(trace)));
        assertThat(reader.find(input.traceIdHigh(trace), ~input.traceIdLow(trace))).isEmpty();
      }
    }
  }

  @Property(tries = 200)
  void queriesAgreeWithPlainObjects(@ForAll long seed) throws IOException {
    List<SpanColumns> input = all(SpanMerger.of(List.of(new RandomSpans(seed, 15).batch(60)), 20));
    HeadSegmentInfo written = write(cursorOf(new ArrayList<>(input)));
    try (HeadSegmentReader reader = HeadSegmentReader.open(disk, written.file())) {
      new SpanSourceChecks(new NaiveTraces(input), seed).check(reader.spanSource());
    }
  }

  @Test
  void afterAPowerCutASegmentIsWholeOrNotThere() throws IOException {
    int operations = write(disk, randomSpans(30)).stripes().size() * 2 + 8;
    for (int cut = 0; cut < operations; cut++) {
      SimulatedDisk cutDisk = diskWithFolder();
      cutDisk.cutPowerAt(cutDisk.history().size() + cut);
      boolean returned = true;
      try {
        write(cutDisk, randomSpans(30));
      } catch (PowerCutException powerCut) {
        returned = false;
      }
      for (int seed = 0; seed < 10; seed++) {
        SimulatedDisk survivors = cutDisk.survivors(seed);
        List<Path> found =
            survivors.files().keySet().stream()
                .filter(file -> file.toString().endsWith(HeadSegmentFormat.SUFFIX))
                .toList();
        if (returned) {
          assertThat(found).hasSize(1);
        }
        for (Path file : found) {
          try (HeadSegmentReader reader = HeadSegmentReader.open(survivors, file)) {
            reader.verify();
          }
        }
      }
    }
  }

  @Test
  void leavesNothingBehindWhenTheDiskIsFull() {
    disk.failNth(SimulatedDisk.Kind.WRITE, 3, SimulatedDisk.Fault.ENOSPC);
    assertThatThrownBy(() -> write(randomSpans(50))).isInstanceOf(IOException.class);
    assertThat(disk.files()).isEmpty();
  }

  @Test
  void aSegmentOfNothingIsASegment() throws IOException {
    HeadSegmentInfo written = write(cursorOf(new ArrayList<>()));
    try (HeadSegmentReader reader = HeadSegmentReader.open(disk, written.file())) {
      reader.verify();
      assertThat(reader.info()).isEqualTo(written);
      assertThat(reader.cursor().next()).isNull();
      assertThat(reader.find(1, 2)).isEmpty();
    }
  }

  @Test
  void refusesTracesThatDoNotAscend() {
    SpanColumns batch = new RandomSpans(1, 5).batch(10);
    List<SpanColumns> batches = new ArrayList<>(List.of(batch, batch));
    assertThatThrownBy(() -> write(cursorOf(batches)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(" after ");
    assertThat(disk.files()).isEmpty();
  }

  @Test
  void readsOnlyTheColumnsAskedFor() throws IOException {
    HeadSegmentInfo written = write(randomSpans(500));
    try (HeadSegmentReader reader = HeadSegmentReader.open(disk, written.file())) {
      StripeReader stripe = reader.stripe(0);
      SpanColumns columns = stripe.with(ColumnGroup.NAMES);
      long few = stripe.bytesRead();
      assertThat(columns.name(0)).isNotNegative();
      assertThat(columns.linkCount()).isZero();
      assertThat(stripe.with(ColumnGroup.values()).linkCount()).isPositive();
      assertThat(few).isLessThan(stripe.bytesRead() / 3);
    }
  }

  @Test
  void everyFlippedByteIsNoticedAndLeavesOtherStripesReadable() throws IOException {
    HeadSegmentInfo written = write(randomSpans(60));
    byte[] good = disk.content(written.file());
    List<List<String>> expected = stripesOf(written.file());
    assertThat(expected).hasSizeGreaterThan(2);
    for (int position = 0; position < good.length; position++) {
      byte[] bad = good.clone();
      bad[position] ^= (byte) (1 << (position % 8));
      disk.put(written.file(), bad);
      int stripe = stripeAt(written, position);
      if (stripe < 0) {
        assertThatThrownBy(() -> HeadSegmentReader.open(disk, written.file()))
            .as("byte %d", position)
            .isInstanceOf(IOException.class)
            .hasMessageContaining(HEADER.fileName());
        continue;
      }
      try (HeadSegmentReader reader = HeadSegmentReader.open(disk, written.file())) {
        assertThatThrownBy(reader::verify)
            .as("byte %d", position)
            .isInstanceOf(IOException.class)
            .hasMessageContaining(HEADER.fileName())
            .hasMessageContaining("stripe " + stripe)
            .hasMessageContaining("offset");
        for (int other = 0; other < expected.size(); other++) {
          if (other != stripe) {
            assertThat(SpanText.of(reader.stripe(other).with(ColumnGroup.values())))
                .isEqualTo(expected.get(other));
          }
        }
      }
    }
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    HeadSegmentInfo written = write(randomSpans(60));
    byte[] good = disk.content(written.file());
    for (int length = 0; length < good.length; length++) {
      disk.put(written.file(), Arrays.copyOf(good, length));
      assertThatThrownBy(() -> HeadSegmentReader.open(disk, written.file()))
          .as("%d bytes", length)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(HEADER.fileName());
    }
  }

  private static SimulatedDisk diskWithFolder() {
    SimulatedDisk disk = new SimulatedDisk();
    try {
      disk.createDirectories(FOLDER);
      disk.syncDirectory(Path.of("/"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return disk;
  }

  /// Over what an earlier try of a property has written.
  private HeadSegmentInfo write(SpanColumnsCursor cursor) throws IOException {
    return write(disk, cursor);
  }

  private static HeadSegmentInfo write(SimulatedDisk disk, SpanColumnsCursor cursor)
      throws IOException {
    try (HeadSegmentWriter writer = new HeadSegmentWriter(disk)) {
      return writer.write(FOLDER, HEADER, cursor);
    }
  }

  private static SpanColumnsCursor randomSpans(int spans) {
    return SpanMerger.of(List.of(new RandomSpans(7, 30).batch(spans)), Math.max(1, spans / 4));
  }

  private List<List<String>> stripesOf(Path file) throws IOException {
    try (HeadSegmentReader reader = HeadSegmentReader.open(disk, file)) {
      return all(reader.cursor()).stream().map(SpanText::of).toList();
    }
  }

  private static int stripeAt(HeadSegmentInfo info, int position) {
    for (int number = 0; number < info.stripes().size(); number++) {
      StripeInfo stripe = info.stripes().get(number);
      if (position >= stripe.offset() && position < stripe.offset() + stripe.length()) {
        return number;
      }
    }
    return -1;
  }

  private static SpanColumnsCursor cursorOf(List<SpanColumns> batches) {
    return new SpanColumnsCursor() {
      @Override
      public SpanColumns next() {
        return batches.isEmpty() ? null : batches.remove(0);
      }

      @Override
      public void close() {}
    };
  }

  private static List<SpanColumns> all(SpanColumnsCursor cursor) throws IOException {
    List<SpanColumns> batches = new ArrayList<>();
    for (SpanColumns next = cursor.next(); next != null; next = cursor.next()) {
      batches.add(next);
    }
    return batches;
  }

  private static List<String> linesOf(SpanColumnsCursor cursor) throws IOException {
    List<String> lines = new ArrayList<>();
    for (SpanColumns batch : all(cursor)) {
      lines.addAll(SpanText.of(batch));
    }
    return lines;
  }
}
