package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.testkit.fleet.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program is killed without a word while it takes traces, again and again.
///
/// Ten rounds by default; `it/campaign kill 10000` for more. Every ten rounds begin in an empty
/// folder, so that the last round costs as little as the first.
class KillTest {

  private static final int ROUNDS = Integer.getInteger("spoor.kill.rounds", 10);
  private static final long SEED = Long.getLong("spoor.seed", System.nanoTime());
  private static final int ROUNDS_A_FOLDER = 10;
  private static final int FLEETS = 3;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Set<Place> seen = EnumSet.noneOf(Place.class);

  /// Where spans were when the process was killed.
  private enum Place {
    LOG,
    HEAD_SEGMENT,
    LOCAL_BLOCK,
    STORE
  }

  @Test
  void whatWasAcknowledgedIsFoundAfterEveryKill(@TempDir Path folder) throws Exception {
    System.out.println("KillTest: seed " + SEED);
    Audit all = Audit.NOTHING;
    for (int round = 0; round < ROUNDS; round += ROUNDS_A_FOLDER) {
      Path own = Files.createDirectory(folder.resolve("from-" + round));
      Audit audit = campaign(own, Math.min(ROUNDS_A_FOLDER, ROUNDS - round));
      all = all.plus(audit);
      System.out.println("KillTest: " + (round + ROUNDS_A_FOLDER) + " rounds, " + all);
      assertThat(audit).as("seed %d, round %d", SEED, round).matches(Audit::isClean, "is clean");
      deleteTree(own);
    }
    assertThat(all.spans()).isGreaterThan(ROUNDS * 100L);
    assertThat(seen).as("places of spans at the kills").isEqualTo(EnumSet.allOf(Place.class));
  }

  private Audit campaign(Path folder, int rounds) throws Exception {
    Settings settings =
        Settings.in(folder)
            .with("ingester.max_block_duration", "300ms")
            .with("ingester.complete_block_timeout", "300ms");
    Ledger ledger = new Ledger();
    for (int round = 0; round < rounds; round++) {
      try (SpoorProcess spoor = SpoorProcess.start(settings, folder);
          Load load = new Load(spoor.client(), ledger, random.nextLong(), FLEETS)) {
        load.awaitAcknowledged(1 + random.nextInt(60));
        Thread.sleep(random.nextInt(700));
        spoor.kill();
        assertThat(load.refused()).isZero();
      }
      notePlaces(folder);
    }
    try (SpoorProcess spoor = SpoorProcess.start(settings, folder)) {
      return Audit.of(ledger, spoor.client());
    }
  }

  private void notePlaces(Path folder) throws IOException {
    seen.add(Place.LOG);
    note(folder.resolve("wal/head"), ".head", Place.HEAD_SEGMENT);
    note(folder.resolve("wal/blocks"), "meta.json", Place.LOCAL_BLOCK);
    note(folder.resolve("blocks"), "meta.json", Place.STORE);
  }

  private void note(Path folder, String ending, Place place) throws IOException {
    if (filesBelow(folder).stream().anyMatch(file -> file.toString().endsWith(ending))) {
      seen.add(place);
    }
  }

  static List<Path> filesBelow(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
