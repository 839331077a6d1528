package dev.spoor.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.platform.disk.SimulatedDisk;
import dev.spoor.platform.disk.SimulatedDisk.Fault;
import dev.spoor.platform.disk.SimulatedDisk.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The tokens of an ingester, and the file that keeps them.
class RingTokensTest {

  private static final Path FILE = Path.of("/data/tokens/file");
  private static final int TOKENS = 128;

  private final SimulatedDisk disk = new SimulatedDisk();
  private final RandomGenerator random = new Random(42);

  @Test
  void theyAreMadeOnceAndKept() throws Exception {
    List<Long> first = tokensOf(FILE);
    assertThat(first).hasSize(TOKENS).isSorted().doesNotHaveDuplicates();
    assertThat(first).allMatch(token -> token >= 0 && token < 1L << 32);
    assertThat(text(FILE)).matches("\\{\"tokens\":\\[\\d+(,\\d+){127}]}");

    assertThat(tokensOf(FILE)).isEqualTo(first);
  }

  @Test
  void withoutAFileTheyAreNewAtEachStart() throws Exception {
    assertThat(tokensOf(Path.of(""))).hasSize(TOKENS);
    assertThat(tokensOf(Path.of(""))).isNotEqualTo(tokensOf(Path.of("")));
    assertThat(disk.files()).isEmpty();
  }

  @Test
  void aPowerCutLeavesAllOfThemOrNone() throws Exception {
    tokensOf(FILE);
    int operations = disk.history().size();
    for (int cut = 0; cut < operations; cut++) {
      SimulatedDisk cutOff = new SimulatedDisk().cutPowerAt(cut);
      assertThat(tokensOf(cutOff, FILE)).hasSize(TOKENS);
      for (int seed = 0; seed < 4; seed++) {
        SimulatedDisk after = cutOff.survivors(seed);
        assertThat(tokensOf(after, FILE)).hasSize(TOKENS);
        assertThat(after.list(FILE.getParent())).as("no copy of a damaged one").hasSize(1);
      }
    }
    assertThat(tokensOf(disk.survivors(1), FILE)).as("when it is done").isEqualTo(tokensOf(FILE));
  }

  @Test
  void aFileWithFewerIsCompletedAndOneWithMoreIsTakenAsItIs() throws Exception {
    put("{ \"tokens\" : [ 7, 4294967295,\n 0 ] }\n");
    assertThat(tokensOf(FILE)).hasSize(TOKENS).contains(0L, 7L, 4294967295L);

    List<Long> many = new Random(1).longs(200, 0, 1L << 32).sorted().boxed().toList();
    put("{\"tokens\":" + many + "}");
    assertThat(tokensOf(FILE)).isEqualTo(many);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"tokens\":[]}",
        "{\"tokens\":[1,]}",
        "{\"tokens\":[-1]}",
        "{\"tokens\":[4294967296]}",
        "{\"tokens\":[1,2",
        "garbage"
      })
  void aDamagedFileIsKeptUnderAnotherNameAndTheTokensAreNew(String damaged) throws Exception {
    put(damaged);
    List<Long> made = tokensOf(FILE);
    assertThat(made).hasSize(TOKENS);
    assertThat(text(FILE.resolveSibling("file.corrupt"))).isEqualTo(damaged);
    assertThat(tokensOf(FILE)).isEqualTo(made);

    put("again");
    tokensOf(FILE);
    assertThat(text(FILE.resolveSibling("file.corrupt.1"))).isEqualTo("again");
  }

  @Test
  void aFileThatCannotBeWrittenIsNoReasonNotToStart() throws Exception {
    disk.failWhen(operation -> operation.kind() == Kind.WRITE, Fault.EIO);
    assertThat(tokensOf(FILE)).hasSize(TOKENS);
    disk.heal();
    assertThat(tokensOf(FILE)).isEqualTo(tokensOf(FILE));
  }

  @Test
  void aFileThatCannotBeReadStaysAsItIs() throws Exception {
    List<Long> first = tokensOf(FILE);
    disk.failReadsOf(FILE);
    assertThat(tokensOf(FILE)).hasSize(TOKENS).isNotEqualTo(first);
    disk.heal();
    assertThat(tokensOf(FILE)).isEqualTo(first);
  }

  private List<Long> tokensOf(Path file) throws Exception {
    return tokensOf(disk, file);
  }

  private List<Long> tokensOf(SimulatedDisk on, Path file) throws Exception {
    try (RingTokens tokens =
        new RingTokens(new LifecyclerConfig(TOKENS, file.toString()), on, random)) {
      tokens.start();
      return tokens.tokens();
    }
  }

  private void put(String text) throws Exception {
    disk.createDirectories(FILE.getParent());
    disk.put(FILE, text.getBytes(StandardCharsets.UTF_8));
  }

  private String text(Path file) throws Exception {
    return new String(disk.content(file), StandardCharsets.UTF_8);
  }
}
