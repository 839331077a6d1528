package dev.spoor.storage.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.TraceId;
import dev.spoor.storage.columns.SpanColumns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class GoldenTracesTest {

  @ParameterizedTest
  @EnumSource(Golden.class)
  void tracesFoundByIdAreWhatTheReferenceAnswered(Golden golden) throws IOException {
    BlockReader block = golden.open();
    JsonNode answers = new ObjectMapper().readTree(golden.answers("traces-v2.json.gz"));
    assertThat(answers.size()).isEqualTo(72);

    for (Map.Entry<String, JsonNode> answer : answers.properties()) {
      Optional<SpanColumns> found = block.findTrace(TraceId.parse(answer.getKey()));

      assertThat(found).as(answer.getKey()).isPresent();
      assertThat(SpanText.of(found.get()))
          .containsExactlyInAnyOrderElementsOf(SpanText.of(answer.getValue()));
    }
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void rowsReadInPiecesAreTheTracesReadOneByOne(Golden golden) throws IOException {
    BlockReader block = golden.open();
    List<String> oneByOne = new ArrayList<>();
    List<String> inPieces = new ArrayList<>();
    for (int group = 0; group < block.rowGroups(); group++) {
      for (TraceId id : block.traceIds(group)) {
        oneByOne.addAll(SpanText.of(block.findTrace(id).orElseThrow()));
      }
      for (long row = 0; row < block.rows(group); row += 10) {
        long to = Math.min(block.rows(group), row + 10);
        inPieces.addAll(SpanText.of(block.rows(group, row, to)));
      }
    }
    assertThat(inPieces).isEqualTo(oneByOne).hasSizeGreaterThan(3600);
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void theBloomFilterBuiltFromTheIdsIsTheReferences(Golden golden) throws IOException {
    BlockReader block = golden.open();
    BloomFilter filter =
        BloomFilter.sized(
            golden.meta().totalObjects(),
            BloomFilter.DEFAULT_FALSE_POSITIVE,
            BloomFilter.DEFAULT_SHARD_BYTES);
    for (int group = 0; group < block.rowGroups(); group++) {
      for (TraceId id : block.traceIds(group)) {
        filter.add(id);
      }
    }
    assertThat(filter.shardCount()).isEqualTo(1);
    assertThat(filter.shard(0)).isEqualTo(golden.blockFile("bloom-0"));
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void aTraceIsFoundWithoutTheIndexObjectToo(Golden golden) throws IOException {
    MemoryBlockParts files = (MemoryBlockParts) golden.files();
    BlockReader block =
        BlockReader.open(
            golden.meta(),
            MemoryBlockParts.of(files.name(), files.content(), files.blooms(), Optional.empty()));
    for (int group = 0; group < block.rowGroups(); group++) {
      TraceId[] ids = block.traceIds(group);
      assertThat(block.findTrace(ids[0])).isPresent();
      assertThat(block.findTrace(ids[ids.length - 1])).isPresent();
    }
  }

  @ParameterizedTest
  @EnumSource(Golden.class)
  void aTraceThatIsNotThereIsNotFoundEvenWhereTheBloomFilterErrs(Golden golden) throws IOException {
    MemoryBlockParts files = (MemoryBlockParts) golden.files();
    byte[] errs = files.blooms()[0].clone();
    for (int i = 24; i < errs.length; i++) {
      errs[i] = -1;
    }
    BlockReader block =
        BlockReader.open(
            golden.meta(),
            MemoryBlockParts.of(files.name(), files.content(), new byte[][] {errs}, files.index()));

    assertThat(block.findTrace(new TraceId(0, 1))).isEmpty();
    assertThat(block.findTrace(new TraceId(0x5c4eaa3403138e25L, 1))).isEmpty();
    assertThat(block.findTrace(new TraceId(-1, -1))).isEmpty();
  }
}
