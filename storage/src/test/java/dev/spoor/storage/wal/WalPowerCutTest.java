package dev.spoor.storage.wal;

import static dev.spoor.storage.wal.WalFixture.ACME;
import static dev.spoor.storage.wal.WalFixture.OTHER;
import static dev.spoor.storage.wal.WalFixture.open;
import static dev.spoor.storage.wal.WalFixture.payload;
import static dev.spoor.storage.wal.WalFixture.recover;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.model.Bytes;
import dev.spoor.platform.disk.SimulatedDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/// The power is cut in the middle of every operation of a run, and the disk keeps some of what was
/// not synced, in many ways.
class WalPowerCutTest {

  private static final int SEEDS = Integer.getInteger("wal.power-cut.seeds", 4);
  private static final int APPENDS = 36;

  @Test
  void whatWasAcknowledgedSurvivesEveryPowerCut() throws Exception {
    SimulatedDisk whole = new SimulatedDisk();
    new Script(SyncMode.GROUP).run(whole);
    int operations = whole.history().size();
    assertThat(operations).isGreaterThan(100);

    for (int cut = 0; cut < operations; cut++) {
      Script first = new Script(SyncMode.GROUP);
      SimulatedDisk disk = new SimulatedDisk().cutPowerAt(cut);
      first.run(disk);
      for (int seed = 0; seed < SEEDS; seed++) {
        String where = "cut at operation %d, seed %d".formatted(cut, seed);
        SimulatedDisk survivors = disk.survivors(seed);
        Script second = first.copy();
        survivors.cutPowerAt(new Random(31L * cut + seed).nextInt(60));
        second.run(survivors); // the second cut often hits the recovery itself
        second.check(recover(survivors.survivors(seed + 1)), where + ", twice");
        first.check(recover(disk.survivors(seed)), where);
      }
    }
  }

  @Test
  void withoutSyncSomethingAcknowledgedIsLost() throws Exception {
    assertThat(lostByPowerCuts(SyncMode.NONE)).isPositive();
  }

  @Test
  void withIntervalAPowerCutLosesSomethingAndAKilledProcessNothing() throws Exception {
    assertThat(lostByPowerCuts(SyncMode.INTERVAL)).isPositive();

    Script script = new Script(SyncMode.INTERVAL);
    SimulatedDisk disk = new SimulatedDisk();
    try (WalRecovery recovery = open(disk, SyncMode.INTERVAL)) {
      Wal wal = recovery.start();
      script.append(wal, 50);
      script.check(recover(disk.copy()), "killed");
      wal.close();
    }
  }

  @Test
  void replayingTwiceGivesTheSame() throws Exception {
    for (int cut = 20; cut < 120; cut += 9) {
      SimulatedDisk disk = new SimulatedDisk().cutPowerAt(cut);
      new Script(SyncMode.GROUP).run(disk);
      SimulatedDisk survivors = disk.survivors(cut);

      WalFixture.Found once = recover(survivors);
      WalFixture.Found twice = recover(survivors);

      assertThat(twice.records()).as("cut at %d", cut).isEqualTo(once.records());
      assertThat(twice.checkpoint()).isEqualTo(once.checkpoint());
    }
  }

  @Test
  void withoutTheNewestCheckpointTheOneBeforeAndTheLogHaveEverything() throws Exception {
    Script script = new Script(SyncMode.GROUP);
    SimulatedDisk disk = new SimulatedDisk();
    script.run(disk);
    WalDirectory directory = new WalDirectory(disk, WalFixture.DIRECTORY);
    disk.put(directory.checkpoints().getLast().path(), new byte[100]);

    WalFixture.Found found = recover(disk);

    assertThat(found.lowWaterMark()).isPositive().isLessThan(script.writtenMark);
    assertThat(script.missingIn(found)).isEmpty();
  }

  private static int lostByPowerCuts(SyncMode sync) throws Exception {
    int lost = 0;
    for (int cut = 30; cut < 80; cut += 10) {
      Script script = new Script(sync);
      SimulatedDisk disk = new SimulatedDisk().cutPowerAt(cut);
      script.run(disk);
      for (int seed = 0; seed < 4; seed++) {
        lost += script.missingIn(recover(disk.survivors(seed))).size();
      }
    }
    return lost;
  }

  /// Appends alone and in groups, with a checkpoint now and then, until the end or until the disk
  /// fails. Remembers what was tried and what was acknowledged.
  private static final class Script {

    private final SyncMode sync;
    private final TreeMap<Long, Bytes> acknowledged = new TreeMap<>();
    private final List<Bytes> attempted = new ArrayList<>();
    private long safeElsewhere;
    private long writtenMark;

    Script(SyncMode sync) {
      this.sync = sync;
    }

    Script copy() {
      Script copy = new Script(sync);
      copy.acknowledged.putAll(acknowledged);
      copy.attempted.addAll(attempted);
      copy.safeElsewhere = safeElsewhere;
      copy.writtenMark = writtenMark;
      return copy;
    }

    void run(SimulatedDisk disk) throws Exception {
      try (WalRecovery recovery = open(disk, sync)) {
        recovery.replay(found -> {});
        try (Wal wal = recovery.start()) {
          for (int i = 0; i < APPENDS; i += 6) {
            append(wal, 3);
            appendTogether(wal, 3);
            checkpoint(wal);
          }
        }
      } catch (IOException failure) {
        assertThat(disk.isOff()).as("no failure but the power cut: " + failure).isTrue();
      }
    }

    void append(Wal wal, int count) throws Exception {
      for (int i = 0; i < count; i++) {
        await(wal.append(i % 2 == 0 ? ACME : OTHER, next()), attempted.getLast());
      }
    }

    private void appendTogether(Wal wal, int count) throws Exception {
      List<CompletableFuture<Long>> answers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        answers.add(wal.append(ACME, next()));
      }
      for (int i = 0; i < count; i++) {
        await(answers.get(i), attempted.get(attempted.size() - count + i));
      }
    }

    private Bytes next() {
      int id = attempted.size();
      Bytes payload = payload(id, 100 + id * 131 % 900);
      attempted.add(payload);
      return payload;
    }

    private void await(CompletableFuture<Long> answer, Bytes payload) throws Exception {
      try {
        assertThat(acknowledged.put(answer.get(), payload)).as("number given twice").isNull();
      } catch (ExecutionException refused) {
        assertThat(refused).hasCauseInstanceOf(WalRefusedException.class);
      }
    }

    private void checkpoint(Wal wal) throws IOException {
      long mark = Math.max(safeElsewhere, wal.lastSequence() - 4);
      safeElsewhere = mark;
      wal.checkpoint(mark, List.of(new CheckpointEntry("head-" + mark, 1, mark)));
      writtenMark = mark;
    }

    void check(WalFixture.Found found, String where) {
      assertThat(missingIn(found)).as(where).isEmpty();
      assertThat(attempted).as(where).containsAll(found.payloads());
      assertThat(found.lowWaterMark()).as(where).isBetween(writtenMark, safeElsewhere);
    }

    private List<Long> missingIn(WalFixture.Found found) {
      List<Long> missing = new ArrayList<>();
      acknowledged.forEach((sequence, payload) -> {
        WalRecord there = found.records().get(sequence);
        boolean isThere = there != null && there.payload().equals(payload);
        if (!isThere && sequence > found.lowWaterMark()) {
          missing.add(sequence);
        }
      });
      return missing;
    }
  }
}
