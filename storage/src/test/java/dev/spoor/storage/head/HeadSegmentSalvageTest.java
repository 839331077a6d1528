package dev.spoor.storage.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.storage.columns.ColumnGroup;
import dev.spoor.storage.columns.RandomSpans;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanMerger;
import dev.spoor.storage.columns.SpanText;
import dev.spoor.storage.wal.IncompatibleVersionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whatever is damaged, all stripes that are whole are read, and what is missing is said.
class HeadSegmentSalvageTest {

  private static final Path FOLDER = Path.of("/acme");
  private static final HeadSegmentHeader HEADER =
      new HeadSegmentHeader(
          new Tenant("acme"), 42, 1000, 2000, Instant.parse("2026-01-02T03:04:05.678Z"));
  private static final HeadSegmentHeader BY_NAME =
      new HeadSegmentHeader(new Tenant("acme"), 42, 42, 42, Instant.EPOCH);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final HeadSegmentInfo written = written();
  private final byte[] good = content();
  private List<List<String>> stripes = List.of();

  @BeforeEach
  void read() throws IOException {
    stripes = new ArrayList<>();
    try (HeadSegmentReader reader = HeadSegmentReader.open(disk, written.file())) {
      for (int number = 0; number < written.stripes().size(); number++) {
        stripes.add(textOf(reader, number));
      }
    }
    assertThat(stripes).hasSizeGreaterThan(2);
  }

  @Test
  void everyFlippedByteCostsItsStripeAtMost() throws IOException {
    for (int position = 0; position < good.length; position++) {
      byte[] bad = good.clone();
      bad[position] ^= (byte) (1 << (position % 8));
      int damaged = stripeAt(position);
      try (HeadSegmentReader reader = salvaged(bad)) {
        assertThat(linesOf(reader)).as("byte %d", position).isEqualTo(linesWithout(damaged));
        HeadSegmentLoss loss = reader.loss().orElseThrow();
        assertThat(loss.bytes()).isPositive();
        assertThat(loss.spans())
            .isEqualTo(damaged < 0 ? 0 : written.stripes().get(damaged).spans());
        assertThat(loss.reason()).contains(HEADER.fileName()).contains("offset");
      }
    }
  }

  @Test
  void withoutAFooterStripesAreFoundByThemselves() throws IOException {
    StripeInfo last = written.stripes().getLast();
    byte[] bad = Arrays.copyOf(good, (int) last.offset() + last.length() / 2);
    try (HeadSegmentReader reader = salvaged(bad)) {
      assertThat(linesOf(reader)).isEqualTo(linesWithout(stripes.size() - 1));
      assertThat(reader.loss().orElseThrow().spans()).isEqualTo(last.spans());
      assertThat(reader.info().header()).isEqualTo(HEADER);
      SpanColumns first = reader.stripe(0).with(ColumnGroup.values());
      assertThat(reader.find(first.traceIdHigh(0), first.traceIdLow(0))).isPresent();
      reader.verify();
    }
  }

  @Test
  void everyTruncationLeavesTheStripesBeforeIt() throws IOException {
    for (int length = 0; length < good.length; length++) {
      List<String> expected = new ArrayList<>();
      for (int number = 0; number < stripes.size(); number++) {
        StripeInfo stripe = written.stripes().get(number);
        if (stripe.offset() + stripe.length() <= length) {
          expected.addAll(stripes.get(number));
        }
      }
      try (HeadSegmentReader reader = salvaged(Arrays.copyOf(good, length))) {
        assertThat(linesOf(reader)).as("%d bytes", length).isEqualTo(expected);
      }
    }
  }

  @Property(tries = 300)
  void manyWoundsNeverCostMoreThanTheStripesTheyAreIn(@ForAll long seed) throws IOException {
    disk.put(written.file(), good);
    read();
    Random random = new Random(seed);
    byte[] bad = good.clone();
    List<String> expected = new ArrayList<>();
    boolean[] hit = new boolean[stripes.size()];
    for (int wound = 1 + random.nextInt(4); wound > 0; wound--) {
      int at = random.nextInt(bad.length);
      int end = Math.min(bad.length, at + 1 + random.nextInt(300));
      for (int position = at; position < end; position++) {
        bad[position] = (byte) random.nextInt();
        int stripe = stripeAt(position);
        if (stripe >= 0) {
          hit[stripe] = true;
        }
      }
    }
    for (int number = 0; number < stripes.size(); number++) {
      if (!hit[number]) {
        expected.addAll(stripes.get(number));
      }
    }
    try (HeadSegmentReader reader = salvaged(bad)) {
      assertThat(linesOf(reader)).containsAll(expected);
    }
  }

  @Test
  void withoutAHeaderItIsWhatItsNameSays() throws IOException {
    byte[] bad = good.clone();
    Arrays.fill(bad, 0, 20, (byte) 0);
    try (HeadSegmentReader reader = salvaged(bad)) {
      assertThat(reader.info().header()).isEqualTo(BY_NAME);
      assertThat(linesOf(reader)).isEqualTo(linesWithout(-1));
    }
  }

  @Test
  void aNewerVersionIsNoDamage() {
    byte[] newer = good.clone();
    ByteBuffer bytes = ByteBuffer.wrap(newer).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(8, 2);
    CRC32C crc = new CRC32C();
    int length = bytes.getInt(12);
    crc.update(newer, 0, length - 4);
    bytes.putInt(length - 4, (int) crc.getValue());
    assertThatThrownBy(() -> salvaged(newer))
        .isInstanceOf(IncompatibleVersionException.class)
        .hasMessageContaining("incompatible version 2");
    assertThatThrownBy(() -> HeadSegmentReader.open(disk, written.file()))
        .isInstanceOf(IncompatibleVersionException.class);
  }

  private HeadSegmentReader salvaged(byte[] content) throws IOException {
    disk.put(written.file(), content);
    return HeadSegmentReader.salvage(disk, written.file(), BY_NAME);
  }

  private List<String> linesWithout(int stripe) {
    List<String> lines = new ArrayList<>();
    for (int number = 0; number < stripes.size(); number++) {
      if (number != stripe) {
        lines.addAll(stripes.get(number));
      }
    }
    return lines;
  }

  private static List<String> linesOf(HeadSegmentReader reader) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int number = 0; number < reader.info().stripes().size(); number++) {
      lines.addAll(textOf(reader, number));
    }
    return lines;
  }

  private static List<String> textOf(HeadSegmentReader reader, int number) throws IOException {
    return SpanText.of(reader.stripe(number).with(ColumnGroup.values()));
  }

  private int stripeAt(int position) {
    for (int number = 0; number < written.stripes().size(); number++) {
      StripeInfo stripe = written.stripes().get(number);
      if (position >= stripe.offset() && position < stripe.offset() + stripe.length()) {
        return number;
      }
    }
    return -1;
  }

  private HeadSegmentInfo written() {
    try (HeadSegmentWriter writer = new HeadSegmentWriter(disk)) {
      disk.createDirectories(FOLDER);
      return writer.write(
          FOLDER, HEADER, SpanMerger.of(List.of(new RandomSpans(7, 30).batch(60)), 15));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] content() {
    try {
      return disk.content(written.file());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
