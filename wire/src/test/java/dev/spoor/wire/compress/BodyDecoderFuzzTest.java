package dev.spoor.wire.compress;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.spoor.model.Bytes;
import java.io.IOException;
import java.util.Arrays;

/// Compressed bodies as anybody may send them: decoded or refused, and what is allocated on the way
/// grows with what is really there.
///
/// The first byte says which compression it is. Run and searched as `OtlpFuzzTest` says.
class BodyDecoderFuzzTest {

  private static final int LIMIT = 1 << 20;
  private static final Compression[] COMPRESSIONS = Compression.values();

  @FuzzTest
  void anyCompression(byte[] data) {
    if (data.length == 0) {
      return;
    }
    Compression compression = COMPRESSIONS[Math.floorMod(data[0], COMPRESSIONS.length)];
    Bytes sent = Bytes.of(Arrays.copyOfRange(data, 1, data.length));
    long[] taken = {0};
    int length = 0;
    try {
      length =
          BodyDecoder.decode(
                  compression,
                  sent,
                  LIMIT,
                  bytes -> {
                    taken[0] += bytes;
                    return true;
                  })
              .length();
      assertThat(taken[0])
          .isLessThanOrEqualTo(Math.max(BoundedOutput.believable(sent.length()), 4L * length));
    } catch (CorruptBodyException | BodyTooLargeException refused) {
      assertThat(refused).hasMessageNotContaining("null");
    } catch (IOException other) {
      throw new AssertionError("neither corrupt nor too large", other);
    }
    assertThat(length).isLessThanOrEqualTo(LIMIT);
    assertThat(taken[0]).isLessThanOrEqualTo(LIMIT);
  }
}
