package dev.spoor.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.testkit.fleet.Ledger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

  /// Where spans are when the process is killed; each round waits for another one.
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
        Place place = Place.values()[round % Place.values().length];
        Eventually.holds("spans in " + place, () -> isThere(folder, place));
        spoor.kill();
        seen.add(place);
        assertThat(load.refused()).isZero();
      }
    }
    try (SpoorProcess spoor = SpoorProcess.start(settings, folder)) {
      return Audit.of(ledger, spoor.client());
    }
  }

  private static boolean isThere(Path folder, Place place) throws IOException {
    return switch (place) {
      case LOG -> true;
      case HEAD_SEGMENT -> endsIn(folder.resolve("wal/head"), ".head");
      case LOCAL_BLOCK -> endsIn(folder.resolve("wal/blocks"), "meta.json");
      case STORE -> endsIn(folder.resolve("blocks"), "meta.json");
    };
  }

  private static boolean endsIn(Path folder, String ending) throws IOException {
    try {
      return filesBelow(folder).stream().anyMatch(file -> file.toString().endsWith(ending));
    } catch (UncheckedIOException | NoSuchFileException goneMeanwhile) {
      return false; // the program removes files while they are listed; the next look will tell
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
