package dev.spoor.wire.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.spoor.model.Bytes;
import io.airlift.compress.v3.lz4.Lz4FrameCompressor;
import io.airlift.compress.v3.xxhash.XxHash32Hasher;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyFramedOutputStream;

class BodyDecoderTest {

  private static final int LIMIT = 1 << 20;

  private interface Encoder {
    byte[] encode(byte[] plain) throws IOException;
  }

  private record Format(Compression compression, Encoder encoder) {
    byte[] encode(byte[] plain) throws IOException {
      return encoder.encode(plain);
    }
  }

  private static final Map<String, Format> FORMATS = new LinkedHashMap<>();

  static {
    FORMATS.put("gzip", new Format(Compression.GZIP, BodyDecoderTest::gzip));
    FORMATS.put("gzip members", new Format(Compression.GZIP, BodyDecoderTest::gzipMembers));
    FORMATS.put("zlib", new Format(Compression.ZLIB, BodyDecoderTest::zlib));
    FORMATS.put("zstd", new Format(Compression.ZSTD, Zstd::compress));
    FORMATS.put("snappy block", new Format(Compression.SNAPPY, Snappy::compress));
    FORMATS.put("snappy framed", new Format(Compression.SNAPPY, BodyDecoderTest::snappyFramed));
    FORMATS.put("lz4", new Format(Compression.LZ4, BodyDecoderTest::lz4));
  }

  @TestFactory
  Stream<DynamicTest> givesBackWhatWasCompressed() {
    return forEachFormat((format, plain) -> {
      byte[] sent = padded(format.encode(plain));
      Bytes body = Bytes.of(sent, 3, sent.length - 5);
      assertThat(BodyDecoder.decode(format.compression(), body, LIMIT).toArray()).isEqualTo(plain);
    });
  }

  @Test
  void aBodySaysHowMuchItHoldsWhereItsFormatCan() throws IOException {
    byte[] plain = text(300_000);
    for (String says : List.of("gzip", "zstd", "snappy block")) {
      byte[] sent = padded(FORMATS.get(says).encode(plain));
      Bytes body = Bytes.of(sent, 3, sent.length - 5);
      assertThat(BodyDecoder.claimedBytes(FORMATS.get(says).compression(), body))
          .as(says)
          .isEqualTo(plain.length);
    }
    for (String saysNothing : List.of("zlib", "snappy framed", "lz4")) {
      Bytes body = Bytes.of(FORMATS.get(saysNothing).encode(plain));
      assertThat(BodyDecoder.claimedBytes(FORMATS.get(saysNothing).compression(), body))
          .as(saysNothing)
          .isEqualTo(8L * body.length());
    }
    assertThat(BodyDecoder.claimedBytes(Compression.NONE, Bytes.of(plain))).isEqualTo(plain.length);
  }

  @Property(tries = 2_000)
  void askingAnyBytesHowMuchTheyHoldIsSafe(@ForAll byte[] bytes) {
    for (Compression compression : Compression.values()) {
      assertThat(BodyDecoder.claimedBytes(compression, Bytes.of(bytes))).isNotNegative();
    }
  }

  @TestFactory
  Stream<DynamicTest> theLimitIsTheLargestResult() {
    return forEachFormat((format, plain) -> {
      Bytes body = Bytes.of(format.encode(plain));
      assertThat(BodyDecoder.decode(format.compression(), body, plain.length).length())
          .isEqualTo(plain.length);
      if (plain.length > 0) {
        assertThatThrownBy(() -> BodyDecoder.decode(format.compression(), body, plain.length - 1))
            .isInstanceOf(BodyTooLargeException.class)
            .hasMessageContaining("limit of " + (plain.length - 1) + " bytes");
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> aBodyThatIsCutOffIsCorrupt() {
    return FORMATS.entrySet().stream()
        .map(each ->
            DynamicTest.dynamicTest(
                each.getKey(),
                () -> {
                  Format format = each.getValue();
                  byte[] sent = format.encode(text(3_000));
                  for (int length = 0; length < sent.length; length++) {
                    Bytes cut = Bytes.of(sent, 0, length);
                    if (!isWholeAnyway(format, each.getKey(), cut)) {
                      assertThatThrownBy(() -> BodyDecoder.decode(format.compression(), cut, LIMIT))
                          .as("%d of %d bytes", length, sent.length)
                          .isInstanceOf(CorruptBodyException.class)
                          .hasMessageContaining("corrupt " + format.compression().text());
                    }
                  }
                }));
  }

  @Property(tries = 3_000)
  void damagedBytesAreDecodedOrRefusedAndNothingElse(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    Format format = List.copyOf(FORMATS.values()).get(random.nextInt(FORMATS.size()));
    byte[] sent = format.encode(text(random.nextInt(2_000)));
    for (int i = random.nextInt(4); i >= 0; i--) {
      sent[random.nextInt(sent.length)] = (byte) random.nextInt();
    }
    int limit = random.nextInt(100_000);
    Throwable refusal = null;
    try {
      assertThat(BodyDecoder.decode(format.compression(), Bytes.of(sent), limit).length())
          .isLessThanOrEqualTo(limit);
    } catch (CorruptBodyException | BodyTooLargeException expected) {
      refusal = expected;
    }
    assertThat(refusal == null || refusal.getMessage() != null).isTrue();
  }

  @Test
  void aPlainBodyIsGivenBackAsItIs() throws Exception {
    Bytes body = Bytes.utf8("plain");
    assertThat(BodyDecoder.decode(Compression.NONE, body, 5)).isSameAs(body);
    assertThatThrownBy(() -> BodyDecoder.decode(Compression.NONE, body, 4))
        .isInstanceOf(BodyTooLargeException.class);
  }

  @Test
  void twoMembersThatAreTheSameAreTwo() throws Exception {
    byte[] once = gzip(text(1_000));
    byte[] twice = concat(once, once);
    assertThat(BodyDecoder.decode(Compression.GZIP, Bytes.of(twice), LIMIT).toArray())
        .isEqualTo(concat(text(1_000), text(1_000)));
  }

  @Test
  void aGzipHeaderWithEverythingInItIsUnderstood() throws Exception {
    byte[] plain = text(100);
    byte[] usual = gzip(plain);
    byte[] header = {
      0x1f, (byte) 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 0, 2, 0, 9, 9, 'n', 0, 'c', 0, 7, 7
    };
    byte[] sent = concat(header, Arrays.copyOfRange(usual, 10, usual.length));
    assertThat(BodyDecoder.decode(Compression.GZIP, Bytes.of(sent), LIMIT).toArray())
        .isEqualTo(plain);
  }

  @Test
  void aSizeThatIsALieIsNotAllocated() throws Exception {
    int limit = Integer.MAX_VALUE - 100;
    byte[] gzip = gzip(text(500));
    Arrays.fill(gzip, gzip.length - 4, gzip.length, (byte) 0x7f);
    assertCorrupt(Compression.GZIP, gzip, limit);
    byte[] zstd = Zstd.compress(text(70_000));
    assertThat(zstd[4] & 0xc0).isEqualTo(0x80);
    Arrays.fill(zstd, 5, 9, (byte) 0x7f);
    assertThatThrownBy(() -> BodyDecoder.decode(Compression.ZSTD, Bytes.of(zstd), 1 << 24))
        .isInstanceOf(IOException.class);
    assertCorrupt(Compression.SNAPPY, new byte[] {-1, -1, -1, -1, 7, 0, 0}, limit);
  }

  @Test
  void aBombIsRefusedAtTheLimit() throws Exception {
    byte[] zeros = new byte[8 << 20];
    for (Format format : FORMATS.values()) {
      Bytes bomb = Bytes.of(format.encode(zeros));
      assertThatThrownBy(() -> BodyDecoder.decode(format.compression(), bomb, LIMIT))
          .isInstanceOf(BodyTooLargeException.class);
    }
  }

  @Test
  void whatIsAllocatedTakesRoomAndWithoutRoomNothingIs() throws Exception {
    byte[] plain = new byte[3 << 20];
    for (Format format : FORMATS.values()) {
      Bytes body = Bytes.of(format.encode(plain));
      AtomicInteger taken = new AtomicInteger();

      Bytes decoded =
          BodyDecoder.decode(
              format.compression(),
              body,
              4 << 20,
              bytes -> {
                taken.addAndGet(bytes);
                return true;
              });

      assertThat(taken.get()).isEqualTo(decoded.array().length).isGreaterThanOrEqualTo(3 << 20);
      assertThatThrownBy(() ->
              BodyDecoder.decode(
                  format.compression(), body, 4 << 20, bytes -> taken.addAndGet(-bytes) >= 1 << 20))
          .isInstanceOf(NoRoomException.class);
    }
  }

  @Test
  void linkedBlocksOfLz4MayReferToEarlierOnes() throws Exception {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.writeBytes(new byte[] {0x04, 0x22, 0x4d, 0x18});
    byte[] descriptor = {0x40, 0x40};
    frame.writeBytes(descriptor);
    frame.write(XxHash32Hasher.hash(descriptor) >> 8);
    frame.writeBytes(new byte[] {5, 0, 0, (byte) 0x80, 'h', 'e', 'l', 'l', 'o'});
    byte[] linked = {0x12, ' ', 6, 0, 0x10, '!'};
    frame.writeBytes(new byte[] {(byte) linked.length, 0, 0, 0});
    frame.writeBytes(linked);
    frame.writeBytes(new byte[4]);

    Bytes plain = BodyDecoder.decode(Compression.LZ4, Bytes.of(frame.toByteArray()), LIMIT);

    assertThat(plain.utf8()).isEqualTo("hello hello !");

    byte[] independent = frame.toByteArray();
    independent[4] |= 0x20;
    independent[6] = (byte) (XxHash32Hasher.hash(independent, 4, 2) >> 8);
    assertThatThrownBy(() -> BodyDecoder.decode(Compression.LZ4, Bytes.of(independent), LIMIT))
        .isInstanceOf(CorruptBodyException.class)
        .hasMessageContaining("a match outside of the data");
  }

  @Test
  void manyThreadsMayDecodeAtOnce() {
    assertThatCode(() ->
            IntStream.range(0, 500)
                .parallel()
                .forEach(i -> {
                  try {
                    byte[] plain = text(i * 20);
                    Bytes body = Bytes.of(gzip(plain));
                    assertThat(BodyDecoder.decode(Compression.GZIP, body, LIMIT).toArray())
                        .isEqualTo(plain);
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                }))
        .doesNotThrowAnyException();
  }

  @Test
  void headersNameTheirCompression() {
    assertThat(Compression.ofHeader("GZIP")).contains(Compression.GZIP);
    assertThat(Compression.ofHeader("deflate")).contains(Compression.ZLIB);
    assertThat(Compression.ofHeader("zlib")).contains(Compression.ZLIB);
    assertThat(Compression.ofHeader("")).contains(Compression.NONE);
    assertThat(Compression.ofHeader("br")).isEmpty();
  }

  private interface Check {
    void check(Format format, byte[] plain) throws Exception;
  }

  private static Stream<DynamicTest> forEachFormat(Check check) {
    return FORMATS.entrySet().stream()
        .flatMap(format ->
            plains().entrySet().stream()
                .map(plain ->
                    DynamicTest.dynamicTest(
                        format.getKey() + " of " + plain.getKey(),
                        () -> check.check(format.getValue(), plain.getValue()))));
  }

  private static Map<String, byte[]> plains() {
    byte[] noise = new byte[200_000];
    new Random(7).nextBytes(noise);
    Map<String, byte[]> plains = new LinkedHashMap<>();
    plains.put("nothing", new byte[0]);
    plains.put("one byte", new byte[] {42});
    plains.put("text", text(50_000));
    plains.put("noise", noise);
    plains.put("zeros", new byte[900_000]);
    return plains;
  }

  private static void assertCorrupt(Compression compression, byte[] body, int limit) {
    assertThatThrownBy(() -> BodyDecoder.decode(compression, Bytes.of(body), limit))
        .isInstanceOf(CorruptBodyException.class);
  }

  /// Formats of several parts are whole where a part ends.
  private static boolean isWholeAnyway(Format format, String name, Bytes cut) {
    if (name.equals("gzip members") || name.equals("snappy framed")) {
      try {
        BodyDecoder.decode(format.compression(), cut, LIMIT);
        return true;
      } catch (IOException notWhole) {
        return false;
      }
    }
    return false;
  }

  private static byte[] text(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < length; i++) {
      text.append("span ").append(i * 31 % 1_000).append(" of a trace; ");
    }
    return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] padded(byte[] sent) {
    byte[] padded = new byte[sent.length + 5];
    Arrays.fill(padded, (byte) 0x5a);
    System.arraycopy(sent, 0, padded, 3, sent.length);
    return padded;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(sent)) {
      gzip.write(plain);
    }
    return sent.toByteArray();
  }

  private static byte[] gzipMembers(byte[] plain) throws IOException {
    int middle = plain.length / 3;
    return concat(
        gzip(Arrays.copyOf(plain, middle)), gzip(Arrays.copyOfRange(plain, middle, plain.length)));
  }

  private static byte[] zlib(byte[] plain) throws IOException {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    try (OutputStream zlib = new DeflaterOutputStream(sent)) {
      zlib.write(plain);
    }
    return sent.toByteArray();
  }

  private static byte[] snappyFramed(byte[] plain) throws IOException {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    try (OutputStream snappy = new SnappyFramedOutputStream(sent)) {
      snappy.write(plain);
    }
    return sent.toByteArray();
  }

  private static byte[] lz4(byte[] plain) {
    Lz4FrameCompressor compressor = Lz4FrameCompressor.create();
    byte[] sent = new byte[compressor.maxCompressedLength(plain.length)];
    return Arrays.copyOf(sent, compressor.compress(plain, 0, plain.length, sent, 0, sent.length));
  }
}
