package dev.spoor.storage.wal;

import dev.spoor.model.Bytes;
import dev.spoor.model.Tenant;
import dev.spoor.platform.disk.RealDisk;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;

/// How fast the log takes records, beside what the same disk does bare: one `write` and one
/// `fdatasync` after the other, with the same sizes, in the same run.
///
/// Arguments: a folder on the disk in question, and seconds for each row.
public final class WalBench {

  private static final Tenant TENANT = new Tenant("single-tenant");

  private WalBench() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory(Path.of(arguments[0]), "wal-bench");
    double seconds = Double.parseDouble(arguments[1]);
    System.out.printf(
        "%-34s %9s %9s %9s %9s %9s%n", "", "records/s", "MB/s", "syncs/s", "p50 ms", "p99 ms");
    try {
      for (int size : new int[] {4 << 10, 64 << 10}) {
        raw(directory, size, 1, seconds);
        log(directory, SyncMode.GROUP, size, 1, seconds);
        raw(directory, size, 16, seconds);
        log(directory, SyncMode.GROUP, size, 16, seconds);
        log(directory, SyncMode.GROUP, size, 128, seconds);
        log(directory, SyncMode.INTERVAL, size, 16, seconds);
        log(directory, SyncMode.NONE, size, 16, seconds);
      }
    } finally {
      delete(directory);
    }
  }

  /// @param group records that share a write and a sync
  private static void raw(Path directory, int size, int group, double seconds) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocateDirect(size * group);
    bytes.put(random(size * group));
    Path file = directory.resolve("raw");
    Latencies latencies = new Latencies();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    long start = System.nanoTime();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (System.nanoTime() < end && latencies.count < 60_000) {
        long before = System.nanoTime();
        bytes.clear();
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(false);
        latencies.add(System.nanoTime() - before);
        if (channel.position() > 1 << 30) {
          channel.truncate(0);
        }
      }
    }
    report("raw, %d x %d B".formatted(group, size), latencies, group, size, latencies.count, start);
    Files.delete(file);
  }

  private static void log(Path directory, SyncMode sync, int size, int inFlight, double seconds)
      throws Exception {
    WalConfig config =
        new WalConfig(
            true, sync, Duration.ofMillis(100), 32 << 20, Duration.ofMinutes(30), true, 0);
    Path place = directory.resolve("wal");
    WalSettings settings =
        new WalSettings(place, "bench", config, 0, 0, 64 << 20, Duration.ofSeconds(1));
    WalFixture.CountingMetrics metrics = new WalFixture.CountingMetrics();
    Latencies latencies = new Latencies();
    Bytes payload = Bytes.of(random(size));
    long start;
    try (WalRecovery recovery =
            Wal.open(settings, new RealDisk(), metrics, InstantSource.system());
        Wal wal = recovery.start()) {
      Semaphore free = new Semaphore(inFlight);
      start = System.nanoTime();
      long end = start + (long) (seconds * 1e9);
      long nextCheckpoint = start;
      while (System.nanoTime() < end) {
        free.acquire();
        wal.append(TENANT, payload, new Timed(System.nanoTime(), latencies, free));
        if (System.nanoTime() > nextCheckpoint) {
          wal.checkpoint(wal.lastSequence(), List.of());
          nextCheckpoint += 500_000_000L;
        }
      }
      free.acquire(inFlight);
      report(
          "wal %s, %d in flight, %d B".formatted(sync, inFlight, size),
          latencies,
          1,
          size,
          metrics.syncs,
          start);
    }
    delete(place);
  }

  private record Timed(long start, Latencies latencies, Semaphore free) implements AppendCallback {

    @Override
    public void appended(long sequence) {
      latencies.add(System.nanoTime() - start);
      free.release();
    }

    @Override
    public void refused(WalRefusedException refusal) {
      throw new IllegalStateException(refusal);
    }
  }

  private static final class Latencies {

    private final long[] nanos = new long[20_000_000];
    private int count;

    void add(long taken) {
      nanos[count++ % nanos.length] = taken;
    }

    double millis(double quantile) {
      long[] sorted = Arrays.copyOf(nanos, Math.min(count, nanos.length));
      Arrays.sort(sorted);
      return sorted[(int) (quantile * (sorted.length - 1))] / 1e6;
    }
  }

  private static void report(
      String name, Latencies latencies, int records, int size, long syncs, long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    double perSecond = (double) latencies.count * records / seconds;
    System.out.printf(
        "%-34s %9.0f %9.1f %9.0f %9.3f %9.3f%n",
        name,
        perSecond,
        perSecond * size / 1e6,
        syncs / seconds,
        latencies.millis(0.5),
        latencies.millis(0.99));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  private static void delete(Path directory) throws Exception {
    List<Path> all = new ArrayList<>();
    try (var files = Files.walk(directory)) {
      files.forEach(all::add);
    }
    all.sort(Comparator.reverseOrder());
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
