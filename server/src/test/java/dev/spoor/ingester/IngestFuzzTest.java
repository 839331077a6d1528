package dev.spoor.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.model.proto.MalformedProtoException;
import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.storage.block.BlockBuilder;
import dev.spoor.storage.block.BlockBuilderConfig;
import dev.spoor.storage.block.BlockSpec;
import dev.spoor.storage.columns.SpanColumns;
import dev.spoor.storage.columns.SpanColumnsCursor;
import dev.spoor.wire.otlp.OtlpDecoder;
import dev.spoor.wire.otlp.SpanBatch;
import dev.spoor.wire.otlp.SpanProblem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;

/// Whatever the decoder takes goes the whole way: into columns, however small the parts, and into a
/// block; and none of them is much larger than what came.
///
/// Among the other tests this sees the inputs in
/// `src/test/resources/dev/spoor/ingester/IngestFuzzTestInputs`; at the end of `mvn verify` it
/// searches for new ones for some seconds.
class IngestFuzzTest {

  private static final UUID BLOCK = new UUID(1, 2);
  private static final Path FOLDER = Path.of("/blocks/one");

  /// Bloom filter, footer with all columns, index of values.
  private static final long EMPTY_BLOCK = 300_000;

  @FuzzTest
  void whatIsTakenBecomesABlockThatIsNotMuchLarger(byte[] data) throws Exception {
    SpanBatch taken;
    try {
      taken = OtlpDecoder.decode(Bytes.of(data));
      taken = OtlpDecoder.decode(taken.without(problems(taken)));
    } catch (MalformedProtoException refused) {
      return;
    }
    List<SpanColumns> parts = new ArrayList<>();
    SpanShredder shredder = new SpanShredder(2048, 400, parts::add);
    shredder.shred(taken.body());
    parts.add(shredder.lastPart());

    assertThat(parts.stream().mapToInt(SpanColumns::spanCount).sum()).isEqualTo(taken.spanCount());
    // Each part has its resources and scopes anew, and some fixed bytes.
    long weight = PushWeight.of(taken) + 2L * data.length;
    for (SpanColumns part : parts) {
      assertThat(part.memoryBytes()).isLessThan(2_000 + 3 * weight);
    }
    assertThat(blockOf(parts)).isLessThan(EMPTY_BLOCK + 20 * weight);
  }

  private static BitSet problems(SpanBatch batch) {
    BitSet problems = new BitSet();
    for (int span = 0; span < batch.spanCount(); span++) {
      problems.set(span, batch.problem(span) != SpanProblem.NONE);
    }
    return problems;
  }

  private static long blockOf(List<SpanColumns> parts) throws IOException {
    if (parts.stream().allMatch(part -> part.spanCount() == 0)) {
      return 0;
    }
    SimulatedDisk disk = new SimulatedDisk();
    disk.createDirectories(Path.of("/blocks"));
    new BlockBuilder(BlockBuilderConfig.DEFAULTS)
        .build(
            BlockSpec.fresh(BLOCK, Tenant.SINGLE, 10),
            parts.stream().map(SpanColumnsCursor::of).toList(),
            disk,
            FOLDER);
    return disk.files().values().stream().mapToLong(file -> file.length).sum();
  }
}
