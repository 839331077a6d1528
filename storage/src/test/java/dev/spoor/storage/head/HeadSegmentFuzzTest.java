package dev.spoor.storage.head;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.storage.columns.RandomSpans;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.storage.columns.SpanMerger;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.zip.CRC32C;

/// Segments in which somebody changed bytes and, often, made the checksums right again: so what is
/// behind the checksums is searched too. Searched for some seconds at the end of `mvn verify`, and
/// as long as wanted by `it/campaign fuzz`.
class HeadSegmentFuzzTest {

  private static final Path FOLDER = Path.of("/acme");
  private static final HeadSegmentHeader HEADER =
      new HeadSegmentHeader(new Tenant("acme"), 1, 1, 2, Instant.EPOCH);
  private static final int HEAD_FIXED = 166;
  private static final int HEAD_ENTRY = 14;

  private final SimulatedDisk disk = new SimulatedDisk();
  private final HeadSegmentInfo written;
  private final byte[] good;

  HeadSegmentFuzzTest() throws IOException {
    disk.createDirectories(FOLDER);
    try (HeadSegmentWriter writer = new HeadSegmentWriter(disk)) {
      written =
          writer.write(FOLDER, HEADER, SpanMerger.of(List.of(new RandomSpans(7, 9).batch(24)), 8));
    }
    good = disk.content(written.file());
  }

  @FuzzTest
  void anyDamageIsNamed(FuzzedDataProvider data) throws IOException {
    byte[] bytes = good.clone();
    boolean sealed = data.consumeBoolean();
    while (data.remainingBytes() > 0) {
      int at = data.consumeInt(0, bytes.length - 1);
      byte[] change = data.consumeBytes(data.consumeInt(1, 8));
      System.arraycopy(change, 0, bytes, at, Math.min(change.length, bytes.length - at));
    }
    if (sealed) {
      seal(bytes);
    }
    disk.put(written.file(), bytes);
    try (HeadSegmentReader reader = HeadSegmentReader.open(disk, written.file())) {
      readAll(reader);
    } catch (IOException named) {
      assertThat(named).hasMessageContaining("00000001-00000002.head");
    }
    try (HeadSegmentReader reader = HeadSegmentReader.salvage(disk, written.file(), HEADER)) {
      readAll(reader);
    } catch (IOException named) {
      assertThat(named).hasMessageContaining("00000001-00000002.head");
    }
  }

  private static void readAll(HeadSegmentReader reader) throws IOException {
    reader.verify();
    SpanColumnsCursor cursor = reader.cursor();
    for (SpanColumns next = cursor.next(); next != null; next = cursor.next()) {
      assertThat(next.spanCount()).isPositive();
      reader.find(next.traceIdHigh(0), next.traceIdLow(0));
    }
  }

  /// Makes all checksums right, at the places where they are in a good segment.
  private void seal(byte[] bytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int header = (int) written.stripes().getFirst().offset();
    file.putInt(header - 4, crc(bytes, 0, header - 4));
    for (StripeInfo stripe : written.stripes()) {
      int start = (int) stripe.offset();
      int sections = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getShort(start + 164);
      int content = start + stripe.headLength();
      for (int section = 0; section < sections; section++) {
        int entry = start + HEAD_FIXED + section * HEAD_ENTRY;
        int length = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getInt(entry + 2);
        file.putInt(entry + 10, crc(bytes, content, length));
        content += length;
      }
      int head = stripe.headLength() - 4;
      file.putInt(start + head, crc(bytes, start, head));
    }
    StripeInfo last = written.stripes().getLast();
    int footer = (int) last.offset() + last.length();
    file.putInt(bytes.length - 12, crc(bytes, footer, bytes.length - 12 - footer));
  }

  private static int crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
